"""Pages before a desk: start, unlock, set up, rehearsal, and the way from a file to its desk."""
