"""The pages have the app's colours, and can be read in both schemes."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from desktop.ui.theme.tokens import DARK, LIGHT, MINIMUM_CONTRAST, Tokens, contrast

STYLE = Path(__file__).parents[3] / "resources" / "templates" / "web" / "style.css"
TEXT_ON = [
    ("text", "bg"), ("text", "panel"), ("text", "side"), ("text", "accent-soft"),
    ("text", "warn-soft"), ("text", "bad-soft"), ("muted", "bg"), ("muted", "panel"),
    ("muted", "side"), ("accent", "bg"), ("accent", "panel"), ("accent", "accent-soft"),
    ("on-accent", "accent"), ("on-accent", "accent-hover"), ("warn", "warn-soft"),
    ("bad", "bad-soft"), ("bad", "panel"), ("ice", "ice-soft"),
]  # fmt: skip


def schemes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE.read_text("utf-8"), re.DOTALL)
    pattern = r"--([\w-]+): (#[0-9a-f]{6});"
    return {"light": dict(re.findall(pattern, light)), "dark": dict(re.findall(pattern, dark))}


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
def test_the_colours_are_the_apps(tokens: Tokens) -> None:
    ours = schemes()[tokens.name]
    apps = {name.replace("_", "-"): value for name, value in asdict(tokens).items()}
    assert len(ours) >= 15
    assert ours == {name: apps[name] for name in ours}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("letters", "ground"), TEXT_ON)
def test_letters_can_be_read(scheme: str, letters: str, ground: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[letters], colours[ground]) >= MINIMUM_CONTRAST


def test_every_colour_that_is_used_is_one_of_them() -> None:
    style = STYLE.read_text("utf-8")
    used = set(re.findall(r"var\(--([\w-]+)\)", style))
    assert used <= set(schemes()["light"])
    rules = style[style.index("* { box-sizing") :]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)
