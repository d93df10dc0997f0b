"""ecpanel: the offline desk of an expert panel for 电子商务示范企业."""

__version__ = "0.1.0"
