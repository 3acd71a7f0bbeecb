"""An archive is what was packed, to the last byte, or it is refused; anybody's tar can read it."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backend.domain.errors import DamagedError
from backend.services.tarball import (
    INDEX,
    RESULT,
    SUMS,
    TABLE,
    Member,
    pack,
    packed_size,
    unpack,
)
from tests.fakes.files import FakeFiles

NAMES = (RESULT, INDEX, TABLE)
KEYS = {name: f"new/{name}" for name in NAMES}
BLOCK = 512
# Around a block of tar, and around a piece that is read at once.
MIB = 1024**2
BORDERS = [0, 1, 511, 512, 513, 1024, 10_240, MIB - 1, MIB, MIB + 1, 2 * MIB + 513]


def data(name: str, size: int) -> bytes:
    """Return bytes that have no pattern, the same each time."""
    return hashlib.shake_256(name.encode()).digest(size)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Packed:
    """Files in a bucket, and the archive of them.

    Attributes:
        contents: of each file, by name.
        archive: its bytes.
        known: what is recorded: the checksum of the result.
    """

    def __init__(self, **sizes: int) -> None:
        self.contents = {name: data(name, size) for name, size in sizes.items()}
        self.files = FakeFiles()
        self.files.objects = {f"old/{name}": one for name, one in self.contents.items()}
        self.members = [
            Member(name, f"old/{name}", len(one)) for name, one in self.contents.items()
        ]
        self.known = {RESULT: sha256(self.contents.get(RESULT, b""))}
        self.archive = b"".join(pack(self.files, self.members, self.known))


def three(result: int = 700, index: int = 90, table: int = 1500) -> Packed:
    return Packed(**{RESULT: result, INDEX: index, TABLE: table})


def pieces(archive: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(archive), size):
        yield archive[start : start + size]


def unpacked(content: Iterable[bytes], known: dict[str, str]) -> dict[str, bytes]:
    """Unpack, and return what was stored, by name."""
    files = FakeFiles()
    unpack(content, files, KEYS, known)
    return {key.removeprefix("new/"): one for key, one in files.objects.items()}


SIZES = st.sampled_from(BORDERS[:7]) | st.integers(0, 3000)


@given(
    sizes=st.fixed_dictionaries({RESULT: SIZES}, optional={INDEX: SIZES, TABLE: SIZES}),
    piece=st.integers(1, 3000),
)
def test_what_was_packed_comes_out_whatever_the_pieces(sizes: dict[str, int], piece: int) -> None:
    packed = Packed(**sizes)
    assert len(packed.archive) == packed_size(packed.members)
    assert len(packed.archive) % BLOCK == 0
    assert unpacked(pieces(packed.archive, piece), packed.known) == packed.contents


@pytest.mark.parametrize("size", BORDERS)
def test_sizes_around_a_block_and_a_piece(size: int) -> None:
    packed = three(size, size, size)
    assert len(packed.archive) == packed_size(packed.members)
    for piece in (BLOCK, 10_240, MIB, len(packed.archive)):
        assert unpacked(pieces(packed.archive, piece), packed.known) == packed.contents


def test_empty_pieces_are_no_end() -> None:
    packed = three()
    content = (part for piece in pieces(packed.archive, 100) for part in (b"", piece, b""))
    assert unpacked(content, packed.known) == packed.contents


def test_size_is_known_before_anything_is_read_for_files_of_any_size() -> None:
    """The largest object of S3 has more digits than the first form of tar has room for."""
    largest = 5 * 1024**4
    assert packed_size([Member(RESULT, "key", largest)]) == largest + 5 * BLOCK


class TestDamage:
    """One byte is another: refused, or it was a byte of no file and every file is right."""

    packed = three(700, 90, 1500)

    @settings(max_examples=300)
    @given(st.integers(0, len(packed.archive) - 1), st.integers(1, 255))
    @example(0, 1)
    @example(BLOCK + 699, 1)
    @example(156, ord("0") ^ ord("L"))
    @example(len(packed.archive) - 1, 1)
    def test_no_damaged_byte_gets_into_a_file(self, place: int, change: int) -> None:
        damaged = bytearray(self.packed.archive)
        damaged[place] ^= change
        try:
            found = unpacked([bytes(damaged)], self.packed.known)
        except DamagedError:
            return
        assert found == self.packed.contents

    def test_every_byte_of_a_file_and_of_the_checksums_counts(self) -> None:
        archive = self.packed.archive
        for content in self.packed.contents.values():
            start = archive.index(content)
            for place in (start, start + len(content) // 2, start + len(content) - 1):
                self._is_refused(place)
        listed = sums(self.packed.contents)
        start = archive.index(listed)
        for place in range(start, start + len(listed)):
            self._is_refused(place)

    def _is_refused(self, place: int) -> None:
        damaged = bytearray(self.packed.archive)
        damaged[place] ^= 1
        with pytest.raises(DamagedError):
            unpacked([bytes(damaged)], self.packed.known)

    @settings(max_examples=200)
    @given(st.integers(0, len(packed.archive) - 1))
    @example(0)
    @example(BLOCK)
    @example(BLOCK + 700)
    @example(3 * BLOCK)
    def test_archive_that_is_cut_short_lacks_nothing_or_is_refused(self, length: int) -> None:
        try:
            found = unpacked([self.packed.archive[:length]], self.packed.known)
        except DamagedError:
            return
        # What was cut off is the padding and the blocks of zeros at the end.
        assert found == self.packed.contents
        assert length > len(self.packed.archive) - 4 * BLOCK

    def test_damaged_file_is_not_stored(self) -> None:
        files, archive = FakeFiles(), bytearray(self.packed.archive)
        archive[BLOCK] ^= 1
        with pytest.raises(DamagedError, match=f"{RESULT} has the SHA-256"):
            unpack([bytes(archive)], files, KEYS, self.packed.known)
        assert files.objects == {}


def tar(contents: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return an archive that we did not make."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.type = kind if name != SUMS else tarfile.REGTYPE
            entry.size = len(content) if entry.isfile() else 0
            archive.addfile(entry, io.BytesIO(content))
    return made.getvalue()


def sums(contents: dict[str, bytes]) -> bytes:
    return "".join(f"{sha256(one)}  {name}\n" for name, one in contents.items()).encode()


CONTENTS = {RESULT: b"result", INDEX: b"index", TABLE: b"table"}
KNOWN = {RESULT: sha256(b"result")}


class TestForeign:
    def test_archive_of_another_tar_is_read_as_well(self) -> None:
        archive = tar({**CONTENTS, SUMS: sums(CONTENTS)})
        assert unpacked([archive], KNOWN) == CONTENTS

    @pytest.mark.parametrize("name", ["passwd", "../result.vcf.gz", "/etc/passwd", "RESULT.VCF.GZ"])
    def test_member_that_is_none_of_ours_is_refused(self, name: str) -> None:
        contents = {**CONTENTS, name: b"x"}
        with pytest.raises(DamagedError, match="none of ours"):
            unpacked([tar({**contents, SUMS: sums(contents)})], KNOWN)

    @pytest.mark.parametrize("kind", [tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
    def test_member_that_is_no_file_is_refused(self, kind: bytes) -> None:
        with pytest.raises(DamagedError, match="no file"):
            unpacked([tar({RESULT: b""}, kind)], KNOWN)

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
    def test_link_is_refused(self, kind: bytes) -> None:
        with pytest.raises(DamagedError):
            unpacked([tar({RESULT: b""}, kind)], KNOWN)

    @pytest.mark.parametrize("missing", NAMES)
    def test_member_that_is_missing_is_missed(self, missing: str) -> None:
        there = {name: one for name, one in CONTENTS.items() if name != missing}
        with pytest.raises(DamagedError, match="list of checksums"):
            unpacked([tar({**there, SUMS: sums(CONTENTS)})], KNOWN)

    def test_result_that_no_list_names_is_missed_all_the_same(self) -> None:
        there = {INDEX: b"index"}
        with pytest.raises(DamagedError, match="list of checksums"):
            unpacked([tar({**there, SUMS: sums(there)})], KNOWN)

    def test_list_that_is_missing_is_missed(self) -> None:
        with pytest.raises(DamagedError, match="list of checksums"):
            unpacked([tar(CONTENTS)], KNOWN)

    @pytest.mark.parametrize("text", [b"", b"\xff\n", b"x\n", b"0" * 64 + b"  result.vcf.gz\n"])
    def test_list_that_says_something_else_is_refused(self, text: bytes) -> None:
        with pytest.raises(DamagedError, match="list of checksums"):
            unpacked([tar({**CONTENTS, SUMS: text})], KNOWN)

    def test_list_without_end_is_not_read_to_its_end(self) -> None:
        padded = sums(CONTENTS) + b"x  y\n" * 10_000
        with pytest.raises(DamagedError, match="list of checksums"):
            unpacked([tar({**CONTENTS, SUMS: padded})], KNOWN)

    def test_result_of_another_checksum_than_recorded_is_refused(self) -> None:
        archive = tar({**CONTENTS, SUMS: sums(CONTENTS)})
        with pytest.raises(DamagedError, match="was recorded"):
            unpacked([archive], {RESULT: sha256(b"another")})

    @pytest.mark.parametrize("content", [b"", b"x", bytes(10_240), b"\x1f\x8b" + bytes(1000)])
    def test_what_is_no_archive_is_refused(self, content: bytes) -> None:
        with pytest.raises(DamagedError):
            unpacked([content], KNOWN)


class TestPacking:
    def test_file_of_another_checksum_than_recorded_is_refused(self) -> None:
        packed = three()
        with pytest.raises(DamagedError, match="was recorded"):
            b"".join(pack(packed.files, packed.members, {RESULT: sha256(b"another")}))

    @pytest.mark.parametrize("size", [699, 701])
    def test_file_of_another_size_than_announced_is_refused(self, size: int) -> None:
        packed = three()
        members = [Member(RESULT, f"old/{RESULT}", size)]
        with pytest.raises(DamagedError, match="has 700 bytes"):
            b"".join(pack(packed.files, members, {}))


class TestPlainTools:
    def test_tar_lists_and_sha256sum_agrees(self, tmp_path: Path) -> None:
        packed = three(513, 512, 511)
        (tmp_path / "result.tar").write_bytes(packed.archive)
        listed = self._run(tmp_path, "tar", "--list", "--file", "result.tar")
        assert listed.split() == [RESULT, INDEX, TABLE, SUMS]
        self._run(tmp_path, "tar", "--extract", "--file", "result.tar")
        checked = self._run(tmp_path, "sha256sum", "--check", "--strict", SUMS)
        assert checked.splitlines() == [f"{name}: OK" for name in NAMES]

    def _run(self, folder: Path, *command: str) -> str:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout
