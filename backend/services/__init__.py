"""The use cases, over ports: each function is what one request or one message asks for."""
