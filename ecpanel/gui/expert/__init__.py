"""The expert's desk (专家台)."""
