"""Somebody with a card at the pages of the local Stripe, for demonstrations and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import MappingProxyType
from urllib.parse import urljoin

import httpx2

from backend.domain.errors import RejectedError

GOOD_CARD = "4242424242424242"
_TIMEOUT_SECONDS = 15.0
_TYPED: Mapping[str, str] = MappingProxyType(
    {"expiry": "12 / 34", "cvc": "123", "name": "Ada Free", "email": "ada@local.test"}
)


def pays(url: str, card: str = GOOD_CARD, *, confirms: bool = True) -> str:
    """Pay at a checkout's page and return the address that the browser is then sent to.

    Args:
        url: the checkout session's.
        card: its number; one of Stripe's test cards.
        confirms: whether the bank's page, where one comes, is told that it is the owner.

    Raises:
        RejectedError: the page says no; the message is the page's.
    """
    return _sends(url, "number", {**_TYPED, "number": card}, confirms=confirms)


def changes_card(url: str, card: str = GOOD_CARD, *, confirms: bool = True) -> None:
    """Give another card at a portal's page.

    Raises:
        RejectedError: the page says no; the message is the page's.
    """
    _sends(url, "number", {**_TYPED, "number": card}, confirms=confirms)


def cancels(url: str) -> None:
    """Cancel the plan at a portal's page: it ends with the period that is paid for.

    Raises:
        RejectedError: there is no plan to be cancelled.
    """
    _sends(url, "cancel", {}, confirms=True)


def resumes(url: str) -> None:
    """Take the cancellation back at a portal's page.

    Raises:
        RejectedError: there is nothing to be taken back.
    """
    _sends(url, "resume", {}, confirms=True)


def _sends(url: str, wanted: str, typed: Mapping[str, str], *, confirms: bool) -> str:
    """Fill in the form that has *wanted*, send it, and return where that leads."""
    with httpx2.Client(timeout=_TIMEOUT_SECONDS, trust_env=False) as browser:
        answer = _send(browser, browser.get(url), wanted, typed)
        leads_to = urljoin(url, answer.headers["location"])
        if "/3ds/" in leads_to:
            outcome = "complete" if confirms else "fail"
            answer = _send(browser, browser.get(leads_to), outcome, {})
            leads_to = urljoin(url, answer.headers["location"])
        return leads_to


def _send(
    browser: httpx2.Client, page: httpx2.Response, wanted: str, typed: Mapping[str, str]
) -> httpx2.Response:
    form = _form(page, wanted)
    values = {name: value or typed.get(name, "") for name, value in form.inputs.items()}
    if wanted in form.buttons:
        values[form.buttons[wanted]] = wanted
    else:
        values |= {name: value for value, name in form.buttons.items()}
    answer = browser.post(urljoin(str(page.url), form.action), data=values)
    if not answer.is_redirect:
        raise RejectedError(_Page.read(answer.text).says())
    return answer


def _form(page: httpx2.Response, wanted: str) -> _Form:
    read = _Page.read(page.text)
    for form in read.forms:
        if wanted in form.inputs or wanted in form.buttons:
            return form
    raise RejectedError(read.says())


@dataclass(slots=True)
class _Form:
    """A form as it was served: inputs and their values, buttons' values and their names."""

    action: str
    inputs: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)


class _Page(HTMLParser):
    """The forms of a page and what it says, an alert above all."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._alerts: list[str] = []
        self._texts: list[str] = []
        self._in_alert = False
        self._in_main = False

    @classmethod
    def read(cls, html: str) -> _Page:
        page = cls()
        page.feed(html)
        page.close()
        return page

    def says(self) -> str:
        return " ".join(self._alerts or self._texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._in_main = self._in_main or tag == "main"
        self._in_alert = values.get("role") == "alert"
        match tag:
            case "form":
                self.forms.append(_Form(values["action"]))
            case "input":
                self.forms[-1].inputs[values["name"]] = values.get("value", "")
            case "button" if "name" in values:
                self.forms[-1].buttons[values["value"]] = values["name"]

    def handle_data(self, data: str) -> None:
        if self._in_alert:
            self._alerts.append(data.strip())
        elif self._in_main and data.strip():
            self._texts.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._in_alert = False
