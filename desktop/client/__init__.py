"""The service in Python, without Qt: calls and live events."""
