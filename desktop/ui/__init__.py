"""The window: the only place with Qt, but for the composition root."""
