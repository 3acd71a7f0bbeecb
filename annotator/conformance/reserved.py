"""Keys of INFO and FORMAT whose meaning the specification reserves.

A type of ``Number`` stands for whole numbers and others alike, where versions left it open.
INFO/SB is left out: what it holds differs between texts of one version.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ANY_NUMBER = "."
NUMERIC = "Number"

_FIRST, _LAST = (4, 0), (4, 99)
_RANGES = {
    "all": (_FIRST, _LAST),
    "to2": (_FIRST, (4, 2)),
    "to3": (_FIRST, (4, 3)),
    "3": ((4, 3), _LAST),
    "4": ((4, 4), _LAST),
    "5": ((4, 5), _LAST),
}

_INFO = """
AA 1 String all|AC A Integer all|AF A Float all|AN 1 Integer all|BQ 1 Float all|CIGAR A String all
DB 0 Flag all|DP 1 Integer all|END 1 Integer all|H2 0 Flag all|H3 0 Flag all|MQ 1 Number to2
MQ 1 Float 3|MQ0 1 Integer all|NS 1 Integer all|SOMATIC 0 Flag all|VALIDATED 0 Flag all
1000G 0 Flag all|AD R Integer 3|ADF R Integer 3|ADR R Integer 3
IMPRECISE 0 Flag all|NOVEL 0 Flag all|SVTYPE 1 String all
SVLEN . Integer to3|CIPOS 2 Integer to3|CIEND 2 Integer to3|HOMLEN . Integer to3|HOMSEQ . String to3
BKPTID . String to3|MEINFO 4 String to3|METRANS 4 String to3|DGVID 1 String to3|DBVARID 1 String to3
DBRIPID 1 String to3|MATEID . String to3|PARID 1 String to3|EVENT 1 String to3|CILEN 2 Integer to3
DPADJ . Integer to3|CN 1 Integer to3|CNADJ . Integer to3|CICN 2 Integer to3|CICNADJ . Integer to3
SVLEN A Integer 4|CIPOS . Integer 4|CIEND . Integer 4|HOMLEN A Integer 4|HOMSEQ A String 4
BKPTID A String 4|MEINFO . String 4|METRANS . String 4|DGVID A String 4|DBVARID A String 4
DBRIPID A String 4|MATEID A String 4|PARID A String 4|EVENT A String 4|EVENTTYPE A String 4
CILEN . Integer 4|CN A Float 4|CICN . Float 4|SVCLAIM A String 4|RN A Integer 4|RUS . String 4
RUL . Integer 4|RUC . Float 4|RB . Integer 4|CIRUC . Float 4|CIRB . Integer 4|RUB . Integer 4
"""
_FORMAT = """
GT 1 String all|DP 1 Integer all|FT 1 String all|GL G Float all|GP G Float all|PL G Integer all
GQ 1 Integer all|HQ 2 Integer all|PS 1 Integer all|PQ 1 Integer all|EC A Integer all
MQ 1 Integer all|GLE G String to2|AD R Integer 3|ADF R Integer 3|ADR R Integer 3|PP G Integer 3
NQ 1 Integer all|HAP 1 Integer all|AHAP 1 Integer all|CNQ 1 Float all
CN 1 Integer to3|CN 1 Float 4|CICN 2 Float 4|CNL . Float to2|CNL G Float 3|CNP G Float 3
PSL P String 4|PSO P Integer 4|PSQ P Integer 4|LEN 1 Integer 5|LAA . Integer 5
"""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a key's values are.

    Attributes:
        number: of values, as the header has it: ``2``, ``A``, ``.`` and so on.
        type: as the header has it, or ``Number``.
    """

    number: str
    type: str


@cache
def reserved_keys(kind: bytes, version: tuple[int, int]) -> Mapping[bytes, Definition]:
    """The reserved keys of ``INFO`` or ``FORMAT`` in a version.

    In 4.0, which knew no numbers by allele or genotype, such keys may have any number of values.
    """
    table = {b"INFO": _INFO, b"FORMAT": _FORMAT}[kind]
    found = {}
    for row in table.replace("\n", "|").strip("|").split("|"):
        key, number, kind_of_value, versions = row.split()
        first, last = _RANGES[versions]
        if first <= version <= last:
            is_open = version == _FIRST and not number.isdigit()
            found[key.encode()] = Definition(ANY_NUMBER if is_open else number, kind_of_value)
    return MappingProxyType(found)
