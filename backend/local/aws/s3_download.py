"""Objects go out from their files block by block; moto would read the whole into memory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, unquote

from moto.s3 import models

from backend.local.aws.names import ACCOUNT, PARTITION
from backend.local.aws.private import Private
from backend.local.aws.requests import App, Environ, StartResponse, raw_path

BLOCK = 1 << 18
SUBRESOURCES = frozenset(
    {"acl", "attributes", "legal-hold", "partNumber", "retention", "tagging", "torrent",
     "uploadId", "versionId", "versions"}
)  # fmt: skip
OVERRIDES = {
    f"response-{name}": name
    for name in ("cache-control", "content-disposition", "content-encoding", "content-language",
                 "content-type", "expires")
}  # fmt: skip
COLD = frozenset({"GLACIER", "DEEP_ARCHIVE"})


def file_of(environ: Environ) -> Path | None:
    """Return the file of the object that is asked for; None if this is no plain download."""
    bucket_name, _, quoted = raw_path(environ).lstrip("/").partition("/")
    if environ["REQUEST_METHOD"] != "GET" or not quoted:
        return None
    if SUBRESOURCES & set(parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)):
        return None
    bucket = models.s3_backends[ACCOUNT][PARTITION].buckets.get(bucket_name)
    key: Private = bucket.keys.get(unquote(quoted)) if bucket else None
    if key is None or (key.storage_class in COLD and not _is_restored(key)):
        return None
    path: Path | None = key._value_buffer.path  # noqa: SLF001
    return path


def _is_restored(key: Private) -> bool:
    return key.restoration is not None and key.restoration.is_readable(time.time())


def download(app: App, environ: Environ, start: StartResponse, file: Path) -> Iterable[bytes]:
    """Answer as *app* answers a HEAD for the object, with the bytes from *file*."""
    answered: list[Any] = []

    def remember(status: str, headers: list[tuple[str, str]], *_: Private) -> None:
        answered[:] = [status, headers]

    body = list(app({**environ, "REQUEST_METHOD": "HEAD"}, remember))
    status, headers = answered
    if not status.startswith(("200", "206")):
        if status.startswith("304"):
            start(status, headers)
            return body
        return app(environ, start)
    opened = file.open("rb")
    begin, size = _place(headers, file)
    start(status, _overridden(headers, environ))
    return _blocks(opened, begin, size)


def _place(headers: list[tuple[str, str]], file: Path) -> tuple[int, int]:
    """Return where the wanted bytes begin and how many they are."""
    for name, value in headers:
        if name.lower() == "content-range":
            first, _, last = value.removeprefix("bytes ").partition("/")[0].partition("-")
            return int(first), int(last) - int(first) + 1
    return 0, file.stat().st_size


def _overridden(headers: list[tuple[str, str]], environ: Environ) -> list[tuple[str, str]]:
    asked = parse_qs(environ.get("QUERY_STRING", ""))
    given = {OVERRIDES[name]: values[0] for name, values in asked.items() if name in OVERRIDES}
    kept = [(name, value) for name, value in headers if name.lower() not in given]
    return kept + [(name.title(), value) for name, value in given.items()]


def _blocks(opened: IO[bytes], begin: int, size: int) -> Iterator[bytes]:
    with opened:
        opened.seek(begin)
        while size > 0 and (block := opened.read(min(BLOCK, size))):
            size -= len(block)
            yield block
