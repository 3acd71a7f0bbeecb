"""Who is asked for newer versions: chosen by a person, or for many machines, or nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from desktop.choices import Choices, read_choices
from desktop.errors import ForbiddenError
from desktop.platform.opening import Opener
from desktop.settings import Settings
from desktop.update.source import ReleaseSource
from tests.unit.desktop.manifests import ADDRESS, OTHER_KEY, public

CHOSEN = {"update_manifest": "https://chosen.example.org/m.json", "update_key": public(OTHER_KEY)}


def settings(folder: Path, environ: Mapping[str, str], **chosen: object) -> Settings:
    (folder / "settings.json").write_text(json.dumps(chosen), "utf-8")
    return Settings.read({"GAS_DESKTOP_DATA": str(folder), **environ}, folder)


def test_nobody_is_asked_by_default(tmp_path: Path) -> None:
    assert settings(tmp_path, {}).release_source == ReleaseSource()
    assert not ReleaseSource().is_complete


def test_what_was_chosen_counts(tmp_path: Path) -> None:
    found = settings(tmp_path, {}, **CHOSEN, update_hosts=["mirror.example.net"])
    assert found.problems == ()
    assert found.release_source == ReleaseSource(*CHOSEN.values(), hosts=("mirror.example.net",))
    other = found.choosing(Choices(update_manifest=ADDRESS))
    assert other.release_source == ReleaseSource(ADDRESS)


def test_the_environment_goes_before_what_was_chosen(tmp_path: Path) -> None:
    environ = {
        "GAS_UPDATE_MANIFEST": ADDRESS,
        "GAS_UPDATE_KEY": public(),
        "GAS_UPDATE_HOSTS": "mirror.example.net, other.example.net,",
    }
    found = settings(tmp_path, environ, **CHOSEN)
    hosts = ("mirror.example.net", "other.example.net")
    assert found.release_source == ReleaseSource(ADDRESS, public(), hosts)
    assert found.choosing(Choices()).release_source == found.release_source


def test_an_address_from_outside_is_never_used_with_a_key_that_was_chosen(tmp_path: Path) -> None:
    found = settings(tmp_path, {"GAS_UPDATE_MANIFEST": ADDRESS}, **CHOSEN)
    assert found.release_source == ReleaseSource(ADDRESS)


def test_an_empty_address_from_outside_keeps_everybody_from_asking(tmp_path: Path) -> None:
    found = settings(tmp_path, {"GAS_UPDATE_MANIFEST": ""}, **CHOSEN)
    assert found.release_source == ReleaseSource()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GAS_UPDATE_MANIFEST", "http://gas.example.org/m.json"),
        ("GAS_UPDATE_MANIFEST", "gas.example.org"),
        ("GAS_UPDATE_KEY", "e30="),
        ("GAS_UPDATE_KEY", "not a key"),
        ("GAS_UPDATE_HOSTS", "https://mirror.example.net"),
    ],
)
def test_a_wrong_value_from_outside_is_named_and_nobody_is_asked(
    tmp_path: Path, name: str, value: str
) -> None:
    environ = {"GAS_UPDATE_MANIFEST": ADDRESS, "GAS_UPDATE_KEY": public(), name: value}
    found = settings(tmp_path, environ, **CHOSEN)
    assert found.release_source == ReleaseSource()
    (problem,) = found.problems
    assert str(problem).startswith(f"{name} cannot be used: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("update_manifest", "http://gas.example.org/m.json"),
        ("update_manifest", "file:///etc/passwd"),
        ("update_key", public()[:-2]),
        ("update_hosts", ["*"]),
    ],
)
def test_a_wrong_value_in_the_file_is_named(tmp_path: Path, name: str, value: object) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({name: value}), "utf-8")
    choices, problems = read_choices(file)
    assert choices == Choices()
    assert f"{name} cannot be used: " in str(problems[0])


@pytest.mark.parametrize("address", [ADDRESS, "http://127.0.0.1:9/m.json", "http://localhost/m"])
def test_https_and_this_very_machine_can_be_asked(address: str) -> None:
    assert Choices(update_manifest=address).update_manifest == address


def test_an_opener_that_knows_one_more_host_refuses_the_rest_as_before() -> None:
    opened: list[str] = []

    def note(url: str) -> bool:
        opened.append(url)
        return True

    page = "https://mirror.example.net/app"
    strict = Opener("https://gas.example.org", note)
    with pytest.raises(ForbiddenError):
        strict.open(page)
    strict.knowing("mirror.example.net").open(page)
    for url in ("http://mirror.example.net/app", "https://elsewhere.example.net/"):
        with pytest.raises(ForbiddenError):
            strict.knowing("mirror.example.net").open(url)
    assert opened == [page]
