"""What is true of a review: frozen records and pure functions, standard library only."""
