"""`gas reference`, from the command line to the folder of bundles."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from annotator.reference.build import build
from annotator.reference.bundle import Bundle, installed, load, verify
from annotator.reference.sources import SourceFiles
from annotator.reference.workplace import workplace
from backend.cli import main
from tests.unit.annotator.lab import SEQUENCE, info, known, lab_bundle, lab_files, vcf

ROOT = Path(__file__).parents[3]


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """What `gas reference build` needs, all in a folder of the test's."""
    fasta, genes = lab_files(tmp_path)
    return [
        *("reference", "build", "--name", "lab", "--assembly", "lab1"),
        *("--fasta", str(fasta), "--genes", str(genes), "--out", str(tmp_path / "out")),
    ]


def test_a_bundle_is_built_with_sources_and_known_alleles(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sites = vcf(tmp_path / "s.vcf", "1 3 . G A . . N=x", "1 4 . A * . . .", header=info("N", "1"))
    panel = tmp_path / "p.bed"
    panel.write_text("1\t0\t9\n")
    status = main(
        [
            *options,
            *("--source", f"mine={sites}", "--source", f"panel={panel}"),
            *("--release", "mine=week 3", "--licence", "mine=ours", "--licence", "fasta=CC0"),
            *("--release", "genes=9", "--precompute"),
        ]
    )
    said = capsys.readouterr()
    assert status == 0
    (made,) = (tmp_path / "out").iterdir()
    bundle = load(made)
    verify(bundle)
    assert said.out == f"lab (lab1: 1, MT)\n{bundle.hash}\n{made}\n"
    assert said.err == (
        "mine: 1 of 2 records cannot be used: ALT is *, an allele missing because of a deletion "
        "upstream.\n"
    )
    assert known(bundle, (3, 1, "A")) == ["mine_N=x;panel_OVERLAP"]
    assert [(each.name, each.release, each.licence) for each in bundle.sources] == [
        ("lab.fa", "not stated", "CC0"),
        ("lab.gff3", "9", "not stated"),
        ("mine", "week 3", "ours"),
        ("panel", "not stated", "not stated"),
    ]
    assert bundle.known == made / "known"
    (row,) = pq.read_table(made / "known" / "1.parquet").to_pylist()
    assert row["info"] == b"mine_N=x;panel_OVERLAP"
    assert row["csq"].startswith(b"A|upstream_gene_variant|MODIFIER|ONE|G1|")


def test_rare_alleles_may_be_left_out_of_the_store(options: list[str], tmp_path: Path) -> None:
    sites = vcf(
        tmp_path / "g.vcf",
        "1 3 . G A . . AF=0.2",
        "1 4 . A C . . AF=1e-6",
        header=info("AF", "A", "Float"),
    )
    least = ("--precompute", "--precompute-min-frequency", "0.01")
    assert main([*options, "--source", f"gnomad={sites}", *least]) == 0
    (made,) = (tmp_path / "out").iterdir()
    assert pq.read_metadata(made / "known" / "1.parquet").num_rows == 1


def test_bundles_go_where_the_settings_say(
    options: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    demo: Bundle,
) -> None:
    del options[-2:]
    monkeypatch.setenv("GAS_BUNDLES", str(tmp_path / "set"))
    assert main(options) == 0
    monkeypatch.delenv("GAS_BUNDLES")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    assert main(options) == 0
    (one,) = (tmp_path / "set").iterdir()
    (same,) = (tmp_path / "home" / "gas" / "bundles").iterdir()
    assert one.name == same.name
    capsys.readouterr()
    assert main(["reference", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        f"{load(same).hash[:12]}  lab1  lab  {same}",
        "    1, MT; no known alleles",
        "    lab.fa: not stated; licence not stated",
        "    lab.gff3: not stated; licence not stated",
    ]
    assert f"{demo.hash[:12]}  GRCh37  demo  {demo.path}" in lines


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (["--source", "mine=absent.vcf"], "There is no file absent.vcf for the source mine."),
        (["--release", "other=3"], "There is no source other to have a release or licence."),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(
    options: list[str], extra: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*options, *extra]) == 1
    assert capsys.readouterr().err == f"gas: {reason}\n"


def test_a_file_that_is_not_there_is_named(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    options[options.index("--fasta") + 1] = "absent.fa"
    assert main(options) == 1
    assert capsys.readouterr().err == "gas: There is no file absent.fa.\n"


def test_verify_names_the_file_that_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = lab_bundle(tmp_path)
    assert main(["reference", "verify", str(bundle.path)]) == 0
    assert capsys.readouterr().out == f"lab is whole: {bundle.hash}\n"
    text = (bundle.path / "reference.fa").read_text()
    (bundle.path / "reference.fa").write_text(text.replace("TTGACC", "TTGACG"))
    assert main(["reference", "verify", str(bundle.path)]) == 1
    assert "reference.fa of bundle lab is not what was built" in capsys.readouterr().err


def test_a_failure_late_in_the_build_leaves_nothing(tmp_path: Path) -> None:
    fasta, genes = lab_files(tmp_path)

    def fail(bundle: Bundle) -> None:
        assert bundle.fasta.is_file()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(
            name="lab",
            assembly="lab1",
            fasta=fasta,
            genes=genes,
            out=tmp_path / "out",
            precompute=fail,
        )
    assert not list((tmp_path / "out").iterdir())


def test_what_precomputes_gets_a_bundle_that_lacks_its_store_alone(tmp_path: Path) -> None:
    fasta, genes = lab_files(tmp_path)
    sites = vcf(tmp_path / "s.vcf", "1 3 . G A . . .")
    seen: list[Bundle] = []

    def store(bundle: Bundle) -> None:
        seen.append(bundle)
        assert known(bundle, (3, 1, "A")) == ["mine_KNOWN"]
        assert bundle.known is None
        bundle.known_folder.mkdir()
        (bundle.known_folder / "1.parquet").write_bytes(b"store")

    made = [
        build(
            name="lab",
            assembly="lab1",
            fasta=fasta,
            genes=genes,
            out=tmp_path / "out",
            annotations=[SourceFiles("mine", (sites,))],
            precompute=store,
            compress=compress,
        )
        for compress in (False, True)
    ]
    assert [each.known for each in made] == [each.path / "known" for each in made]
    # The second keeps its sequence compressed, but the store was made with the plain one.
    assert [each.fasta.name for each in made] == ["reference.fa", "reference.fa.gz"]
    assert seen[0].hash == seen[1].hash != made[0].hash
    for each in made:
        verify(each)


# Whoever runs the tests in the background may have had SIGINT ignored, which is inherited.
_RUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from backend.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def at_work(options: list[str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a build that takes a while and has begun to write."""
    big = tmp_path / "big.fa"
    big.write_text(f">chr1\n{SEQUENCE * 500_000}\n")
    options = [str(big) if each.endswith("lab.fa") else each for each in options]
    with subprocess.Popen([sys.executable, "-c", _RUN, *options], cwd=ROOT) as process:
        while not list(tmp_path.glob("out/.building-*/bundle")):
            assert process.poll() is None
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_build_that_is_called_off_leaves_nothing(
    at_work: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    at_work.send_signal(number)
    assert at_work.wait(20) == (143 if number == signal.SIGTERM else 130)
    assert not list((tmp_path / "out").iterdir())


def test_what_a_killed_build_left_is_removed_by_the_next(
    at_work: subprocess.Popen[bytes], options: list[str], tmp_path: Path
) -> None:
    at_work.send_signal(signal.SIGSTOP)
    (folder,) = (tmp_path / "out").iterdir()
    assert main(options) == 0
    # That of a build at work is left alone.
    assert folder.is_dir()
    at_work.kill()
    at_work.wait(20)
    assert folder.is_dir()
    assert main(options) == 0
    assert [each.name for each in (tmp_path / "out").iterdir()] == [
        installed(tmp_path / "out")[0].path.name
    ]


def test_a_workplace_is_gone_afterwards(tmp_path: Path) -> None:
    with workplace(tmp_path / "out") as folder:
        (folder / "file").touch()
    assert not list((tmp_path / "out").iterdir())
