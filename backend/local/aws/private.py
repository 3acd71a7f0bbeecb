"""Names for what has no type that we could rely on."""

from __future__ import annotations

from typing import Any

Private = Any
"""An object, or an argument, of moto's private code; `patches.shape` checks what we need of it."""

Client = Any
"""A boto3 client: boto3 makes its methods at run time."""

Json = Any
"""A value as JSON or YAML holds it."""
