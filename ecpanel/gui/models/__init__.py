"""What the tables show: one item model per table, without widgets, tested without a display."""
