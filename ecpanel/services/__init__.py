"""What a user does: plain functions by desk, with their transactions, clock and files."""
