"""The window: how everything is shown; the only room that knows Qt."""
