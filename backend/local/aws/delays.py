"""How long it takes to get something out of a cold archive: seconds here, hours on AWS."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Delays:
    """The times of a retrieval by its tier, and of a vault's inventory; all in seconds."""

    expedited: float = 1.0
    standard: float = 3.0
    bulk: float = 5.0
    inventory: float = 1.0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the delays that *text* names, e.g. ``expedited=1,standard=3``.

        Raises:
            ValueError: the text names something else.
        """
        given = dict(each.partition("=")[::2] for each in text.split(",") if each)
        known = [each.name for each in fields(cls)]
        if strange := sorted(set(given) - set(known)):
            raise ValueError(f"{', '.join(strange)}: the delays are {', '.join(known)}")
        delays = {name: float(value) for name, value in given.items()}
        if not all(0 <= delay < float("inf") for delay in delays.values()):
            raise ValueError("a delay is a number of seconds, 0 or more")
        return replace(cls(), **delays)

    def of_tier(self, tier: str) -> float:
        """Return the delay of a tier by AWS's name for it: Expedited, Standard or Bulk."""
        return {"Expedited": self.expedited, "Standard": self.standard, "Bulk": self.bulk}[tier]


USUAL = Delays()
"""The delays where nobody asks for others."""
