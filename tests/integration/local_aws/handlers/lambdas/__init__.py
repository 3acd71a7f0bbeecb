"""Handlers that stand in for the real ones: they say what the server gave them."""
