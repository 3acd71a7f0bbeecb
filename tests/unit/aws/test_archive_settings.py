"""The archive that the settings choose, and what it needs."""

from __future__ import annotations

from datetime import timedelta

import boto3
import pytest

from backend import wiring_archive
from backend.aws.storage_class import StorageClassArchive
from backend.aws.vault import VaultArchive
from backend.domain.archive import Tier
from backend.settings import SettingsError, read

BUCKET = {"GAS_ARCHIVE_BUCKET": "b"}
VAULT = {"GAS_ARCHIVE": "vault", "GAS_VAULT": "v", "GAS_COMPLETE_THAW_TOPIC": "arn"}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    # The first client's key is that of all later ones: not this one, please.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def test_bucket_is_the_default() -> None:
    archive = wiring_archive.archive(read(BUCKET))
    assert isinstance(archive, StorageClassArchive)
    assert archive.bucket == "b"
    assert archive.expected(Tier.EXPEDITED) == timedelta(minutes=5)


def test_vault_is_to_be_had() -> None:
    archive = wiring_archive.archive(read({**VAULT, "GAS_THAW_EXPECTED": "Expedited=1,Standard=2"}))
    assert isinstance(archive, VaultArchive)
    assert (archive.vault, archive.topic) == ("v", "arn")
    assert archive.expected(Tier.STANDARD) == timedelta(seconds=2)


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({}, "GAS_ARCHIVE_BUCKET"),
        ({**BUCKET, "GAS_ARCHIVE": "vault"}, "GAS_VAULT"),
        ({"GAS_ARCHIVE": "vault", "GAS_VAULT": "v"}, "GAS_COMPLETE_THAW_TOPIC"),
    ],
)
def test_what_the_archive_lacks_is_named(environ: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        wiring_archive.archive(read(environ))


@pytest.mark.parametrize(
    "environ",
    [
        {"GAS_ARCHIVE": "tape"},
        {"GAS_THAW_EXPECTED": "Expedited=300"},
        {"GAS_THAW_EXPECTED": "Expedited=300,Standard=0"},
        {"GAS_THAW_EXPECTED": "Expedited=300,Standard"},
        {"GAS_THAW_EXPECTED": "Expedited=300,Standard=5,Bulk=7"},
    ],
)
def test_what_is_no_archive_and_no_time_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(environ))):
        read(environ)
