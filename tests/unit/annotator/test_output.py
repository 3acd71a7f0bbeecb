from __future__ import annotations

import pytest

from annotator.guard import Reason
from annotator.output import with_info

LINE = b"20\t5\trs1;rs2\tA\tC\t.\tq10\t%b\tGT:PS\t0|1:5"


@pytest.mark.parametrize(
    ("info", "csq", "reasons", "expected"),
    [
        (b".", "C|x", (), b"CSQ=C|x"),
        (b"DP=3;DB", "C|x", (), b"DP=3;DB;CSQ=C|x"),
        (b"DP=3", "", (Reason.STAR,), b"DP=3;GAS_STATUS=star"),
        (b".", "C|x", (Reason.STAR, Reason.SYMBOLIC), b"GAS_STATUS=star,symbolic;CSQ=C|x"),
        (b"CSQ=old;DP=3;GAS_STATUS=star", "C|x", (), b"DP=3;CSQ=C|x"),
        (b"BCSQ=keep;MYCSQ=keep", "C|x", (), b"BCSQ=keep;MYCSQ=keep;CSQ=C|x"),
        (b"CSQ=old", "", (), b"."),
    ],
)
def test_only_our_keys_of_info_change(
    info: bytes, csq: str, reasons: tuple[Reason, ...], expected: bytes
) -> None:
    assert with_info(LINE % info, csq, reasons) == LINE % expected
