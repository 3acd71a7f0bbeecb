"""What all models of the wire format share: their bases, and text of a certain form."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Sha256Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]
FileName = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
JobId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

MIN_PART_BYTES = 16 * 1024**2
MAX_PARTS = 10_000
MAX_INPUT_BYTES = 5 * 1024**4


class In(BaseModel):
    """Comes in: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """Goes out: it may gain fields, and a client passes over those that it does not know."""

    model_config = ConfigDict(frozen=True)
