"""moto keeps a reference to every model it ever made; a stack that runs for days must not."""

from __future__ import annotations

from moto.core.common_models import BaseModel

from backend.local.aws.patches.shape import require
from backend.local.aws.private import Private


def _new(cls: type, *_: Private, **__: Private) -> Private:
    return object.__new__(cls)


def apply() -> None:
    """Stop BaseModel from tracking its instances."""
    require(BaseModel.__new__, "cls.instances_tracked.append(instance)")
    base: Private = BaseModel
    base.__new__ = _new
