"""Files to try: some by grammar, some real with parts broken. All are small."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from annotator.reference.bundle import demo_folder
from tests.fuzz import values
from tests.fuzz.judging import Options
from tests.fuzz.storage import stored

SHARED = Path(__file__).parents[3] / "shared" / "data"
CORPUS = Path(__file__).parent / "corpus"
_CHOICES = [
    *(values.CONTIGS, values.POSITIONS, values.IDS, values.BASES, values.ALTS, values.QUALS),
    *(values.FILTERS, values.INFOS, values.FORMATS, values.SAMPLES),
]
_INFO = 7
_DIFFERENT_SAMPLES = 4
_HEADER_KEPT = 40
_POSITION_DIGITS = 9


def seldom(times: int) -> st.SearchStrategy[bool]:
    """True once in so many *times*."""
    return st.integers(0, times - 1).map(lambda number: number == 1)


@cache
def true_records() -> list[list[bytes]]:
    """The columns of the demo's records, which are true of its reference."""
    lines = (demo_folder() / "demo.vcf").read_bytes().splitlines()
    return [line.split(b"\t") for line in lines if not line.startswith(b"#")]


@st.composite
def records(draw: st.DrawFn, samples: int) -> bytes:
    """A record: true at the beginning, with some columns replaced."""
    columns = list(draw(st.sampled_from(true_records())))
    if samples:
        columns += [draw(st.sampled_from(values.FORMATS))]
        different = min(samples, _DIFFERENT_SAMPLES)
        columns += [draw(st.sampled_from(values.SAMPLES)) for _ in range(different)]
        columns += [b"0|1"] * (samples - different)
    for at in draw(st.lists(st.integers(0, _INFO), max_size=2)):
        columns[at] = draw(st.sampled_from(_CHOICES[at]))
    if draw(st.booleans()):
        columns[_INFO] = draw(st.sampled_from(values.INFOS))
    if draw(seldom(30)):
        columns = draw(st.sampled_from([columns[:-1], [*columns, b""], columns[:5], []]))
    return (b" " if draw(seldom(40)) else b"\t").join(columns)


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """A file by grammar."""
    samples = draw(st.sampled_from([0, 0, 0, 1, 2, 3, 150, 400]))
    names = [b"FORMAT", *(b"S%d" % number for number in range(samples))] if samples else []
    columns = b"\t".join([*values.FIXED, *names])
    if draw(seldom(15)):
        columns = draw(st.sampled_from(values.COLUMNS))
    head = [b"##fileformat=VCFv" + draw(st.sampled_from(values.VERSIONS))]
    head += draw(st.lists(st.sampled_from(values.METAS), max_size=5))
    body = draw(st.lists(records(samples), max_size=15))
    if draw(seldom(4)):
        body += body[-draw(st.integers(1, 3)) :]
    if draw(st.booleans()):
        body.sort(key=_place)
    end = draw(st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b"\r"]))
    start = draw(st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf", b"\n", b" ", b"\xff\xfe"]))
    last = draw(st.sampled_from([end, end, end, b"", end + end, b"\x1a"]))
    return start + end.join([*head, columns, *body]) + last


def _place(line: bytes) -> tuple[bytes, int]:
    """By contig and position, as far as a line has them."""
    columns = line.split(b"\t")
    position = columns[1] if len(columns) > 1 else b""
    is_position = position.isdigit() and len(position) <= _POSITION_DIGITS
    return columns[0], int(position) if is_position else 0


@cache
def real() -> list[bytes]:
    """Beginnings of real files, and the corpus; fewer where the real data is not there."""
    files = [demo_folder() / "demo.vcf", *sorted(CORPUS.glob("*.vcf"))]
    for pattern in ("course/*.vcf", "malformed/*.*", "hts_specs_vcf/*/*.vcf", "grch3*/*.vcf.gz"):
        files += sorted(SHARED.glob(pattern))
    return [_beginning(file) for file in files]


def _beginning(file: Path) -> bytes:
    """The header and the first records of a file; of a long header the first lines."""
    data = file.read_bytes()
    text = gzip.decompress(data) if file.suffix == ".gz" else data
    lines = text.splitlines(keepends=True)
    head = [line for line in lines if line.startswith(b"##")]
    rest = [line for line in lines if not line.startswith(b"##")]
    return b"".join([*head[:_HEADER_KEPT], *rest[:15]])


@st.composite
def broken(draw: st.DrawFn, text: bytes) -> bytes:
    """*text* with some of its bytes, columns and lines changed."""
    for _ in range(draw(st.integers(0, 4))):
        change = draw(st.sampled_from([_spliced, _spliced, _rearranged, _replaced, _replaced]))
        text = draw(change(text))
    return text


@st.composite
def _spliced(draw: st.DrawFn, text: bytes) -> bytes:
    """*text* with bytes put in, taken out, cut off, or one of them changed."""
    at = draw(st.integers(0, len(text)))
    match draw(st.integers(0, 3)):
        case 0:
            return text[:at] + draw(st.sampled_from(values.PIECES)) + text[at:]
        case 1:
            return text[:at] + text[at + draw(st.integers(1, 30)) :]
        case 2 if text[at:]:
            return text[:at] + bytes([text[at] ^ draw(st.integers(1, 255))]) + text[at + 1 :]
        case _:
            return text[:at]


@st.composite
def _rearranged(draw: st.DrawFn, text: bytes) -> bytes:
    """*text* with a line doubled, moved or dropped."""
    lines = text.split(b"\n")
    line = lines[draw(st.integers(0, len(lines) - 1))]
    if draw(st.booleans()):
        lines.remove(line)
    if draw(st.booleans()):
        lines.insert(draw(st.integers(0, len(lines))), line)
    return b"\n".join(lines)


@st.composite
def _replaced(draw: st.DrawFn, text: bytes) -> bytes:
    """*text* with a column of a line replaced."""
    lines = text.split(b"\n")
    at = draw(st.integers(0, len(lines) - 1))
    columns = lines[at].split(b"\t")
    column = draw(st.integers(0, len(columns) - 1))
    columns[column] = draw(st.sampled_from(_CHOICES[min(column, len(_CHOICES) - 1)]))
    lines[at] = b"\t".join(columns)
    return b"\n".join(lines)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """The bytes of a file to try."""
    text = draw(written()) if draw(st.booleans()) else draw(st.sampled_from(real()))
    if draw(st.booleans()):
        text = draw(broken(text))
    return draw(stored(text))


options = st.builds(
    Options,
    engine=st.sampled_from(["vepyr", "vepyr", "csq"]),
    replace=st.booleans(),
    table=seldom(4),
    report=seldom(8),
    most_records=st.sampled_from([250_000, 250_000, 3]),
)
