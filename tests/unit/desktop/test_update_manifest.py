"""Only what is signed for the key is looked into, and only what may be told is taken of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.update.manifest import MOST_BYTES, ManifestError, read_manifest
from desktop.update.release import Release
from desktop.update.source import ReleaseSource
from desktop.update.version import is_newer, release_numbers
from tests.unit.desktop.manifests import (
    CONTENT,
    KEY,
    OTHER_KEY,
    SOURCE,
    envelope,
    manifest,
    public,
    sealed,
)

SIGNED = json.dumps(CONTENT).encode()
SIGNATURE = KEY.sign(SIGNED)
WRONG_KEY = "not signed for the key"


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_what_is_signed_is_told() -> None:
    assert read_manifest(manifest(), SOURCE) == Release(
        version="1.2.0",
        released=date(2026, 11, 20),
        page="https://gas.example.org/download",
        summary="Results open twice as fast.",
    )


def test_what_a_newer_signer_adds_is_left_alone() -> None:
    assert read_manifest(manifest(colour="green"), SOURCE).version == "1.2.0"


@given(st.integers(0, len(SIGNED) * 8 - 1))
def test_one_bit_of_the_manifest_makes_it_worthless(bit: int) -> None:
    with pytest.raises(ManifestError, match=WRONG_KEY):
        read_manifest(envelope(flipped(SIGNED, bit), SIGNATURE), SOURCE)


@given(st.integers(0, len(SIGNATURE) * 8 - 1))
def test_one_bit_of_the_signature_makes_it_worthless(bit: int) -> None:
    with pytest.raises(ManifestError, match=WRONG_KEY):
        read_manifest(envelope(SIGNED, flipped(SIGNATURE, bit)), SOURCE)


def test_another_key_s_word_counts_for_nothing() -> None:
    with pytest.raises(ManifestError, match=WRONG_KEY):
        read_manifest(sealed(SIGNED, OTHER_KEY), SOURCE)
    with pytest.raises(ManifestError, match=WRONG_KEY):
        read_manifest(manifest(), replace(SOURCE, key=public(OTHER_KEY)))


def test_nothing_is_read_before_the_signature_is_right() -> None:
    with pytest.raises(ManifestError, match=WRONG_KEY):
        read_manifest(envelope(b"{ no JSON", SIGNATURE), SOURCE)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<html>Please sign in to the hotel's network</html>",
        b"[]",
        b'{"manifest": "e30="}',
        b'{"manifest": 7, "signature": "e30="}',
        b'{"manifest": "e30=", "signature": "\xff"}',
        b"[" * 5000,
    ],
)
def test_what_is_no_signed_document_is_refused(document: bytes) -> None:
    with pytest.raises(ManifestError, match="not a signed manifest"):
        read_manifest(document, SOURCE)


@pytest.mark.parametrize("text", ["e30", "e3 0=", "?", "ä"])
def test_what_is_not_base64_is_refused(text: str) -> None:
    document = json.dumps({"manifest": text, "signature": text}).encode()
    with pytest.raises(ManifestError, match="cannot be read"):
        read_manifest(document, SOURCE)


@pytest.mark.parametrize("key", ["", "e30=", "no base64"])
def test_without_a_usable_key_nothing_is_taken(key: str) -> None:
    with pytest.raises(ManifestError, match="cannot be read"):
        read_manifest(manifest(), replace(SOURCE, key=key))


def test_a_document_that_is_too_large_is_refused_unread() -> None:
    just = manifest()
    assert read_manifest(just.ljust(MOST_BYTES), SOURCE).version == "1.2.0"
    with pytest.raises(ManifestError, match="65,536 bytes"):
        read_manifest(just.ljust(MOST_BYTES + 1), SOURCE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("app", "another-app"),
        ("version", "1.2.0rc1"),
        ("version", "latest"),
        ("version", 2),
        ("released", "yesterday"),
        ("released", 1_700_000_000),
        ("page", "http://gas.example.org/download"),
        ("page", "file:///etc/passwd"),
        ("page", "https://gas.example.org\\@evil.example/"),
        ("page", "https://evil.example@gas.example.org/"),
        ("page", "https://gas.example.org/a b"),
        ("summary", ""),
        ("summary", "two\nlines"),
        ("summary", "from right to left: \u202egnp"),
        ("summary", "x" * 201),
    ],
)
def test_a_signed_value_that_makes_no_sense_is_named(name: str, value: object) -> None:
    with pytest.raises(ManifestError, match=f"The signed manifest cannot be used: {name}: "):
        read_manifest(manifest(**{name: value}), SOURCE)


@pytest.mark.parametrize("name", CONTENT)
def test_a_manifest_that_lacks_something_is_refused(name: str) -> None:
    content = {each: value for each, value in CONTENT.items() if each != name}
    with pytest.raises(ManifestError, match=name):
        read_manifest(sealed(json.dumps(content).encode()), SOURCE)


def test_the_page_is_on_the_manifest_s_host_or_on_one_that_is_listed() -> None:
    elsewhere = manifest(page="https://mirror.example.net/app")
    with pytest.raises(ManifestError, match=r"on mirror\.example\.net, which is neither"):
        read_manifest(elsewhere, SOURCE)
    listed = replace(SOURCE, hosts=("mirror.example.net",))
    assert read_manifest(elsewhere, listed).page == "https://mirror.example.net/app"
    with pytest.raises(ManifestError, match="neither"):
        read_manifest(manifest(page="https://sub.gas.example.org/"), listed)


def test_hosts_are_compared_as_the_network_writes_them() -> None:
    source = ReleaseSource("https://klinik.münchen.example/m.json", public())
    page = "https://klinik.xn--mnchen-3ya.example/app"
    assert read_manifest(manifest(page=page), source).page == page


def test_a_page_without_a_real_port_is_refused() -> None:
    with pytest.raises(ManifestError, match="no usable address"):
        read_manifest(manifest(page="https://gas.example.org:99999/"), SOURCE)


@pytest.mark.parametrize(
    ("version", "running", "newer"),
    [
        ("1.2.0", "1.1.9", True),
        ("1.10", "1.9.9", True),
        ("2", "1.99.99.99", True),
        ("1.2.0.1", "1.2", True),
        ("1.2.0", "1.2.0", False),
        ("1.2", "1.2.0", False),
        ("1.2.0", "1.2", False),
        ("1.1.9", "1.2.0", False),
        ("1.2.0", "1.2.0.post1", False),
        ("1.2.0", "1.2.0rc1", False),
        ("1.2.1", "1.2.0rc1", True),
        ("0.0.1", "unknown", True),
    ],
)
def test_versions_are_compared_number_by_number(version: str, running: str, newer: object) -> None:
    assert is_newer(version, running) is newer


@pytest.mark.parametrize(
    "version", ["", "v1", "1.", ".1", "1.2.3.4.5", "1 ", "\u0661.\u0662", "1" * 10]
)
def test_what_is_not_numbers_between_dots_is_no_released_version(version: str) -> None:
    with pytest.raises(ValueError, match="no version like"):
        release_numbers(version)
