"""Rows 24 and 25: secrets are nobody's to see, and stand-ins have no place in production."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import httpx2
import pytest

from backend.settings import Settings, SettingsError, documentation, read, variable
from backend.wiring_doorbell import doorbell
from tests.fakes.sns import CERTIFICATE, TOPIC

ROOT = Path(__file__).parents[2]
LOOPBACK = ["http://127.0.0.1:4566", "http://localhost", "http://[::1]:1", "http://127.3.2.1/x"]
# Postgres may well be reached by a connection pool on the same machine.
_ADDRESSES = [
    item.name for item in fields(Settings) if re.search(r"_(url|endpoint|queue)$", item.name)
]
ADDRESSES = [name for name in _ADDRESSES if name != "database_url"]
SECRETS = {
    "GAS_DATABASE_URL": "postgresql+psycopg://gas:hush@db.test/gas",
    "GAS_GLOBUS_CLIENT_SECRET": "hush",
    "GAS_GLOBUS_WEB_CLIENT_SECRET": "hush",
    "GAS_STRIPE_SECRET_KEY": "sk_test_hush",
    "GAS_STRIPE_WEBHOOK_SECRETS": "whsec_hush",
}
# What a secret looks like; AWS's own documentation has one for examples.
_FORMS = re.compile(
    r"\b[sr]k_live_[0-9A-Za-z]{16,}|\bwhsec_[0-9A-Za-z]{24,}|\bAKIA[0-9A-Z]{16}\b"
    r"|\bASIA[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----\n|\bgh[pousr]_[0-9A-Za-z]{36}\b"
)
_BINARY = {".bcf", ".gz", ".parquet", ".png", ".pyc", ".ttf"}
_EXAMPLES = {"AKIAIOSFODNN7EXAMPLE"}
_FOLDERS = ("annotator", "backend", "desktop", "lambdas", "packaging", "resources", "tests", ".ci")


@pytest.mark.parametrize("address", LOOPBACK)
@pytest.mark.parametrize("name", ADDRESSES)
def test_row_25_production_refuses_every_address_of_this_machine(name: str, address: str) -> None:
    with pytest.raises(SettingsError, match=f"{variable(name)} is .* GAS_MODE is production"):
        read({variable(name): address})
    assert read({variable(name): address, "GAS_MODE": "local"}).mode == "local"


def test_row_25_no_address_is_forgotten() -> None:
    addresses = {name for name, _, meaning in documentation() if "address of" in meaning.lower()}
    known = {variable(name) for name in ADDRESSES}
    assert addresses <= known | {"GAS_REFUSED_PER_MINUTE"}
    assert len(ADDRESSES) >= 9


def test_row_25_production_is_what_one_gets_without_saying() -> None:
    assert read({}).mode == "production"


def test_row_25_the_local_aws_does_not_vouch_for_messages_in_production(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    certificate = "http://10.0.0.7:4566/SimpleNotificationService-" + "0a" * 16 + ".pem"
    environ = {"GAS_START_THAW_TOPIC": TOPIC, "GAS_AWS_ENDPOINT": "http://10.0.0.7:4566"}
    environ["GAS_REGION"] = "us-test-1"

    def takes(address: str, **more: str) -> bool:
        made = doorbell(read(environ | more), httpx2.AsyncClient(), lambda: None)
        assert made is not None
        return made.verification.certificates.addresses.fullmatch(address) is not None

    assert takes(certificate, GAS_MODE="local")
    assert not takes(certificate)
    assert takes(CERTIFICATE)
    assert doorbell(read({}), httpx2.AsyncClient(), lambda: None) is None


def test_row_24_settings_show_no_secret() -> None:
    settings = read({**SECRETS, "GAS_MODE": "local", "GAS_GLOBUS_URL": "http://localhost"})
    assert "hush" not in repr(settings)
    assert settings.globus_client_secret == "hush"


def test_row_24_every_setting_that_is_secret_is_known_here() -> None:
    named = {name for name, _, _ in documentation() if re.search(r"SECRET|PASSWORD|TOKEN", name)}
    hidden = {variable(item.name) for item in fields(Settings) if not item.repr}
    assert named <= hidden
    assert hidden == set(SECRETS)


def test_row_24_no_secret_is_in_the_project() -> None:
    paths = [path for path in ROOT.iterdir() if path.is_file()]
    paths += [path for folder in _FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    found = [
        f"{path.relative_to(ROOT)}: {secret[:8]}"
        for path in paths
        if path.suffix not in _BINARY
        for secret in _FORMS.findall(path.read_text("utf-8", "replace"))
        if secret not in _EXAMPLES
    ]
    assert found == []


def test_row_24_the_search_for_secrets_finds_what_it_should() -> None:
    for parts in (
        ("sk_li", "ve_0123456789abcdef"),
        ("AKI", "A0123456789ABCDEF"),
        ("whs", "ec_" + "a" * 32),
    ):
        assert _FORMS.search("".join(parts))
    assert not _FORMS.search("sk_live_1 and whsec_test")
