"""The verdict of `gas demo` can fail: it finds what is lost, altered or wrong."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from backend.local.verdict import Verdict, judge

HEADER = "##fileformat=VCFv4.2\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
CSQ = '##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Allele|Consequence|SYMBOL|HGVSp">\n'
SENT = [
    "chrM\t3308\trs1\tT\tC\t.\tPASS\tDP=1\n",
    "chrM\t3992\t.\tC\tT\t.\tPASS\tDP=1\n",
    "chrM\t4000\t.\tC\t<DEL>\t.\tPASS\tDP=1\n",
]
BACK = [
    "chrM\t3308\trs1\tT\tC\t.\tPASS\tDP=1;CSQ=C|start_lost|MT-ND1|x:p.Met1?\n",
    "chrM\t3992\t.\tC\tT\t.\tPASS\tDP=1;CSQ=T|missense_variant|MT-ND1|x:p.Thr229Met\n",
    "chrM\t4000\t.\tC\t<DEL>\t.\tPASS\tDP=1;GAS_STATUS=symbolic\n",
]
KNOWN = {
    "variants": [
        {
            "chrom": "MT",
            "pos": 3308,
            "ref": "T",
            "alt": "C",
            "symbol": "MT-ND1",
            "consequence": "start_lost",
            "hgvsp": "p.Met1?",
        }
    ]
}


def verdict(folder: Path, back: list[str]) -> Verdict:
    source, result, known = folder / "in.vcf", folder / "out.vcf.gz", folder / "known.json"
    source.write_text(HEADER + COLUMNS + "".join(SENT))
    with gzip.open(result, "wt") as file:
        file.write(HEADER + CSQ + COLUMNS + "".join(back))
    known.write_text(json.dumps(KNOWN))
    return judge(source, result, known)


def test_everything_back_is_right(tmp_path: Path) -> None:
    found = verdict(tmp_path, BACK)

    assert found.ok
    assert (found.variants_in, found.variants_out) == (3, 3)
    assert (found.annotated, found.passed_through, found.known) == (2, 1, 1)
    assert found.consequences == {"start_lost": 1, "missense_variant": 1}


def test_lost_record_is_named(tmp_path: Path) -> None:
    found = verdict(tmp_path, BACK[:1] + BACK[2:])

    assert not found.ok
    assert found.missing == ["chrM:3992 C>T"]


@pytest.mark.parametrize("change", [("rs1", "."), ("3308", "3309"), ("PASS", "q10")])
def test_altered_record_is_a_lost_one(tmp_path: Path, change: tuple[str, str]) -> None:
    found = verdict(tmp_path, [BACK[0].replace(*change), *BACK[1:]])

    assert found.missing == ["chrM:3308 T>C"]


@pytest.mark.parametrize(
    "change", [("start_lost", "missense_variant"), ("MT-ND1", "MT-ND2"), ("Met1?", "Ile1Thr")]
)
def test_wrong_consequence_is_named(tmp_path: Path, change: tuple[str, str]) -> None:
    found = verdict(tmp_path, [BACK[0].replace(*change), *BACK[1:]])

    assert not found.ok
    assert found.wrong[0].startswith("chrM:3308 T>C")


def test_record_that_nobody_accounts_for_is_noticed(tmp_path: Path) -> None:
    assert not verdict(tmp_path, [*BACK[:2], BACK[2].replace(";GAS_STATUS=symbolic", "")]).ok


def test_empty_file_proves_nothing(tmp_path: Path) -> None:
    assert not Verdict().ok
