"""What somebody chose: kept in a file, all or nothing, and read with care."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.choices import (
    Choices,
    Language,
    Scheme,
    check_certificates,
    read_choices,
    write_choices,
)
from desktop.settings import Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "settings.json"


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")


def test_what_is_kept_is_read_again(file: Path) -> None:
    chosen = Choices(
        parallel_parts=8,
        bandwidth=5_000_000,
        scheme=Scheme.DARK,
        language=Language.GERMAN,
        downloads=Path("/data/results"),
        notifications=False,
    )
    write_choices(file, chosen)
    assert read_choices(file) == (chosen, ())
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_nothing_chosen_is_all_defaults(file: Path) -> None:
    assert read_choices(file) == (Choices(), ())
    assert Choices().parallel_parts == 4
    assert Choices().bandwidth is None


def test_keys_of_a_newer_app_are_kept(file: Path) -> None:
    write(file, {"parallel_parts": 2, "holograms": {"depth": 3}})
    choices, problems = read_choices(file)
    write_choices(file, choices.model_copy(update={"parallel_parts": 3}))
    assert problems == ()
    assert json.loads(file.read_text("utf-8")) == {
        "parallel_parts": 3,
        "holograms": {"depth": 3},
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("parallel_parts", 0),
        ("parallel_parts", 17),
        ("parallel_parts", "many"),
        ("bandwidth", 12),
        ("scheme", "pink"),
        ("language", "fr"),
        ("server", "ftp://gas.example.org"),
        ("server", "http://gas.example.org:abc"),
        ("server", "http://gas.example.org:99999"),
        ("server", "http://[::1"),
        ("server", "http://10.0.0.256"),
        ("server", "http://gas..example.org"),
        ("server", "http://?"),
        ("proxy", "proxy:3128"),
        ("proxy", "http://proxy:abc"),
        ("proxy", "http://[::1"),
        ("proxy", "/"),
    ],
)
def test_a_wrong_value_is_named_and_the_rest_holds(file: Path, name: str, value: object) -> None:
    write(file, {name: value, "notifications": False})
    choices, problems = read_choices(file)
    assert choices == Choices(notifications=False)
    assert len(problems) == 1
    assert f"{file}: {name} cannot be used: " in str(problems[0])


@pytest.mark.parametrize(
    ("server", "proxy"),
    [
        ("", ""),
        ("https://gas.example.org", "http://proxy:3128"),
        ("http://[::1]:8400/", "http://ada:secret@proxy.example.org:3128/"),
        ("https://klinik.münchen.example/gas", "https://10.0.0.1"),
    ],
)
def test_addresses_are_kept_as_they_were_written(file: Path, server: str, proxy: str) -> None:
    write(file, {"server": server, "proxy": proxy})
    assert read_choices(file) == (Choices(server=server, proxy=proxy), ())


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "7"])
def test_a_file_that_holds_no_settings_is_named(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    choices, problems = read_choices(file)
    assert choices == Choices()
    assert str(file) in str(problems[0])


def test_a_write_that_fails_leaves_the_old_file(file: Path) -> None:
    write_choices(file, Choices(parallel_parts=2))
    # A name so long that no file beside it can be made.
    with pytest.raises(OSError, match="long"):
        write_choices(file.with_name("x" * 250), Choices())
    assert read_choices(file) == (Choices(parallel_parts=2), ())


def test_the_command_line_and_the_environment_go_before_choices(tmp_path: Path) -> None:
    environ = {"GAS_DESKTOP_DATA": str(tmp_path)}
    write(tmp_path / "settings.json", {"server": "https://chosen.example.org/"})
    chosen = Settings.read(environ, tmp_path)
    assert (chosen.server, chosen.server_is_given) == ("https://chosen.example.org", False)
    given = Settings.read({**environ, "GAS_SERVER": "https://given.example.org"}, tmp_path)
    assert (given.server, given.server_is_given) == ("https://given.example.org", True)
    assert Settings.read(environ, tmp_path, "http://127.0.0.1:9").server == "http://127.0.0.1:9"


def test_choices_are_followed_but_for_the_server(tmp_path: Path) -> None:
    settings = Settings("https://gas.example.org", tmp_path, tmp_path / "Downloads")
    other = settings.choosing(
        Choices(server="https://other.example.org", downloads=tmp_path / "results", bandwidth=9**6)
    )
    assert other.server == "https://gas.example.org"
    assert (other.downloads, other.bandwidth) == (tmp_path / "results", 9**6)
    assert other.uploads == tmp_path


def test_a_file_without_certificates_is_refused_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "letter.pem"
    path.write_text("Dear hospital", "utf-8")
    assert check_certificates(path)
    assert str(check_certificates(tmp_path / "none.pem")) == "No such file or directory"
