"""ecpanel: the offline desk of an expert panel for 电子商务示范企业."""

from typing import Final

__version__: Final = "0.1.0"
