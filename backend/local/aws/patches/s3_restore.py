"""Restored objects: moto's are at hand at once, and told of when somebody looks.

Here a key has a `Restoration`, which says by the clock how far it is; `s3_restore` makes it.
"""

from __future__ import annotations

import time
from typing import Any

import moto.s3.models as moto_s3
from moto.s3.responses import S3Response

from backend.local.aws.patches.shape import require
from backend.local.aws.private import Private

models: Private = moto_s3


def apply() -> None:
    """Let a key's `Restoration` decide on its header, by which moto tells whether to read it."""
    key = models.FakeKey
    described = key.response_dict.fget
    require(described, 'res["x-amz-restore"] = header')
    require(S3Response._get_key, "'ongoing-request=\"false\"' not in key.response_dict.get(")  # noqa: SLF001
    key.restoration = None
    key.response_dict = property(lambda self: _described(self, described(self)))


def _described(key: Private, headers: dict[str, Any]) -> dict[str, Any]:
    if key.restoration is not None and (header := key.restoration.header(time.time())):
        headers["x-amz-restore"] = header
    return headers
