"""Where a review rests: one encrypted file per review and machine; the only room with SQLAlchemy."""
