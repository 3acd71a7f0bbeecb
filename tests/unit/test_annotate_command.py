"""`gas annotate` as people call it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pysam
import pytest

from annotator.reference.bundle import demo_folder
from backend.cli import main
from tests.unit.annotator.lab import COLUMNS, HEADER, SEQUENCE, lab_bundle

DEMO = demo_folder() / "demo.vcf"


def test_every_file_that_was_asked_for_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "out.vcf.gz"
    extras = ("--table", f"{tmp_path}/t.parquet", "--report", f"{tmp_path}/r.html")
    assert (
        main(["annotate", str(DEMO), "-o", str(out), *extras, "--json", f"{tmp_path}/s.json"]) == 0
    )
    made = sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file())
    assert made == [
        *("new/out.vcf.gz", "new/out.vcf.gz.log", "new/out.vcf.gz.tbi"),
        *("r.html", "s.json", "t.parquet"),
    ]
    summary = json.loads((tmp_path / "s.json").read_text())
    assert json.loads(capsys.readouterr().out) == summary
    with pysam.VariantFile(str(out)) as result:
        assert sum(1 for _ in result) == summary["variants_in"]


def test_an_index_of_an_earlier_result_does_not_stay_beside_one_without(tmp_path: Path) -> None:
    out, unsorted = tmp_path / "out.vcf.gz", tmp_path / "in.vcf"
    lines = DEMO.read_text().splitlines(keepends=True)
    header = [line for line in lines if line.startswith("#")]
    unsorted.write_text("".join(header + lines[len(header) :][::-1]))
    assert main(["annotate", str(DEMO), "-o", str(out)]) == 0
    assert out.with_name("out.vcf.gz.tbi").exists()
    assert main(["annotate", str(unsorted), "-o", str(out)]) == 0
    assert not out.with_name("out.vcf.gz.tbi").exists()


def test_the_index_can_be_left_out(tmp_path: Path) -> None:
    out = tmp_path / "out.vcf.gz"
    assert main(["annotate", str(DEMO), "-o", str(out), "--no-index"]) == 0
    assert not out.with_name("out.vcf.gz.tbi").exists()


def test_a_refused_file_leaves_what_was_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, wrong = tmp_path / "out.vcf.gz", tmp_path / "in.vcf"
    out.write_bytes(b"earlier")
    wrong.write_text("##fileformat=VCFv3.3\n")
    assert main(["annotate", str(wrong), "-o", str(out)]) == 1
    assert out.read_bytes() == b"earlier"
    assert "The file is VCF 3.3" in capsys.readouterr().err


def test_what_a_killed_run_left_behind_is_cleared_by_the_next(tmp_path: Path) -> None:
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    left = tmp_path / f".gas-annotate-{int(gone.stdout)}-abc"
    alive = tmp_path / ".gas-annotate-1-abc"
    for folder in (left, alive):
        folder.mkdir()
    assert main(["annotate", str(DEMO), "-o", str(tmp_path / "out.vcf.gz")]) == 0
    assert not left.exists()
    assert alive.exists()


@pytest.mark.parametrize("engine", ["vepyr", "csq"])
def test_paths_may_be_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    shutil.copytree(demo_folder() / "bundle", tmp_path / "lab" / "bundle")
    shutil.copy(DEMO, tmp_path / "in.vcf")
    monkeypatch.chdir(tmp_path)
    options = ("--bundle", "lab/bundle", "--engine", engine, "--table", "t.parquet")
    assert main(["annotate", "in.vcf", "-o", "new/out.vcf.gz", *options]) == 0
    assert Path("new/out.vcf.gz").exists()
    assert Path("t.parquet").exists()


def test_the_folder_of_bundles_may_be_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = lab_bundle(tmp_path)
    (tmp_path / "in.vcf").write_text(f"{HEADER}{COLUMNS}1\t24\t.\t{SEQUENCE[23]}\tT\t.\t.\t.\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAS_BUNDLES", lab.path.parent.name)
    assert main(["annotate", "in.vcf", "-o", "out.vcf.gz", "--json", "s.json"]) == 0
    assert json.loads(Path("s.json").read_text())["bundle"] == lab.hash
