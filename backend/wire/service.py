"""The service itself: that it answers, what an app has to know, and what an error says."""

from __future__ import annotations

from typing import Literal

from backend.wire.base import Out


class Health(Out):
    """The process answers."""

    status: Literal["ok"]


class ServiceConfig(Out):
    """What an app has to know before anybody is signed in.

    Attributes:
        globus_url: of Globus Auth, where people sign in.
        client_id: the app's own client at Globus.
        resource_server: the API's client at Globus: whom the access token is for.
        scope: what the app asks Globus for.
        version: of the API.
    """

    globus_url: str
    client_id: str
    resource_server: str
    scope: str
    version: str


class FieldError(Out):
    """What is wrong with one field of a request."""

    field: str
    message: str


PROBLEM = "urn:gas:problem:"
SIGNED_OUT_EVERYWHERE = "signed-out-everywhere"
"""The kind of problem at which an app does not renew its token, but signs itself out."""
ACCOUNT_DELETED = "account-deleted"
"""The kind of problem at which an app does so, too: its account is deleted, or is being deleted."""
ACCOUNT_HEADER = "GAS-Account"
"""Where an app says which account its sign-in is for, as soon as it knows.

Only a sign-in makes an account, and a renewed token looks like one: with this, it makes none.
"""


class Problem(Out):
    """An error (RFC 9457).  `title` names it, `detail` tells a person what would help.

    Attributes:
        type: a stable name of the kind of problem, "urn:gas:problem:<kind>".
        limit: in bytes, when a file is too large for the plan.
        upgrade_url: where the plan can be changed, when that would help.
        errors: what is wrong with which field, when the request is not of the form it should be.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    limit: int | None = None
    upgrade_url: str | None = None
    errors: list[FieldError] | None = None
