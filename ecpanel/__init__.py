"""ecpanel: the offline desk of an expert panel for 电子商务示范企业."""

__version__ = "0.1.0"
OWN_SUFFIXES = (".ecreview", ".ectask", ".ecscore", ".ecreopen", ".ecsign", ".ecsigned", ".zip")
"""How the files end that the window opens, each at the desk it belongs to."""
