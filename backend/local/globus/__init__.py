"""A stand-in for Globus Auth on one machine, for tests and for the local stack.

The unmodified globus-sdk signs in against it. Paths, status codes, JSON shapes and the RS512
id_token follow https://docs.globus.org/api/auth and the fixtures in ``globus_sdk.testing``: opaque
access tokens, one for each resource server; PKCE demanded of native apps; one-use codes;
introspection; revocation.

Not imitated: sessions and policies, consents, linked identities' pages, groups, dependent tokens,
rate limits. It identifies nobody: whoever opens its page picks who to be. So it serves the loopback
interface only.
"""
