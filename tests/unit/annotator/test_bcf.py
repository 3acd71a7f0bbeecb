"""BCF becomes the VCF that bcftools makes of it, or is refused with a reason."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pysam.bcftools
import pytest

from annotator.bcf import as_vcf, is_bcf
from annotator.compression import BGZIP_END, first_bytes
from annotator.reference.bundle import demo_folder
from backend.domain.errors import RejectedError

DEMO = demo_folder() / "demo.vcf"


def convert(source: Path, target: Path, kind: str) -> Path:
    """*source* through ``bcftools view``, in an output *kind* such as ``-Ob``."""
    pysam.bcftools.view("--no-version", kind, "-o", str(target), str(source), catch_stdout=False)
    return target


@pytest.fixture(scope="module")
def compressed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as BCF in bgzip."""
    return convert(DEMO, tmp_path_factory.mktemp("bcf") / "demo.bcf", "-Ob")


@pytest.fixture(scope="module")
def plain(compressed: Path) -> Path:
    """The demo as BCF that is not compressed at all."""
    file = compressed.with_name("plain.bcf")
    file.write_bytes(gzip.decompress(compressed.read_bytes()))
    return file


@pytest.mark.parametrize("kind", ["compressed", "plain"])
def test_bcf_becomes_the_vcf_that_bcftools_makes_of_it(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    source: Path = request.getfixturevalue(kind)
    as_vcf(source, tmp_path / "out.vcf.gz", lambda: None)
    expected = convert(DEMO, tmp_path / "expected.vcf", "-Ov")
    assert gzip.decompress((tmp_path / "out.vcf.gz").read_bytes()) == expected.read_bytes()


def test_the_same_bcf_gives_the_same_bytes(compressed: Path, tmp_path: Path) -> None:
    files = [tmp_path / "1.vcf.gz", tmp_path / "2.vcf.gz"]
    for file in files:
        as_vcf(compressed, file, lambda: None)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes().endswith(BGZIP_END)


def test_bcf_is_told_by_its_bytes(compressed: Path, plain: Path, tmp_path: Path) -> None:
    others = {
        "vcf": DEMO.read_bytes(),
        "vcf.gz": gzip.compress(DEMO.read_bytes()),
        "damaged.gz": gzip.compress(plain.read_bytes())[:15],
        "empty": b"",
    }
    for name, data in others.items():
        (tmp_path / name).write_bytes(data)
    files = [compressed, plain, *(tmp_path / name for name in others)]
    assert [is_bcf(first_bytes(file), file) for file in files] == [True, True, *[False] * 4]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("cut in the middle", "BCF read error"),
        ("without its end mark", "no BGZF EOF marker"),
        ("a magic and nothing else", "could not parse header"),
        ("a header that claims 2 GB", "could not parse header"),
        ("the first version of BCF", "could not parse header"),
        ("a byte flipped", "BCF read error"),
    ],
)
def test_damaged_bcf_is_refused_with_a_reason(
    compressed: Path, plain: Path, tmp_path: Path, name: str, reason: str
) -> None:
    data, raw = compressed.read_bytes(), plain.read_bytes()
    damaged = {
        "cut in the middle": data[: len(data) // 2],
        "without its end mark": data.removesuffix(BGZIP_END),
        "a magic and nothing else": raw[:5],
        "a header that claims 2 GB": raw[:5] + b"\xff\xff\xff\x7f" + raw[9:],
        "the first version of BCF": b"BCF\4" + raw[4:],
        "a byte flipped": data[:-100] + bytes([data[-100] ^ 0xFF]) + data[-99:],
    }
    file = tmp_path / "in.bcf"
    file.write_bytes(damaged[name])
    with pytest.raises(RejectedError) as refused:
        as_vcf(file, tmp_path / "out.vcf.gz", lambda: None)
    text = str(refused.value)
    assert text.startswith("The BCF file cannot be read (")
    assert reason in text
    assert text.endswith("; upload it again, or turn it into VCF with `bcftools view`.")
    assert str(tmp_path) not in text


def test_whoever_stops_it_leaves_no_process(tmp_path: Path) -> None:
    """A pipe that nobody writes to keeps bcftools waiting; it has no reader once that is gone."""
    pipe = tmp_path / "never.bcf"
    os.mkfifo(pipe)

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        as_vcf(pipe, tmp_path / "out.vcf.gz", stop)
    with pytest.raises(OSError, match="No such device or address"):
        os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
