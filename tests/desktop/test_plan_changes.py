"""Paying for a plan, and what the window shows of it while nobody refreshes anything."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from backend.domain.archive_events import (
    Archived,
    ArchiveStarted,
    Restored,
    RestoreStarted,
    ThawRequested,
    ThawStarted,
)
from backend.domain.plans import Plan
from backend.domain.subscriptions import PaymentEvent
from backend.services.lifecycle import transition
from backend.wire import JobStatus, PaymentPage
from desktop.ui.models.columns import Column
from desktop.ui.views.sidebar import Page
from tests.desktop.clicks import click, enter, status, submit
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService
from tests.fakes.billing import GOOD_SIGNATURE, message
from tests.fakes.clock import FakeClock

LEASE = timedelta(minutes=10)
HOURS = timedelta(hours=4)


def happen(service: HttpService, job_id: str, *events: object) -> None:
    for event in events:
        job = service.fakes.jobs.get(job_id)
        transition(service.fakes.jobs, job, event, service.fakes.clock)  # type: ignore[arg-type]


def let_pass(service: HttpService, duration: timedelta) -> None:
    clock = service.fakes.clock
    assert isinstance(clock, FakeClock)
    clock.advance(duration)


def archive(service: HttpService, job_id: str) -> None:
    let_pass(service, service.fakes.plans.free_retention)
    generation = service.fakes.jobs.get(job_id).generation
    happen(service, job_id, ArchiveStarted(LEASE), Archived("ar", generation))


def pay(service: HttpService, *, quietly: bool = False) -> None:
    """Pay on the page that was opened; *quietly* without a live event reaching anybody."""
    fakes = service.fakes
    (page,) = fakes.payments.open_pages
    customer_id = fakes.payments.open_pages[page]
    fakes.payments.pay(page)
    if quietly:
        fakes.live.tell = lambda _account: None  # type: ignore[method-assign]
    paid = PaymentEvent(page, "checkout.session.completed", fakes.clock(), customer_id)
    assert fakes.billing.receive(message(paid), GOOD_SIGNATURE)


def clock_text(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M:%S}"


def result_text(desk: Desk) -> str:
    return str(desk.model.index(0, Column.RESULT).data())


async def archived(desk: Desk, service: HttpService, folder: Path) -> str:
    """Come in, and have a result that is in the archive already."""
    await enter(desk)
    job_id = await submit(desk, folder)
    service.start(job_id)
    service.complete(job_id)
    await eventually(lambda: status(desk) is JobStatus.COMPLETED)
    archive(service, job_id)
    await eventually(lambda: result_text(desk) == "Archived, Upgrade")
    return job_id


async def test_an_upgrade_brings_the_result_back_before_somebody_s_eyes(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await archived(desk, service, tmp_path)
    desk.window.annotations.open_details(job_id)
    click(desk.window.annotations.details.upgrade)
    await eventually(lambda: desk.opened)
    assert desk.opened == ["https://pay.test/cs_1"]
    pay(service)
    await eventually(lambda: desk.actions.session.me and desk.actions.session.me.plan == "premium")
    assert not desk.window.sidebar.plan.isVisible()
    assert not desk.window.annotations.details.upgrade.isVisible()
    assert result_text(desk) == "Archived"
    happen(service, job_id, ThawStarted(LEASE, HOURS), ThawRequested("ar", "th", HOURS))
    await eventually(lambda: result_text(desk) == "Restoring, about 4 h")
    generation = service.fakes.jobs.get(job_id).generation
    happen(service, job_id, RestoreStarted("ar", LEASE), Restored(generation))
    await eventually(lambda: result_text(desk) == "Download")
    said = "The result of sample.vcf is back"
    await eventually(lambda: said in desk.window.toasts.texts)
    await eventually(desk.window.annotations.details.download.isVisible)
    told = desk.window.annotations.details.timeline.accessibleName().split("; ")
    job = service.fakes.jobs.get(job_id)
    assert job.archived_at is not None
    assert [line.split()[0] for line in told[-2:]] == ["Archived", "Restored"]
    assert told[-2].endswith(clock_text(job.archived_at))


async def test_a_plan_is_seen_where_live_events_are_held_up(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await archived(desk, service, tmp_path)
    click(desk.window.sidebar.upgrade)
    await eventually(lambda: desk.opened)
    pay(service, quietly=True)
    # Whoever looks at the account has it looked at, now and every few seconds.
    desk.window.open_page(Page.ACCOUNT)
    page = desk.window.account
    await eventually(lambda: page.values["Plan"].text() == "Premium")
    assert page.values["Payment"].text().startswith("renews ")
    assert not page.upgrade.isVisible()
    desk.window.open_page(Page.ANNOTATIONS)
    await eventually(lambda: result_text(desk) == "Archived")


async def test_the_account_says_what_is_used(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    await submit(desk, tmp_path)
    # The service counts once a minute.
    let_pass(service, timedelta(minutes=1))
    desk.window.open_page(Page.ACCOUNT)
    values = desk.window.account.values
    await eventually(lambda: values["Jobs this month"].text().startswith("1, with "))
    assert values["Plan"].text() == "Free"
    assert values["Results kept"].text() == "for 3 minutes"


async def test_a_payment_page_is_asked_for_once_while_it_is_on_its_way(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await archived(desk, service, tmp_path)
    desk.window.annotations.open_details(job_id)
    held, asked, checkout = asyncio.Event(), [], desk.services.api.checkout

    async def slow() -> PaymentPage:
        asked.append("checkout")
        await held.wait()
        return await checkout()

    desk.services.api.checkout = slow  # type: ignore[method-assign]
    upgrade, other = desk.window.sidebar.upgrade, desk.window.annotations.details.upgrade
    words = upgrade.text(), other.text()
    click(upgrade)
    for _ in range(2):
        desk.window.annotations.upgrade_wanted.emit()
    await eventually(lambda: asked)
    job = desk.model.book.get(job_id)
    assert job is not None
    desk.window.annotations.details.tick(job, desk.model.clock(), can_upgrade=True)
    for each in (upgrade, other):
        assert (each.text(), each.isEnabled()) == ("Opening the page…", False)
    held.set()
    await eventually(lambda: desk.opened)
    assert (upgrade.text(), other.text()) == words
    assert upgrade.isEnabled()
    assert (asked, desk.opened) == (["checkout"], ["https://pay.test/cs_1"])
    click(other)
    await eventually(lambda: len(desk.opened) == 2)


async def test_an_offer_that_changes_while_its_page_is_on_its_way_is_said_afterwards(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await archived(desk, service, tmp_path)
    job = desk.model.book.get(job_id)
    assert job is not None
    desk.window.annotations.open_details(job_id)
    details, now = desk.window.annotations.details, desk.model.clock()
    assert details.upgrade.text() == "Get it back: upgrade"
    details.set_busy(True)
    kept = job.model_copy(
        update={"status": JobStatus.COMPLETED, "result_until": now + timedelta(minutes=1)}
    )
    details.tick(kept, now, can_upgrade=True)
    assert details.upgrade.text() == "Opening the page…"
    details.set_busy(False)
    assert details.upgrade.text() == details.upgrade.accessibleName() == "Keep it: upgrade"


async def test_a_payment_page_is_not_opened_after_a_sign_out(desk: Desk) -> None:
    await enter(desk)
    asked = asyncio.Event()

    async def never() -> PaymentPage:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    desk.services.api.checkout = never  # type: ignore[method-assign]
    click(desk.window.sidebar.upgrade)
    await asked.wait()
    desk.actions.session.sign_out()
    await eventually(lambda: not desk.window.is_signed_in)
    await eventually(desk.window.sidebar.upgrade.isEnabled)
    assert desk.opened == []


async def test_who_pays_already_is_led_to_the_payment_page(
    desk: Desk, service: HttpService
) -> None:
    await enter(desk)
    click(desk.window.sidebar.upgrade)
    await eventually(lambda: desk.opened)
    pay(service, quietly=True)
    # The app does not know yet, and the service refuses to sell it twice.
    desk.actions.account.upgrade()
    await eventually(lambda: "Not available" in desk.window.toasts.texts)
    desk.window.open_page(Page.ACCOUNT)
    await eventually(desk.window.account.manage.isVisible)
    click(desk.window.account.manage)
    await eventually(lambda: len(desk.opened) == 2)
    assert desk.opened[1].startswith("https://pay.test/portal/cus_")


async def test_an_account_is_deleted_on_the_service_s_own_page(
    desk: Desk, service: HttpService
) -> None:
    await enter(desk)
    desk.window.open_page(Page.ACCOUNT)
    click(desk.window.account.delete)
    assert desk.opened == [f"{service.url}/account"]


async def test_a_free_plan_again_offers_the_upgrade_again(desk: Desk, service: HttpService) -> None:
    await enter(desk)
    click(desk.window.sidebar.upgrade)
    await eventually(lambda: desk.opened)
    pay(service)
    await eventually(lambda: not desk.window.sidebar.plan.isVisible())
    account = service.fakes.accounts.get(ada(service))
    assert account.plan is Plan.PREMIUM
    service.fakes.payments.customers[account.customer_id or ""].clear()
    service.fakes.billed_accounts.settle(account.id, service.fakes.billing._settled)
    await eventually(desk.window.sidebar.plan.isVisible)


def ada(service: HttpService) -> str:
    (account,) = service.fakes.accounts.all()
    return account.id
