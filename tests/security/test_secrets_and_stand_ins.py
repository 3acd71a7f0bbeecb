"""Rows 24 and 25: what must not meet is refused before anything starts, and no secret shown."""

from __future__ import annotations

import itertools

import pytest

from backend.settings import Settings, SettingsError, read

LIVE, TEST = "sk_live_0123456789", "sk_test_0123456789"
RESTRICTED_LIVE = "rk_live_0123456789"
STAND_IN, GLOBUS = "http://127.0.0.1:9410", "https://auth.globus.org"

MODES = ("production", "local")
KEYS = (LIVE, RESTRICTED_LIVE, TEST, None)
ISSUERS = (GLOBUS, STAND_IN)
STRIPES = (None, STAND_IN)
REHEARSALS = (None, "allow")


def environ(
    mode: str, key: str | None, issuer: str, stripe: str | None, test_keys: str | None
) -> dict[str, str]:
    given = {
        "GAS_MODE": mode,
        "GAS_STRIPE_SECRET_KEY": key,
        "GAS_GLOBUS_URL": issuer,
        "GAS_STRIPE_API_URL": stripe,
        "GAS_STRIPE_TEST_KEYS": test_keys,
    }
    return {name: value for name, value in given.items() if value is not None}


def allowed(
    mode: str, key: str | None, issuer: str, stripe: str | None, test_keys: str | None
) -> bool:
    """Return whether this may start: real money with the real world, play money with neither."""
    if mode == "production" and STAND_IN in {issuer, stripe}:
        return False
    if key in {LIVE, RESTRICTED_LIVE}:
        return mode == "production"
    return mode == "local" or key is None or test_keys == "allow"


MATRIX = list(itertools.product(MODES, KEYS, ISSUERS, STRIPES, REHEARSALS))


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: " ".join(map(str, row)))
def test_row_24_only_what_belongs_together_starts(
    row: tuple[str, str | None, str, str | None, str | None],
) -> None:
    if allowed(*row):
        assert read(environ(*row)).mode == row[0]
        return
    with pytest.raises(SettingsError, match="GAS_") as refused:
        read(environ(*row))
    assert not row[1] or row[1] not in str(refused.value)


def test_row_24_the_matrix_has_both_kinds() -> None:
    kinds = [allowed(*row) for row in MATRIX]
    assert (sum(kinds), len(kinds)) == (23, 64)


@pytest.mark.parametrize("key", ["pk_live_0123", "whsec_0123", "0123456789", "sk_0123"])
def test_row_24_a_key_of_another_kind_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="GAS_STRIPE_SECRET_KEY is wrong") as refused:
        read({"GAS_STRIPE_SECRET_KEY": key, "GAS_MODE": "local"})
    assert key not in str(refused.value)


@pytest.mark.parametrize("secrets", ["sk_test_hush", "whsec_1,hush", ",hush", "whsec-hush"])
def test_row_24_signing_secrets_are_signing_secrets_and_not_shown(secrets: str) -> None:
    with pytest.raises(SettingsError, match="GAS_STRIPE_WEBHOOK_SECRETS is wrong") as refused:
        read({"GAS_STRIPE_WEBHOOK_SECRETS": secrets})
    assert "hush" not in str(refused.value)


def test_row_24_there_is_a_signing_secret_where_the_setting_is_set() -> None:
    with pytest.raises(SettingsError, match="GAS_STRIPE_WEBHOOK_SECRETS is wrong"):
        read({"GAS_STRIPE_WEBHOOK_SECRETS": ","})


def test_row_24_settings_do_not_show_keys_when_they_are_printed() -> None:
    settings = _settings(GAS_STRIPE_WEBHOOK_SECRETS="whsec_one, whsec_two")
    assert settings.stripe_webhook_secrets == ("whsec_one", "whsec_two")
    for text in (repr(settings), str(settings)):
        assert TEST not in text
        assert "whsec_" not in text


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "[::1]:80", "stripe.localhost"])
def test_row_25_production_pays_at_no_stand_in(host: str) -> None:
    with pytest.raises(SettingsError, match="GAS_STRIPE_API_URL"):
        read({"GAS_STRIPE_API_URL": f"http://{host}", "GAS_STRIPE_SECRET_KEY": LIVE})


def test_row_25_a_live_key_is_sent_to_nobody_but_stripe() -> None:
    elsewhere = {"GAS_STRIPE_API_URL": "https://stripe.example", "GAS_STRIPE_SECRET_KEY": LIVE}
    with pytest.raises(SettingsError, match="for Stripe itself only"):
        read(elsewhere)


def _settings(**more: str) -> Settings:
    return read({"GAS_MODE": "local", "GAS_STRIPE_SECRET_KEY": TEST, **more})
