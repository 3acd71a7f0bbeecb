"""Files that once were trouble, or might be: refused with a reason, or every record comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from annotator.reference.bundle import Bundle, demo_bundle
from tests.fuzz.judging import Options, judge

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(file.name for file in CORPUS.iterdir() if file.name != "README.md")
PLAIN = Options()
TABLE = Options(table=True)
CSQ = Options(engine="csq")
REPLACE = Options(replace=True, table=True, report=True, most_records=3)


@pytest.fixture(scope="module")
def demo() -> Bundle:
    return demo_bundle()


@pytest.mark.parametrize(
    "options", [PLAIN, TABLE, CSQ, REPLACE], ids=["plain", "table", "csq", "replace"]
)
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_refused_with_a_reason_or_comes_back_whole(
    demo: Bundle, tmp_path: Path, name: str, options: Options
) -> None:
    assert judge((CORPUS / name).read_bytes(), tmp_path, demo, options) is None


def test_every_file_is_explained() -> None:
    readme = (CORPUS / "README.md").read_text("utf-8")
    assert re.findall(r"^\| `(.+?)` \| .+ \|$", readme, re.MULTILINE) == FILES
