"""How the frozen app's first paint is told."""

from __future__ import annotations

import pytest
from trial import FirstPaint


@pytest.mark.parametrize(("middle", "verdict"), [(500.0, "met"), (501.0, "missed")])
def test_the_first_paint_is_judged_by_the_middle_one_of_the_warm_starts(
    middle: float, verdict: str
) -> None:
    paint = FirstPaint(first=900.0, warm=(300.0, middle, 700.0))
    told = f"{middle:.0f} ms warm (300 to 700), 900 ms at first; at most 500 ms warm: {verdict}"
    assert str(paint) == told
