"""The journal of transfers: what was taken outlives the process, of one person at a time."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from backend.wire import SentPart
from desktop.errors import ForbiddenError
from desktop.ports import FileKind
from desktop.sentences import quoted, said
from desktop.store.database import set_up
from desktop.store.journal import DAY, KEPT_SECONDS, SCHEMA_VERSION, Journal
from desktop.store.kept import KeptDatabase, unheard
from desktop.store.queue import StoredQueue
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Hold, Incoming, Item, Outgoing, State
from desktop.transfer.ledger import BegunDownload, BegunUpload, NoLedger
from desktop.transfer.packing import Packing
from desktop.transfer.source import Fingerprint, Source

CHECKSUM = "A" * 43 + "="
BEGUN = BegunUpload(
    Source(Path("/a.vcf"), Fingerprint(9, 2**62, 2**64 - 1), "f" * 64, (CHECKSUM,) * 3), "job-1"
)
READ = said("{name} cannot be read: {reason}.", name="5", reason=said("Line {line}", line=5))
CHECK = FileCheck(9, Packing.BGZIP, "4.2", 3, "GRCh38", 100, remark=READ)
ITEMS = [
    Item("1", "a.vcf", Outgoing(Path("/a.vcf"), CHECK, anyway=True), State.HELD, "?", Hold.PLAN),
    Item(
        "2",
        "b",
        Incoming("job", FileKind.TABLE, Path("/b"), "c"),
        State.RETRYING,
        quoted("!"),
        None,
        3,
    ),
]

# The ledger knows which of them have jobs.
TAKEN_UP = [replace(ITEMS[0], work=replace(ITEMS[0].work, job_id="job-1")), ITEMS[1]]


def part(number: int) -> SentPart:
    return SentPart(number=number, etag=f'"{number}"', sha256=CHECKSUM)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "deep" / "transfers.sqlite")
    yield made
    made.close()


def test_an_upload_comes_back_as_it_was(journal: Journal, tmp_path: Path) -> None:
    journal.begin_upload("1", BEGUN)
    for number in (3, 1):
        journal.note_part("1", part(number))
    journal.close()
    with closing(Journal(tmp_path / "deep" / "transfers.sqlite")) as again:
        assert again.upload("1") == BEGUN
        assert again.parts("1") == [part(1), part(3)]
        assert again.upload("2") is None


def test_a_new_fingerprint_leaves_the_parts(journal: Journal) -> None:
    journal.begin_upload("1", BEGUN)
    journal.note_part("1", part(2))
    touched = replace(BEGUN.source, fingerprint=Fingerprint(9, 1, 1))
    journal.begin_upload("1", replace(BEGUN, source=touched))
    assert journal.upload("1") == replace(BEGUN, source=touched)
    assert journal.parts("1") == [part(2)]


def test_what_is_forgotten_leaves_nothing_and_takes_nothing_more(journal: Journal) -> None:
    journal.begin_upload("1", BEGUN)
    journal.note_part("1", part(1))
    journal.begin_download("1", BegunDownload(Path("/x.part"), '"v"'))
    journal.forget("1")
    journal.note_part("1", part(2))
    assert journal.upload("1") is None
    assert journal.download("1") is None
    journal.begin_upload("1", BEGUN)
    assert journal.parts("1") == []


def test_parts_are_noted_from_many_threads(journal: Journal) -> None:
    journal.begin_upload("1", BEGUN)
    threads = [threading.Thread(target=journal.note_part, args=("1", part(n))) for n in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.number for each in journal.parts("1")] == [1, 2, 3]


def test_a_part_that_the_disk_refused_is_noted_with_the_next(
    journal: Journal, tmp_path: Path
) -> None:
    journal.begin_upload("1", BEGUN)
    path = tmp_path / "deep" / "transfers.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON part BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        with pytest.raises(ForbiddenError, match="full"):
            journal.note_part("1", part(1))
        assert journal.parts("1") == []
        connection.execute("DROP TRIGGER full")
    journal.note_part("1", part(2))
    assert [each.number for each in journal.parts("1")] == [1, 2]


def test_what_is_done_leaves_the_queue_and_the_ledger_at_once(
    journal: Journal, tmp_path: Path
) -> None:
    journal.save_items("ada", ITEMS)
    journal.begin_upload("1", BEGUN)
    journal.begin_download("2", BegunDownload(Path("/b/.c.part"), ""))
    path = tmp_path / "deep" / "transfers.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON item BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        with pytest.raises(ForbiddenError, match="full"):
            journal.save_items("ada", ITEMS[1:], ["1"])
        assert journal.items("ada") == ITEMS
        assert journal.upload("1") == BEGUN
        connection.execute("DROP TRIGGER full")
    journal.save_items("ada", ITEMS[1:], ["1"])
    assert journal.items("ada") == ITEMS[1:]
    assert journal.upload("1") is None
    assert journal.download("2") is not None
    journal.save_items("ada", [], ["1", "2"])
    assert journal.download("2") is None


def test_a_queue_comes_back_in_its_order(journal: Journal) -> None:
    journal.save_items("ada", ITEMS)
    journal.save_items("ada", ITEMS[::-1])
    assert journal.items("ada") == ITEMS[::-1]
    assert journal.items("bob") == []


def test_what_is_no_text_in_a_name_comes_back_as_it_was(journal: Journal) -> None:
    old = Path(os.fsdecode(b"/nas/M\xfcller/M\xfcller.vcf"))
    read = said("{name} cannot be read.", name=old.name)
    kept = Item("3", old.name, Outgoing(old, FileCheck(9, fault=read)), reason=old.name)
    saved = Item("4", "b", Incoming("job", FileKind.TABLE, old.parent, saved=old))
    journal.save_items("ada", [*ITEMS, kept, saved])
    assert journal.items("ada") == [*ITEMS, kept, saved]
    begun = replace(BEGUN, source=replace(BEGUN.source, path=old))
    journal.begin_upload("3", begun)
    journal.begin_download("4", BegunDownload(old, ""))
    assert journal.upload("3") == begun
    assert journal.download("4") == BegunDownload(old, "")
    journal.save_items("ada", ITEMS)
    assert journal.see("ada") == [BegunDownload(old, "")]


def test_an_item_of_another_form_is_left_out(journal: Journal, tmp_path: Path) -> None:
    journal.save_items("ada", ITEMS)
    path = tmp_path / "deep" / "transfers.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE item SET view = '{}' WHERE id = '1'")
    assert journal.items("ada") == ITEMS[1:]


def test_transfers_of_one_person_wait_for_them_and_are_never_taken_up_by_another(
    tmp_path: Path,
) -> None:
    now = [1_000_000.0]
    journal = Journal(tmp_path / "transfers.sqlite", lambda: now[0])
    left = tmp_path / ".b.part"
    left.touch()

    async def life() -> None:
        queue = StoredQueue(journal)
        await queue.load("ada")
        await queue.save("ada", ITEMS)
        journal.begin_upload("1", BEGUN)
        journal.begin_download("2", BegunDownload(left, ""))
        now[0] += KEPT_SECONDS
        assert await queue.load("bob") == []
        await queue.save("bob", [])
        assert await queue.load("ada") == TAKEN_UP
        assert journal.upload("1") == BEGUN
        assert left.exists()
        # Saving is a sign of life, too, and a clock that goes back takes none away.
        now[0] += KEPT_SECONDS
        await queue.save("ada", ITEMS)
        now[0] -= KEPT_SECONDS
        assert await queue.load("ada") == TAKEN_UP
        now[0] += 2 * KEPT_SECONDS
        assert await queue.load("bob") == []
        assert left.exists()
        now[0] += 1
        assert await queue.load("bob") == []
        assert left.exists()
        now[0] += DAY
        assert await queue.load("bob") == []
        assert await queue.load("ada") == []
        assert journal.upload("1") is None
        assert not left.exists()
        await asyncio.to_thread(queue.close)

    asyncio.run(life())


START = 1_000_000_000.0


@pytest.mark.parametrize(
    ("bobs_days", "left"),
    [
        # A clock that is wrong for a while, ahead or behind, throws nothing away.
        ([60, 1, 2, 3], True),
        ([60, 60.9, 1], True),
        ([60, 1, 32], True),
        ([-9999, 1, 2, 29], True),
        ([-9999, 32], True),
        ([31, 31.9], True),
        ([31, 32.1], False),
    ],
)
def test_what_was_left_is_thrown_away_when_two_visits_a_day_apart_find_it_too_old(
    tmp_path: Path, bobs_days: list[float], *, left: bool
) -> None:
    now = [START]
    with closing(Journal(tmp_path / "transfers.sqlite", lambda: now[0])) as journal:
        journal.see("ada")
        journal.save_items("ada", ITEMS)
        for day in bobs_days:
            now[0] = START + day * DAY
            journal.see("bob")
        assert journal.items("ada") == (ITEMS if left else [])


def test_a_visit_that_is_yet_to_come_keeps_nothing_for_ever(tmp_path: Path) -> None:
    now = [START + 9999 * DAY]
    with closing(Journal(tmp_path / "transfers.sqlite", lambda: now[0])) as journal:
        journal.save_items("ada", ITEMS)
        for day in (0, 1, 31.5, 32.6):
            assert journal.items("ada") == ITEMS
            now[0] = START + day * DAY
            journal.see("bob")
        assert journal.items("ada") == []


def test_whoever_comes_back_in_between_is_not_taken_for_gone(tmp_path: Path) -> None:
    now = [START]
    with closing(Journal(tmp_path / "transfers.sqlite", lambda: now[0])) as journal:
        journal.save_items("ada", ITEMS)
        for day, owner in ((60, "bob"), (0.5, "ada"), (61.1, "bob")):
            now[0] = START + day * DAY
            journal.save_items(owner, journal.items(owner))
            if owner == "bob":
                journal.see(owner)
        assert journal.items("ada") == ITEMS


def test_what_got_through_is_known(journal: Journal, tmp_path: Path) -> None:
    piece = tmp_path / ".b.part"
    piece.touch()
    journal.begin_upload("1", BEGUN)
    journal.begin_download("2", BegunDownload(piece, ""))
    journal.begin_download("3", BegunDownload(tmp_path / "gone", ""))

    async def look() -> None:
        queue = StoredQueue(journal)
        assert not await queue.got_through(["1", "2", "3", "4"])
        piece.write_bytes(b"#")
        assert await queue.got_through(["2"])
        journal.note_part("1", part(1))
        assert await queue.got_through(["4", "1"])

    asyncio.run(look())


OLD = """
CREATE TABLE item (id TEXT PRIMARY KEY, owner TEXT NOT NULL, place INTEGER NOT NULL,
  view TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE upload (key TEXT PRIMARY KEY, job_id TEXT NOT NULL, path TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode TEXT NOT NULL, sha256 TEXT NOT NULL,
  part_sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE part (key TEXT NOT NULL REFERENCES upload ON DELETE CASCADE, number INTEGER NOT NULL,
  etag TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE download (key TEXT PRIMARY KEY, part TEXT NOT NULL, version TEXT NOT NULL)
  WITHOUT ROWID;
PRAGMA user_version = 1;
"""


def test_a_journal_of_an_older_app_goes_on(tmp_path: Path) -> None:
    path, now = tmp_path / "transfers.sqlite", [0.0]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(OLD)
        view = TypeAdapter(Item).dump_json(ITEMS[0]).decode()
        connection.execute("INSERT INTO item VALUES ('1', 'ada', 0, ?)", (view,))
    with closing(Journal(path, lambda: now[0])) as journal:
        journal.begin_upload("1", BEGUN)
        now[0] = 9 * KEPT_SECONDS
        journal.see("bob")
        assert journal.items("ada") == ITEMS[:1]
        assert journal.upload("1") == BEGUN
        now[0] += KEPT_SECONDS + 1
        journal.see("bob")
        assert journal.items("ada") == ITEMS[:1]
        now[0] += DAY
        journal.see("bob")
        assert journal.items("ada") == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert not path.with_name(f"{path.name}.damaged").exists()


def test_a_damaged_journal_is_set_aside_and_begun_anew(tmp_path: Path) -> None:
    path, content = tmp_path / "transfers.sqlite", b"no database, and longer than its header" * 9
    path.write_bytes(content)
    aside = tmp_path / "transfers.sqlite.damaged"
    # What was written beside an earlier damaged one does not belong to this one.
    aside.with_name(f"{aside.name}-wal").write_bytes(b"of another")
    with closing(Journal(path)) as journal:
        assert journal.items("ada") == []
    assert aside.read_bytes() == content
    assert not aside.with_name(f"{aside.name}-wal").exists()


def test_a_journal_of_a_newer_app_is_kept_for_it(tmp_path: Path) -> None:
    path = tmp_path / "transfers.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE item (place TEXT)")
        connection.execute("INSERT INTO item VALUES ('first')")
        connection.execute("PRAGMA user_version = 99")
    with closing(Journal(path)) as journal:
        journal.save_items("ada", ITEMS)
        assert journal.items("ada") == ITEMS
    with closing(sqlite3.connect(tmp_path / "transfers.sqlite.damaged")) as kept:
        assert kept.execute("SELECT place FROM item").fetchall() == [("first",)]


def test_a_journal_that_cannot_be_opened_just_now_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "transfers.sqlite"
    path.write_bytes(b"parts that were taken")

    def connect(_path: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database is locked")

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        KeptDatabase(path, connect, unheard).do(lambda _database: None)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"parts that were taken"


def test_a_database_has_all_of_its_tables_or_none(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.OperationalError):
        set_up(connection, "CREATE TABLE a (x); CREATE TABLE a (y);", 1)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        set_up(connection, "CREATE TABLE a (x);", 1)
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_tables_that_were_left_half_made_are_no_database_of_ours(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        connection.execute("CREATE TABLE a (x)")
        with pytest.raises(sqlite3.DatabaseError, match="form 0, not 1"):
            set_up(connection, "CREATE TABLE a (x);", 1)


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        closing(Journal(tmp_path / "file" / "transfers.sqlite")) as journal,
        pytest.raises(ForbiddenError, match="Make room there"),
    ):
        journal.begin_upload("1", BEGUN)


def test_a_thread_that_ends_after_the_app_does_not_open_it_again(journal: Journal) -> None:
    journal.begin_upload("1", BEGUN)
    journal.close()
    with pytest.raises(ForbiddenError, match="the app has ended"):
        journal.note_part("1", part(1))


def test_without_a_ledger_nothing_is_remembered() -> None:
    nothing = NoLedger()
    nothing.begin_upload("1", BEGUN)
    nothing.note_part("1", part(1))
    nothing.begin_download("1", BegunDownload(Path("/x"), ""))
    nothing.forget("1")
    assert (nothing.upload("1"), nothing.download("1"), nothing.parts("1")) == (None, None, ())
