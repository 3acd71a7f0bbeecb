"""What a support bundle says of transfers: enough to help, and no name, path or address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.errors import ForbiddenError, OfflineError, ServerFaultError, gist
from desktop.support.activity import Activity
from desktop.transfer.items import State
from desktop.ui.error_words import error_words
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService
from tests.desktop.transfer_steps import enter, file, items, sent, states


@pytest.fixture
def activity() -> Iterator[Activity]:
    made = Activity(Path("/home/ada"))
    made.begin()
    yield made
    made.end()


def lines(activity: Activity) -> list[str]:
    """Return what a bundle has of transfers, without times."""
    found = [entry for entry in activity.entries() if entry.level >= logging.INFO]
    return [entry.text for entry in found if "transfer" in f"{entry.source} {entry.text}"]


async def test_an_upload_is_followed_by_its_id(
    desk: Desk, service: HttpService, activity: Activity, tmp_path: Path
) -> None:
    await enter(desk)
    service.refusals += [503] * 3
    desk.drop(file(tmp_path, "anna_1970.vcf"))
    await eventually(lambda: states(desk) == {"anna_1970.vcf": State.RETRYING})
    (item,) = items(desk)
    desk.actions.board.retry([item.id])
    await eventually(lambda: sent(desk) == ["anna_1970.vcf"])
    # The live change may come before the answer to the app's own request.
    await eventually(lambda: any(": done, " in line for line in lines(activity)))
    (job,) = desk.model.book
    short, told = item.id[:8], lines(activity)
    assert told[:4] == [
        f"transfer {short}: outgoing begins",
        f"upload {short}: job {job.id[:8]} made",
        f"upload {short}: 0 of 1 parts are there already",
        "part 1 was not taken: ServerFaultError 503",
    ]
    assert told[4].startswith(f"transfer {short}: ServerFaultError 503, next try in ")
    assert told[-1].startswith(f"transfer {short}: done, ")
    everything = " ".join(entry.text for entry in activity.entries())
    assert [word for word in ("anna", str(tmp_path), "Bearer", "?") if word in everything] == []


def test_what_is_offline_about_it_is_told() -> None:
    cause = OSError("Name or service not known: patients.example")
    error = OfflineError()
    error.__cause__ = ConnectionError("patients.example")
    error.__cause__.__cause__ = cause
    assert gist(error) == "OfflineError < ConnectionError < OSError"


def test_an_error_whose_words_are_asked_for_is_logged(activity: Activity) -> None:
    refusal = ForbiddenError()
    refusal.status = 404
    error_words(refusal)
    error_words(ServerFaultError())
    told = [entry.text for entry in activity.entries()]
    assert told == ["words asked for: ForbiddenError 404", "words asked for: ServerFaultError"]
