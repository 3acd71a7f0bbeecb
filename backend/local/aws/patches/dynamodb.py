"""DynamoDB: moto copies whole tables per transaction and keeps nothing on disk.

* A transaction deep-copies every item of its tables: here only the containers are copied, and
  the touched item on write, so a rollback is as exact and costs next to nothing.
* An update that creates an item adds two INSERT records to the stream: here one.
* A write that changes nothing adds a record, which AWS does not: here it does not either.
* Stream records are kept for ever: here the last ones, the rest is in the journal.

The server lets one DynamoDB request run at a time, so no reader sees half of a write.
"""

from __future__ import annotations

import copy
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import moto.dynamodb.models as moto_dynamodb
from moto.dynamodb.models.table import StreamShard, Table

from backend.local.aws.durability.journal import Statement, active
from backend.local.aws.names import ACCOUNT, REGION
from backend.local.aws.patches.shape import require
from backend.local.aws.private import Private

models: Private = moto_dynamodb
KEPT_RECORDS = 1000


class _Writing(threading.local):
    """Whether the next stream record of this thread is moto's spurious first of two."""

    creating = False


_writing = _Writing()


class _ShallowCopy:
    """Stands in for the module `copy` in moto: tables are copied by their containers only."""

    copy = staticmethod(copy.copy)

    @staticmethod
    def deepcopy(value: Private, memo: dict[int, Any] | None = None) -> Private:
        if not isinstance(value, Table):
            return copy.deepcopy(value, memo)
        table = copy.copy(value)
        table.items = defaultdict(dict)
        for key, item in value.items.items():
            table.items[key] = dict(item) if isinstance(item, dict) else item
        if value.stream_shard is not None:
            table.stream_shard = copy.copy(value.stream_shard)
            table.stream_shard.table = table
            table.stream_shard.items = list(value.stream_shard.items)
        return table


def _key_names(table: Private) -> list[str]:
    return [name for name in (table.hash_key_attr, table.range_key_attr) if name]


def _statements(backend: Private, table_name: str, key: dict[str, Any]) -> list[Statement]:
    row = (table_name, json.dumps(key, sort_keys=True))
    table = backend.tables.get(table_name)
    item = table.get_item(*backend.get_keys_value(table, key)) if table else None
    if item is None:
        return [("delete from item where tab = ? and key = ?", row)]
    attributes = json.dumps(item.to_json()["Attributes"])
    return [("insert or replace into item values(?, ?, ?)", (*row, attributes))]


def _changed(backend: Private, table: Private, attributes: dict[str, Any]) -> None:
    if journal := active():
        key = {name: attributes[name] for name in _key_names(table)}
        identity = ("item", table.name, json.dumps(key, sort_keys=True))
        journal.change(identity, lambda: _statements(backend, table.name, key))


def _put(original: Callable[..., Any], backend: Private, table_name: str, item_attrs: Private,
         *rest: Private, **named: Private) -> Private:  # fmt: skip
    item = original(backend, table_name, item_attrs, *rest, **named)
    _changed(backend, backend.get_table(table_name), item_attrs)
    return item


def _delete(original: Callable[..., Any], backend: Private, table_name: str, key: Private,
            *rest: Private, **named: Private) -> Private:  # fmt: skip
    item = original(backend, table_name, key, *rest, **named)
    _changed(backend, backend.get_table(table_name), key)
    return item


def _replace(table: Private, keys: tuple[Any, Any], item: Private) -> None:
    hash_key, range_key = keys
    if range_key is None:
        table.items[hash_key] = item
    else:
        table.items[hash_key][range_key] = item


def _update(original: Callable[..., Any], backend: Private, table_name: str, key: Private,
            *rest: Private, **named: Private) -> Private:  # fmt: skip
    """Update a copy of the item, so that whoever holds the old one keeps it whole."""
    table = backend.get_table(table_name)
    keys = backend.get_keys_value(table, key)
    before = table.get_item(*keys)
    _writing.creating = before is None and table.stream_shard is not None
    if before is not None:
        _replace(table, keys, copy.deepcopy(before))
    try:
        item = original(backend, table_name, key, *rest, **named)
    except BaseException:
        _put_back(table, keys, before)
        raise
    finally:
        _writing.creating = False
    _changed(backend, table, key)
    return item


def _put_back(table: Private, keys: tuple[Any, Any], before: Private) -> None:
    hash_key, range_key = keys
    if before is not None:
        _replace(table, keys, before)
    elif range_key is None:
        table.items.pop(hash_key, None)
    else:
        table.items[hash_key].pop(range_key, None)


def _transact(original: Callable[..., None], backend: Private, transact_items: Private) -> None:
    journal = active()
    if journal is None:
        original(backend, transact_items)
        return
    with journal.all_or_nothing():
        original(backend, transact_items)


def _record(original: Callable[..., None], shard: Private, old: Private, new: Private) -> None:
    if _writing.creating:
        _writing.creating = False
        return
    if old is not None and new is not None and old.to_json() == new.to_json():
        return
    original(shard, old, new)
    record = shard.items[-1].to_json()
    if len(shard.items) > 2 * KEPT_RECORDS:
        del shard.items[:KEPT_RECORDS]
        shard.starting_sequence_number += KEPT_RECORDS
    if journal := active():
        row = (shard.table.name, time.time(), json.dumps(record, default=_seconds))
        sql = "insert into stream(tab, at, record) values(?, ?, ?)"
        journal.change(("stream", record["eventID"]), lambda: [(sql, row)])


def _seconds(value: Private) -> float:
    """Return a record's moment as Lambda gets it: seconds since 1970."""
    return float(value.timestamp())


def load(rows: list[tuple[Any, ...]]) -> None:
    """Put stored items, (table, attributes), back into the deployed tables, without streaming."""
    backend = models.dynamodb_backends[ACCOUNT][REGION]
    for table_name, attributes in rows:
        table = backend.tables.get(table_name)
        if table is None:
            continue
        shard, table.stream_shard = table.stream_shard, None
        table.put_item(json.loads(attributes))
        table.stream_shard = shard


def apply() -> None:
    """Replace what the module's text names."""
    backend = models.DynamoDBBackend
    require(backend.transact_write_items, "copy.deepcopy(\n", "self.tables[table_name] = original")
    require(backend.update_item, "table.put_item(data)", "table.stream_shard.add(orig_item, item)")
    require(backend.put_item, "return table.put_item(")
    require(backend.delete_item, "return table.delete_item(hash_value, range_value)")
    require(StreamShard.add, "len(self.items) + self.starting_sequence_number")
    models.copy = _ShallowCopy
    for name, wrapper in (
        ("put_item", _put),
        ("delete_item", _delete),
        ("update_item", _update),
        ("transact_write_items", _transact),
    ):
        setattr(backend, name, _around(wrapper, getattr(backend, name)))
    shard: Private = StreamShard
    shard.add = _around(_record, shard.add)


def _around(wrapper: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments, **named: wrapper(original, *arguments, **named)
