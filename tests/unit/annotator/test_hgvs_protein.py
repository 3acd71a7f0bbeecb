from __future__ import annotations

import pytest

from annotator.hgvs_protein import describe


@pytest.mark.parametrize(
    ("ref", "alt", "change"),
    [
        ("MKLP*", "MKLP*", "p.%3D"),
        ("MKLP*", "MRLP*", "p.Lys2Arg"),
        ("MKLP*", "M*LP*", "p.Lys2Ter"),
        ("MKLP*", "MIA*LP*", "p.Lys2delinsIleAlaTer"),
        ("MKLP*", "MKQ*LP*", "p.Lys2_Leu3insGlnTer"),
        ("MKLP*", "MKLPW", "p.Ter5TrpextTer?"),
        ("MKLP*", "MLP*", "p.Lys2del"),
        ("MKLPQ*", "MQ*", "p.Lys2_Pro4del"),
        ("MKLP*", "MKQLP*", "p.Lys2_Leu3insGln"),
        ("MKLP*", "MKKLP*", "p.Lys2dup"),
        ("MKLP*", "MKLKLP*", "p.Lys2_Leu3dup"),
        ("MKKKP*", "MKKP*", "p.Lys4del"),
        ("MKLP*", "MQQQP*", "p.Lys2_Leu3delinsGlnGlnGln"),
        ("MKLP*", "MRRP*", "p.Lys2_Leu3delinsArgArg"),
        ("MKLP*", "TKLP*", "p.Met1?"),
    ],
)
def test_changes_in_frame_are_described_at_their_3_prime_end(
    ref: str, alt: str, change: str
) -> None:
    assert describe(ref, alt, frameshift=False) == change


@pytest.mark.parametrize(
    ("alt", "change"),
    [
        ("MQQQ*", "p.Lys2GlnfsTer4"),
        ("MQQQ", "p.Lys2GlnfsTer?"),
        ("M*", "p.Lys2Ter"),
        ("MK", "p.Leu3fs"),
    ],
)
def test_a_frameshift_counts_to_its_first_stop(alt: str, change: str) -> None:
    assert describe("MKLP*", alt, frameshift=True) == change
