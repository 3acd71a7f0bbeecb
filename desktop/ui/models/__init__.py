"""Qt models over what the app knows."""
