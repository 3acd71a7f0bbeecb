"""Faults of AWS that are switched on and off while the server runs: ``/_gas/faults``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from backend.local.aws.private import Json


class UnknownFaultError(Exception):
    """There is no such switch, or it was not given true or false; the message says which."""


@dataclass(slots=True)
class Faults:
    """The switches, each as it is now; a restart puts all of them back.

    Attributes:
        expedited_capacity: whether Expedited retrievals are taken, from vaults and from S3.
    """

    expedited_capacity: bool = True

    def change(self, wanted: Mapping[str, Json]) -> None:
        """Set the switches that *wanted* names and leave the others alone.

        Raises:
            UnknownFaultError: nothing was changed.
        """
        known = {each.name for each in fields(self)}
        for name, value in wanted.items():
            if name not in known or not isinstance(value, bool):
                switches = ", ".join(sorted(known))
                raise UnknownFaultError(f"{name}: switch {switches}, each true or false")
        for name, value in wanted.items():
            setattr(self, name, value)

    def to_json(self) -> dict[str, Json]:
        """Return the switches as ``GET /_gas/faults`` shows them."""
        return asdict(self)
