"""Telling somebody who looks elsewhere."""

from __future__ import annotations

from typing import Protocol


class Notifications(Protocol):
    """Draws attention to the app; does nothing while its window is looked at."""

    def tell(self, title: str, sentence: str) -> None:
        """Say that something happened; nobody has to answer."""
        ...
