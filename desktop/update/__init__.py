"""Knowing of newer versions of the app: off unless it is set up, told of and never forced."""
