"""The HTTP API: routes over the services, sign-in, errors as problem+json, live events."""
