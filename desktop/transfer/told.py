"""What the log was told last of each transfer, so that an outage does not fill it."""

from __future__ import annotations


class Told:
    """Knows what was said last of each key; may be asked from any thread."""

    def __init__(self) -> None:
        self._last: dict[str, dict[str, str]] = {}

    def is_news(self, key: str, words: str, *, topic: str = "") -> bool:
        """Whether *words* were not the last of *key* on their topic; from now on they are."""
        last = self._last.setdefault(key, {})
        known, last[topic] = last.get(topic), words
        return known != words

    def knows(self, key: str) -> bool:
        """Whether anything was said of *key*."""
        return key in self._last

    def forget(self, key: str) -> None:
        """Have whatever is said next of *key* be news."""
        self._last.pop(key, None)

    def clear(self) -> None:
        """Forget all keys."""
        self._last.clear()
