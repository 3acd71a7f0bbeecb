"""Signing in by the browser, keeping the sign-in, and proving it to the service; without Qt.

Everything here may block, so it runs in worker threads.
"""
