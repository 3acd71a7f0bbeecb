"""The environment is read once, and what is wrong in it is named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from backend import wiring, wiring_archive
from backend.settings import SettingsError, documentation, read

REQUIRED = {"GAS_JOBS_TABLE": "jobs"}


def test_missing_setting_is_named_and_explained() -> None:
    with pytest.raises(SettingsError, match=r"GAS_JOBS_TABLE is not set\. It is the Dyn"):
        read({}, "jobs_table")


def test_defaults_are_those_of_the_table() -> None:
    settings = read({"XDG_DATA_HOME": "/home/data"})

    assert settings.free_max_input_bytes == 153_600
    assert settings.free_retention == timedelta(minutes=3)
    assert settings.mode == "production"
    assert settings.bundles == Path("/home/data/gas/bundles")


def test_values_are_parsed() -> None:
    settings = read(
        {
            "GAS_DESKTOP_CLIENT_IDS": "a, b,",
            "GAS_FREE_RETENTION": "2.5",
            "GAS_BUNDLES": "/data/bundles",
            "GAS_JOB_REQUESTS_QUEUE": "https://sqs.test/1/q/",
        }
    )

    assert settings.desktop_client_ids == ("a", "b")
    assert settings.free_retention == timedelta(seconds=2.5)
    assert settings.bundles == Path("/data/bundles")
    assert settings.job_requests_queue == "https://sqs.test/1/q"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GAS_FREE_RETENTION", "-1"),
        ("GAS_FREE_RETENTION", "soon"),
        ("GAS_MAX_TRIES", "0"),
        ("GAS_MAX_TRIES", "1.5"),
        ("GAS_MODE", "test"),
        ("GAS_GLOBUS_URL", "auth.globus.org"),
        ("GAS_GLOBUS_URL", "ftp://auth.globus.org"),
        ("GAS_ARCHIVE", "tape"),
        ("GAS_THAW_EXPECTED", "Expedited=300"),
        ("GAS_THAW_EXPECTED", "Expedited=300,Standard=soon"),
        ("GAS_TRUSTED_PROXIES", "somewhere"),
        ("GAS_STRIPE_TEST_KEYS", "yes"),
    ],
)
def test_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is '{value}'"):
        read({name: value})


@pytest.mark.parametrize(
    "name",
    ["GAS_AWS_ENDPOINT", "GAS_GLOBUS_URL", "GAS_WEB_URL", "GAS_API_URL", "GAS_STRIPE_API_URL"],
)
@pytest.mark.parametrize(
    "host", ["127.0.0.1:1", "localhost", "[::1]:80", "127.9.9.9", "gas.localhost"]
)
def test_production_refuses_stand_ins(name: str, host: str) -> None:
    with pytest.raises(SettingsError, match="GAS_MODE is production"):
        read({name: f"http://{host}"})
    assert read({name: f"http://{host}", "GAS_MODE": "local"})


def test_production_takes_real_addresses() -> None:
    assert read({"GAS_GLOBUS_URL": "https://auth.globus.org", "GAS_WEB_URL": "https://gas.test"})


def test_every_process_needs_settings_that_exist() -> None:
    known = {name.removeprefix("GAS_").lower() for name, _, _ in documentation()}
    needs = (
        wiring.RELAY_NEEDS,
        wiring.NOTIFY_NEEDS,
        wiring.WORKER_NEEDS,
        wiring.UTILITY_NEEDS,
        wiring.API_NEEDS,
        wiring_archive.RETENTION_NEEDS,
        wiring_archive.ARCHIVE_NEEDS,
        wiring_archive.RESTORE_NEEDS,
    )

    assert {name for process in needs for name in process} <= known
