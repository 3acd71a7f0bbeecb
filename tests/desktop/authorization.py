"""Tokens for requests, without any sign-in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class FakeAuthorization:
    """Gives each of its *tokens* once, the next on a renewal; the last stays."""

    tokens: list[str]
    account: str = ""

    async def authorization_header(self, *, renew: bool = False) -> str:
        if renew and len(self.tokens) > 1:
            self.tokens.pop(0)
        return f"Bearer {self.tokens[0]}"
