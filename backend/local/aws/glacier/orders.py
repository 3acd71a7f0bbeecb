"""What a client asks of a job, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.local.aws.glacier.archives import check_description
from backend.local.aws.glacier.errors import invalid, missing
from backend.local.aws.glacier.vaults import check_topic
from backend.local.aws.private import Json

TIERS = ("Expedited", "Standard", "Bulk")
COMMON = frozenset({"Type", "Description", "SNSTopic"})
RETRIEVAL = COMMON | {"ArchiveId", "Tier"}
INVENTORY = COMMON | {"Format"}


@dataclass(frozen=True, slots=True)
class Order:
    """A retrieval that is wanted.

    Attributes:
        archive: the id of the archive, empty for an inventory.
        tier: of an archive's retrieval, empty for an inventory.
        topic: the topic to tell when it ends, empty for none.
    """

    archive: str
    tier: str
    topic: str
    description: str


def order(parameters: Mapping[str, Json]) -> Order:
    """Return what the parameters of InitiateJob order; what is not known here is refused."""
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    if "Type" not in given:
        raise missing("Type")
    retrieval = given["Type"] == "archive-retrieval"
    if not retrieval and given["Type"] != "inventory-retrieval":
        raise invalid(f"Invalid job type: {given['Type']}")
    _check(given, RETRIEVAL if retrieval else INVENTORY)
    if retrieval and "ArchiveId" not in given:
        raise missing("ArchiveId")
    return Order(
        archive=given.get("ArchiveId", ""),
        tier=given.get("Tier", "Standard") if retrieval else "",
        topic=given.get("SNSTopic", ""),
        description=check_description(given.get("Description", "")),
    )


def _check(given: Mapping[str, Json], known: frozenset[str]) -> None:
    if strange := sorted(set(given) - known):
        raise invalid(f"The local stack does not know {', '.join(strange)} of {given['Type']}")
    if given.get("Format", "JSON") != "JSON":
        raise invalid(f"Invalid format: {given['Format']}; the local stack lists in JSON")
    if given.get("Tier", "Standard") not in TIERS:
        raise invalid(f"Invalid tier: {given['Tier']}")
    if "SNSTopic" in given:
        check_topic(given["SNSTopic"])
