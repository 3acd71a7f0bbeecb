"""What a plan allows is said in the units in which it was set."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.wire import Limits
from desktop.errors import QuotaReachedError
from desktop.sentences import quoted
from desktop.transfer.items import Hold
from desktop.ui.actions.offers import limit_sentence
from desktop.ui.error_words import limit_words
from desktop.ui.models.transfers import TransferColumn
from desktop.ui.sample import ME
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import limit_text, limits_sentence, size_text, unbroken
from tests.desktop.desk import Desk, eventually
from tests.desktop.transfer_steps import LARGE, enter, file, items

KB, MB, GB = 1024, 1024**2, 1024**3


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (150 * KB, "150 KB"), (MB, "1 MB"), (10 * MB, "10 MB"), (2 * GB, "2 GB"),
        (1_500 * KB, "1,500 KB"), (150_000, "150 KB"), (153_601, "154 KB"), (1000, "1.0 KB"),
        (512, "512 bytes"),
    ],
)  # fmt: skip
def test_limits_are_told_in_the_units_that_they_are_whole_in(limit: int, said: str) -> None:
    assert limit_text(limit) == said


def test_sizes_of_files_stay_as_file_managers_say_them() -> None:
    assert size_text(150 * KB) == "154 KB"


def test_the_limit_is_the_same_wherever_it_is_told(window: MainWindow) -> None:
    window.set_me(ME)
    error = QuotaReachedError(None, limit=150 * KB, upgrade_url=None)
    told = [
        limits_sentence(Limits(max_input_bytes=150 * KB, retention_seconds=180)),
        limit_sentence(["a.vcf"], 150 * KB),
        limit_sentence(["a.vcf", "b.vcf"], 150 * KB),
        limit_words(error),
        window.account.values["Largest file"].text(),
        window.annotations.strip.limits.accessibleName(),
    ]
    assert [text for text in told if "150 KB" not in text] == []


def test_a_limit_that_nobody_told_is_said_as_the_service_said_it() -> None:
    error = QuotaReachedError(quoted("It is too large."), limit=None, upgrade_url=None)
    assert limit_words(error) == "It is too large."


def test_numbers_stay_with_their_units() -> None:
    space = "\N{NO-BREAK SPACE}"
    assert unbroken("up to 150 KB, for 3 minutes.") == f"up to 150{space}KB, for 3{space}minutes."


async def test_the_queue_says_what_the_plan_takes(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    desk.drop(file(tmp_path, "large.vcf", LARGE))
    await eventually(lambda: items(desk) and items(desk)[0].hold is Hold.PLAN)
    model = desk.window.transfers.model
    said = "Too large · Your plan takes files of up to 150 KB."
    await eventually(lambda: model.index(0, TransferColumn.STATUS).data() == said)
