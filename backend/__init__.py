"""The service behind the app: rules, use cases, adapters and the processes that run them."""

__version__ = "0.1.0"
