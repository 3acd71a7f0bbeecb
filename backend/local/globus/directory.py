"""Who can sign in at the stand-in, and which programs may ask them to."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AUTH_RESOURCE_SERVER = "auth.globus.org"
IDENTITY_PROVIDER_NAME = "Local test identities"
IDENTITY_SCOPES = ("openid", "profile", "email")
_SCOPE_PREFIX = "https://auth.globus.org/scopes/"

ACCESS_TOKEN_SECONDS = 172_800
"""Life of an access token: 48 hours, as Globus issues them."""


@dataclass(frozen=True)
class User:
    """A local test identity; its id follows from its username, the same everywhere."""

    username: str
    name: str
    email: str
    organization: str = "Local Test University"
    linked: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The subject of this user's tokens: a UUID, as text."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"globus-local:{self.username}"))

    @property
    def identities(self) -> tuple[str, ...]:
        """All ids that are this person, the primary one first."""
        return (self.id, *self.linked)


@dataclass(frozen=True)
class Client:
    """A registered program; one without a secret is a native app and must use PKCE.

    Attributes:
        redirect_uris: where a program with a secret may have browsers sent, exactly.  A native app
            has none: it may have them sent to this machine, on any port.
    """

    id: str
    name: str
    secret: str | None = None
    redirect_uris: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """The one scope that a resource server offers."""
        return f"{_SCOPE_PREFIX}{self.id}/all"


@dataclass(frozen=True)
class Registration:
    """The programs of this service, as registered with the stand-in.

    Attributes:
        web: what signs people in on the service's web pages.
    """

    desktop: Client
    api: Client
    web: Client

    def with_pages_at(self, redirect_uri: str) -> Registration:
        """Return the same programs, with the web pages' way back from the sign-in."""
        return replace(self, web=replace(self.web, redirect_uris=(redirect_uri,)))


@dataclass(frozen=True)
class Directory:
    """Everybody and everything that the stand-in knows; immutable while it runs."""

    users: tuple[User, ...]
    registration: Registration
    other_clients: tuple[Client, ...] = ()
    access_token_seconds: int = ACCESS_TOKEN_SECONDS

    def client(self, client_id: str) -> Client | None:
        """Return the registered program of that id, if there is one."""
        ours = (self.registration.desktop, self.registration.api, self.registration.web)
        known = (*ours, *self.other_clients)
        return next((client for client in known if client.id == client_id), None)

    def user(self, key: str) -> User | None:
        """Return the user with that id or username, if there is one."""
        return next((user for user in self.users if key in {user.id, user.username}), None)

    def resource_server(self, scope: str) -> str | None:
        """Return whose tokens carry *scope*, or None where nobody offers it."""
        if scope in IDENTITY_SCOPES:
            return AUTH_RESOURCE_SERVER
        owner = self.client(scope.removeprefix(_SCOPE_PREFIX).partition("/")[0])
        offered = owner is not None and owner.secret is not None and owner.scope == scope
        return owner.id if owner is not None and offered else None


DEFAULT_USERS = (
    User("ada@local.test", "Ada Free", "ada@local.test"),
    User("grace@local.test", "Grace Premium", "grace@local.test"),
)


def load_registration(folder: Path) -> Registration:
    """Return this installation's clients; the first call makes their random ids and secrets.

    They are kept in ``clients.json`` in *folder*, which only its owner can read.  A client that
    an older installation lacks is added to those that it has.
    """
    path = folder / "clients.json"
    stored = json.loads(path.read_text()) if path.exists() else {}
    clients = _new_clients() | stored
    if clients != stored:
        _write_private(path, json.dumps(clients, indent=2))
    return Registration(
        desktop=Client(**clients["desktop"]),
        api=Client(**clients["api"]),
        web=Client(**clients["web"]),
    )


def load_users(config: Mapping[str, Any]) -> tuple[User, ...]:
    """Return the users that *config* lists under ``users``, or the two default ones.

    Raises:
        ValueError: the list names somebody without what every user has, or twice.
    """
    try:
        users = tuple(User(**entry) for entry in config.get("users", ()))
    except TypeError as error:
        raise ValueError(
            f"A user of the local sign-in needs username, name and email: {error}"
        ) from error
    if len({user.username for user in users}) < len(users):
        raise ValueError("Two users of the local sign-in have the same username; rename one.")
    return tuple(replace(user, linked=tuple(user.linked)) for user in users) or DEFAULT_USERS


def _new_clients() -> dict[str, dict[str, str]]:
    service = "Genomics Annotation Service"
    return {
        "desktop": {"id": str(uuid.uuid4()), "name": f"{service} desktop"},
        "api": _new_confidential(f"{service} API"),
        "web": _new_confidential(f"{service} web pages"),
    }


def _new_confidential(name: str) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "name": name, "secret": secrets.token_urlsafe(32)}


def _write_private(path: Path, text: str) -> None:
    """Write *path* whole or not at all, readable by its owner only."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
