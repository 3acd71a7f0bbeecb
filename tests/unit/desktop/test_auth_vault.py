"""Where the app keeps tokens, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from globus_sdk.token_storage import TokenStorageData
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError

from desktop.auth.storage import VaultTokenStorage
from desktop.auth.vault import (
    LONGEST_SECRET,
    KeyringVault,
    MemoryVault,
    TokenVault,
    choose_vault,
)
from desktop.errors import KeyringLockedError, KeyringRefusedError
from tests.fakes.keyring import FakeKeyring

SERVERS = ("auth.globus.org", "api")


class PlainFileKeyring(FakeKeyring):
    """Stands for a keyring of keyrings.alt, told by where its class is."""

    priority = 1.0


PlainFileKeyring.__module__ = "keyrings.alt.file"


@pytest.fixture(params=["memory", "keyring"])
def vault(request: pytest.FixtureRequest) -> TokenVault:
    if request.param == "memory":
        return MemoryVault()
    return KeyringVault(FakeKeyring(), "service")


def tokens(server: str, person: str = "ada") -> TokenStorageData:
    return TokenStorageData(server, person, "all", "A" * 80, "R" * 80, 1_900_000_000, "Bearer")


def test_vault_keeps_replaces_and_forgets(vault: TokenVault) -> None:
    assert vault.get("a") is None

    vault.put("a", "1")
    vault.put("b", "2")
    vault.put("a", "3")
    assert (vault.get("a"), vault.get("b")) == ("3", "2")

    vault.remove("a")
    vault.remove("a")
    assert (vault.get("a"), vault.get("b")) == (None, "2")


def test_secret_that_windows_cannot_keep_is_refused(vault: TokenVault) -> None:
    vault.put("a", "x" * (LONGEST_SECRET - 1))

    with pytest.raises(ValueError, match="1200 characters"):
        vault.put("a", "x" * LONGEST_SECRET)


def test_services_do_not_mix() -> None:
    backend = FakeKeyring()
    KeyringVault(backend, "real").put("a", "1")

    assert KeyringVault(backend, "local").get("a") is None


def test_keyring_that_stays_locked_is_told_from_an_empty_one() -> None:
    backend = FakeKeyring(trouble=KeyringLocked("dismissed"))
    vault = KeyringVault(backend, "service")

    for call in (lambda: vault.get("a"), lambda: vault.put("a", "1"), lambda: vault.remove("a")):
        with pytest.raises(KeyringLockedError) as raised:
            call()
        assert type(raised.value) is KeyringLockedError


def test_keyring_whose_bus_is_gone_cannot_be_read() -> None:
    vault = KeyringVault(FakeKeyring(FileNotFoundError("no such socket")), "service")

    with pytest.raises(KeyringLockedError):
        vault.get("a")


@pytest.mark.parametrize("name", ["LockedException", "SecretServiceNotAvailableException"])
def test_keyring_that_ends_while_it_is_asked_cannot_be_read(name: str) -> None:
    errors = pytest.importorskip("secretstorage.exceptions", reason="it is Linux's own")
    trouble: Exception = getattr(errors, name)("while it was asked")
    vault = KeyringVault(FakeKeyring(trouble), "service")

    with pytest.raises(KeyringLockedError):
        vault.get("a")


def test_keyring_that_is_locked_while_it_is_asked_takes_nothing() -> None:
    bus = pytest.importorskip("jeepney", reason="it is Linux's own")
    asked = bus.new_method_call(bus.DBusAddress("/a", "a.keyring"), "CreateItem")
    locked = bus.new_error(asked, "org.freedesktop.Secret.Error.IsLocked")
    vault = KeyringVault(FakeKeyring(bus.DBusErrorResponse(locked)), "service")

    with pytest.raises(KeyringLockedError) as raised:
        vault.put("a", "1")
    assert type(raised.value) is KeyringLockedError


def test_keyring_that_is_full_is_told_from_a_locked_one() -> None:
    bus = pytest.importorskip("jeepney", reason="it is Linux's own")
    asked = bus.new_method_call(bus.DBusAddress("/a", "a.keyring"), "CreateItem")
    full = bus.new_error(asked, "org.freedesktop.DBus.Error.Failed")
    vault = KeyringVault(FakeKeyring(bus.DBusErrorResponse(full)), "service")

    with pytest.raises(KeyringRefusedError):
        vault.put("a", "1")


def test_keyring_that_takes_nothing_is_no_good() -> None:
    vault = KeyringVault(FakeKeyring(trouble=PasswordSetError("denied")), "service")

    with pytest.raises(KeyringRefusedError, match="refuses to keep"):
        vault.put("a", "1")


def test_entry_that_cannot_be_deleted_is_told() -> None:
    class Stubborn(FakeKeyring):
        def delete_password(self, service: str, username: str) -> None:
            raise PasswordDeleteError("denied")

    vault = KeyringVault(Stubborn(), "service")
    vault.remove("never there")

    vault.put("a", "1")
    with pytest.raises(KeyringRefusedError):
        vault.remove("a")


def test_keyring_is_chosen_where_there_is_one() -> None:
    vault = choose_vault("service", FakeKeyring())

    assert vault.persistent


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, PlainFileKeyring])
def test_memory_is_chosen_where_there_is_no_good_keyring(
    backend: Callable[[], KeyringBackend],
) -> None:
    vault = choose_vault("service", backend())

    assert not vault.persistent
    vault.put("a", "1")
    assert vault.get("a") == "1"


def test_tokens_come_back_as_they_were() -> None:
    backend = FakeKeyring()
    VaultTokenStorage(KeyringVault(backend, "s"), SERVERS).store_token_data_by_resource_server(
        {server: tokens(server) for server in SERVERS}
    )

    again = VaultTokenStorage(KeyringVault(backend, "s"), SERVERS)

    found = again.get_token_data_by_resource_server()
    assert {server: kept.to_dict() for server, kept in found.items()} == {
        server: tokens(server).to_dict() for server in SERVERS
    }
    assert again.is_complete()
    assert len(backend.secrets) == 2


def test_removed_tokens_are_gone(vault: TokenVault) -> None:
    storage = VaultTokenStorage(vault, SERVERS)
    storage.store_token_data_by_resource_server({server: tokens(server) for server in SERVERS})

    assert storage.remove_token_data("api")
    assert not storage.remove_token_data("api")
    assert not storage.is_complete()
    storage.remove_all()
    assert storage.get_token_data_by_resource_server() == {}


def test_tokens_of_two_people_count_as_none(vault: TokenVault) -> None:
    storage = VaultTokenStorage(vault, SERVERS)
    storage.store_token_data_by_resource_server(
        {"auth.globus.org": tokens("auth.globus.org", "grace"), "api": tokens("api", "ada")}
    )

    assert not storage.is_complete()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"scope": 3}'])
def test_unreadable_entry_counts_as_none(vault: TokenVault, text: str) -> None:
    vault.put("api", text)

    assert VaultTokenStorage(vault, SERVERS).get_token_data_by_resource_server() == {}
