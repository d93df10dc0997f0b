"""The organiser's desk (组织台)."""
