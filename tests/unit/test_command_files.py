"""What a command is given to read and to write is looked at before it works."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.reference.bundle import demo_folder
from backend.cli import main
from backend.local.ports import MOST, port_number

DEMO = demo_folder() / "demo.vcf"

Refused = Callable[..., str]


@pytest.fixture
def vcf(tmp_path: Path) -> Path:
    """The user's own file."""
    file = tmp_path / "in.vcf.gz"
    file.write_bytes(DEMO.read_bytes())
    return file


@pytest.fixture
def refused(vcf: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """What `gas` says when it refuses; nothing has come or gone, and the file is what it was."""

    def run(*words: str | Path) -> str:
        before = sorted(vcf.parent.rglob("*"))
        assert main([str(word) for word in words]) == 1
        assert sorted(vcf.parent.rglob("*")) == before
        assert vcf.read_bytes() == DEMO.read_bytes()
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("gas: ")
        assert err.count("\n") == 1
        return err.removeprefix("gas: ").strip()

    return run


@pytest.mark.parametrize(
    ("option", "what"), [("--table", "table"), ("--report", "report"), ("--json", "counts")]
)
def test_no_output_takes_the_place_of_the_input(
    refused: Refused, vcf: Path, tmp_path: Path, option: str, what: str
) -> None:
    said = refused("annotate", vcf, "-o", tmp_path / "out.vcf.gz", option, vcf)
    assert said == f"{vcf} would be both the input and the {what}; give one of them another name."


def test_the_result_does_not_take_the_place_of_the_input(refused: Refused, vcf: Path) -> None:
    said = refused("annotate", vcf, "-o", vcf)
    assert said == f"{vcf} would be both the input and the result; give one of them another name."


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_the_input_is_known_by_its_other_names(
    refused: Refused, vcf: Path, tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    other = tmp_path / "other.vcf.gz"
    link(vcf, other)
    assert "both the input and the result" in refused("annotate", vcf, "-o", other)
    assert "both the input and the result" in refused("annotate", other, "-o", vcf)


def test_the_input_is_known_by_another_way_to_it(
    refused: Refused, vcf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(vcf.parent)
    other = Path("..", vcf.parent.name, vcf.name)
    assert "both the input and the result" in refused("annotate", vcf.name, "-o", other)


@pytest.mark.parametrize(
    ("option", "name", "what"),
    [
        ("--report", "out.vcf.gz", "the result and the report"),
        ("--json", "out.vcf.gz.log", "the log and the counts"),
        ("--table", "out.vcf.gz.tbi", "the index and the table"),
    ],
)
def test_no_output_takes_the_place_of_another(
    refused: Refused, vcf: Path, option: str, name: str, what: str
) -> None:
    out, other = vcf.with_name("out.vcf.gz"), vcf.with_name(name)
    said = refused("annotate", vcf, "-o", out, option, other)
    assert said == f"{other} would be both {what}; give one of them another name."


def test_the_log_does_not_take_the_place_of_the_input(
    refused: Refused, vcf: Path, tmp_path: Path
) -> None:
    source = tmp_path / "x.vcf.gz.log"
    source.write_bytes(vcf.read_bytes())
    said = refused("annotate", source, "-o", tmp_path / "x.vcf.gz")
    assert said == f"{source} would be both the input and the log; give one of them another name."


@pytest.mark.parametrize("name", ["folder", "folder.gz"])
def test_a_result_that_is_a_folder_is_refused(
    refused: Refused, vcf: Path, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    said = refused("annotate", vcf, "-o", folder)
    assert said == f"{folder} is a folder; name a file in it for the result."


def test_a_folder_in_the_place_of_the_log_is_refused(
    refused: Refused, vcf: Path, tmp_path: Path
) -> None:
    log = tmp_path / "out.vcf.gz.log"
    log.mkdir()
    said = refused("annotate", vcf, "-o", tmp_path / "out.vcf.gz")
    assert said == f"{log} is a folder; name a file in it for the log."


@pytest.mark.parametrize(
    ("name", "better"),
    [("x.vcf", "x.vcf.gz"), ("x.bcf", "x.vcf.gz"), ("patient.1", "patient.1.vcf.gz")],
)
def test_a_result_is_not_given_the_name_of_another_format(
    refused: Refused, vcf: Path, tmp_path: Path, name: str, better: str
) -> None:
    said = refused("annotate", vcf, "-o", tmp_path / name)
    assert said == f"{tmp_path / name} would be VCF compressed by bgzip; name it {better}."


def test_both_endings_of_bgzip_are_taken(vcf: Path, tmp_path: Path) -> None:
    assert main(["annotate", str(vcf), "-o", str(tmp_path / "out.vcf.bgz")]) == 0
    assert (tmp_path / "out.vcf.bgz.tbi").exists()


def test_an_input_that_is_not_there_is_named(refused: Refused, tmp_path: Path) -> None:
    none = tmp_path / "nothere.vcf"
    said = refused("annotate", none, "-o", tmp_path / "new" / "out.vcf.gz")
    assert said == f"There is no file {none}."


def test_a_folder_is_no_input(refused: Refused, tmp_path: Path) -> None:
    said = refused("annotate", tmp_path, "-o", tmp_path / "out.vcf.gz")
    assert said == f"{tmp_path} is a folder; name one VCF file."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on this system")
def test_what_can_be_read_only_once_is_no_input(refused: Refused, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for given in (pipe, Path("-")):
        said = refused("annotate", given, "-o", tmp_path / "out.vcf.gz")
        assert said == f"{given} is no file, and it is read twice; save it as one first."


def test_where_nothing_can_be_written_is_told_before_the_work(
    refused: Refused, vcf: Path, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    out = tmp_path / "out.vcf.gz"
    for words in (("-o", file / "x.vcf.gz"), ("-o", out, "--json", file / "x.json")):
        said = refused("annotate", vcf, *words)
        assert said.startswith(f"Nothing can be written into {file}: ")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc on this system")
def test_a_folder_that_takes_no_files_is_named(refused: Refused, vcf: Path) -> None:
    said = refused("annotate", vcf, "-o", "/proc/x.vcf.gz")
    assert said.startswith("Nothing can be written into /proc: ")
    assert refused("demo", "--out", "/proc/x").startswith("Nothing can be written into /proc/x: ")


def test_a_file_is_no_folder_for_the_demo(refused: Refused, vcf: Path) -> None:
    assert refused("demo", "--out", vcf).startswith(f"Nothing can be written into {vcf}: ")


def test_the_folder_of_the_counts_is_made(vcf: Path, tmp_path: Path) -> None:
    counts = tmp_path / "new" / "counts.json"
    assert main(["annotate", str(vcf), "-o", f"{tmp_path}/o.vcf.gz", "--json", str(counts)]) == 0
    assert counts.read_text().startswith("{")


def test_a_selection_does_not_take_the_place_of_its_table(refused: Refused, vcf: Path) -> None:
    table = vcf.with_name("table.tsv")
    table.write_bytes(b"PAR1")
    said = refused("export", table, "-o", table)
    assert said.startswith(f"{table} would be both the table and the selection; ")


def test_what_the_system_refuses_is_one_sentence(refused: Refused, vcf: Path) -> None:
    said = refused("local", "up", "--data", vcf / "stack")
    assert said == f"{vcf / 'stack'} cannot be used: Not a directory."


@pytest.mark.parametrize("text", ["-1", "65536", "99999", "http"])
def test_a_port_is_one(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["local", "up", f"--port={text}"])
    assert ended.value.code == 2
    assert f"{text} is not a port; give a number from 0 to 65535" in capsys.readouterr().err
    with pytest.raises(argparse.ArgumentTypeError):
        port_number(text)


def test_ports_that_there_are_are_taken() -> None:
    assert [port_number(text) for text in ("0", "8400", str(MOST))] == [0, 8400, 65535]
