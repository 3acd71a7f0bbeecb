"""An account that is deleted on the pages: the app signs out, and makes no other by itself."""

from __future__ import annotations

from datetime import timedelta

from desktop.errors import AccountDeletedError
from tests.desktop.clicks import enter
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService
from tests.fakes.clock import FakeClock


def close_account(service: HttpService) -> None:
    (account,) = service.fakes.accounts.all()
    service.fakes.account_deletion.request(account)


def delete_account(service: HttpService) -> None:
    clock = service.fakes.clock
    assert isinstance(clock, FakeClock)
    close_account(service)
    while service.fakes.accounts.all():
        clock.advance(timedelta(minutes=5))
        service.fakes.account_deletion.work()


async def test_an_account_that_is_deleted_while_the_app_is_open_signs_it_out(
    desk: Desk, service: HttpService
) -> None:
    await enter(desk)
    close_account(service)
    await eventually(lambda: not desk.window.is_signed_in)
    assert desk.window.sign_in.problem.text().startswith("This account is being deleted")
    assert "offline" not in desk.window.banners.shown
    # Its tokens are given back rather than renewed.
    await eventually(lambda: desk.sign_in.token == "")
    assert desk.sign_in.renewals == 0


async def test_an_app_that_was_asleep_while_its_account_was_deleted_makes_no_other(
    desk: Desk, service: HttpService
) -> None:
    await enter(desk)
    service.fakes.live.tell = lambda _account: None  # type: ignore[method-assign]
    delete_account(service)
    desk.actions.session.refresh_me()
    await eventually(lambda: not desk.window.is_signed_in)
    assert desk.window.sign_in.problem.text() == AccountDeletedError.remedy
    await eventually(lambda: desk.sign_in.token == "")
    assert service.fakes.accounts.all() == []


async def test_who_signs_in_after_deleting_the_account_gets_another(
    desk: Desk, service: HttpService
) -> None:
    await enter(desk)
    before = desk.sign_in.account
    delete_account(service)
    await eventually(lambda: desk.sign_in.token == "")
    desk.sign_in.browser.set()
    desk.actions.session.sign_in()
    await eventually(lambda: desk.actions.session.me is not None)
    (account,) = service.fakes.accounts.all()
    assert before not in {"", account.id}
    assert desk.sign_in.account == account.id
