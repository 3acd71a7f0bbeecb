"""Taking the INFO keys of an earlier annotation out of records, where a person asks for it."""

from __future__ import annotations

_INFO = 7


def without_keys(text: bytes, keys: tuple[str, ...]) -> bytes:
    """Lines of records without INFO's items of these *keys*; a dot where nothing is left."""
    wanted = [key.encode() for key in keys]
    if not any(key in text for key in wanted):
        return text
    named = frozenset(wanted)
    lines = text.removesuffix(b"\n").split(b"\n")
    return b"".join(_stripped(line + b"\n", named) for line in lines)


def _stripped(line: bytes, keys: frozenset[bytes]) -> bytes:
    """One line without the keys."""
    columns = line.split(b"\t", _INFO + 1)
    info, end = columns[_INFO], b""
    if len(columns) == _INFO + 1:
        info, end = info.rstrip(b"\n"), b"\n"
    kept = [item for item in info.split(b";") if item.partition(b"=")[0] not in keys]
    columns[_INFO] = (b";".join(kept) or b".") + end
    return b"\t".join(columns)
