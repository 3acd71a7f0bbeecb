"""How the journal writes items, and paths that are no text, as those of an old disk may be."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from desktop.transfer.items import Item

_ITEM: TypeAdapter[Item] = TypeAdapter(Item)


def kept_path(path: Path) -> str | bytes:
    """Return *path* as text, or as its bytes where it is none."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return text


def path_of(kept: str | bytes) -> Path:
    """Return the path of which `kept_path` made *kept*."""
    return Path(os.fsdecode(kept))


def kept_item(item: Item) -> str:
    """Return *item* as JSON, in ASCII: UTF-8 has no place for what is no text in a name."""
    return json.dumps(_ITEM.dump_python(item, mode="json"))


def item_of(kept: str) -> Item | None:
    """Return the item of which `kept_item` made *kept*; None for another app's form."""
    try:
        return _ITEM.validate_python(json.loads(kept))
    except (ValidationError, json.JSONDecodeError):
        return None
