"""How it is read: the bytes, kinds and pages of what enterprises hand in, read without trust."""
