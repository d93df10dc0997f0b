"""How a review travels: task package, score package, result bundle and the lists people send."""
