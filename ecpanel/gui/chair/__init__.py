"""The chair's desk (组长台)."""
