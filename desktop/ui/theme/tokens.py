"""The colours of the app, one frozen set a scheme, and how well they can be read.

Colours are "#rrggbb".  Text colours reach 4.5:1 on every surface that they are used on (WCAG 2.2,
success criterion 1.4.3), which a test checks; `faint` and `line` are for shapes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SPACE = 4
"""The unit of spacing, in device-independent pixels; everything is a multiple of it."""

RADIUS_CARD = 10
RADIUS_CONTROL = 7
MINIMUM_CONTRAST = 4.5
# Below it sRGB's curve is a straight line (IEC 61966-2-1).
_LINEAR_PART = 0.04045


class Tone(StrEnum):
    """What a colour means."""

    NEUTRAL = "neutral"
    ACCENT = "accent"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    ICE = "ice"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One scheme's colours.

    Attributes:
        bg: of the window; `panel` of cards and the table; `side` of the sidebar.
        line: 1 px borders, the track of a progress bar.
        text: what is read first; `muted` what is read second; `faint` shapes, never letters.
        accent: the one accent; `on_accent` letters upon it; `accent_hover` it, under the mouse, and
            `accent_pressed` while the button is down.
        soft: the tint of each tone that tags and the selection lie on.
    """

    name: str
    bg: str
    panel: str
    side: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_soft: str
    on_accent: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    ice: str
    ice_soft: str
    overlay: str

    def colour(self, tone: Tone) -> str:
        """Return the colour of letters and dots of *tone*."""
        return {
            Tone.NEUTRAL: self.muted,
            Tone.ACCENT: self.accent,
            Tone.OK: self.ok,
            Tone.WARN: self.warn,
            Tone.BAD: self.bad,
            Tone.ICE: self.ice,
        }[tone]

    def soft(self, tone: Tone) -> str:
        """Return the tint that a tag of *tone* lies on."""
        return {
            Tone.NEUTRAL: self.side,
            Tone.ACCENT: self.accent_soft,
            Tone.OK: self.ok_soft,
            Tone.WARN: self.warn_soft,
            Tone.BAD: self.bad_soft,
            Tone.ICE: self.ice_soft,
        }[tone]


LIGHT = Tokens(
    name="light",
    bg="#f6f7f9",
    panel="#ffffff",
    side="#eef1f5",
    line="#dfe3ea",
    text="#1b2230",
    muted="#5c677b",
    faint="#9aa3b2",
    accent="#2457d6",
    accent_hover="#1d49b8",
    accent_pressed="#163a94",
    accent_soft="#e6edfd",
    on_accent="#ffffff",
    ok="#18794b",
    ok_soft="#e0f3e9",
    warn="#8f5500",
    warn_soft="#fdf0da",
    bad="#b82e24",
    bad_soft="#fce6e4",
    ice="#2a6689",
    ice_soft="#e1eef5",
    overlay="#1b2230",
)

DARK = Tokens(
    name="dark",
    bg="#12151b",
    panel="#191d25",
    side="#151920",
    line="#2a303b",
    text="#e7eaf0",
    muted="#9aa4b5",
    faint="#6b7586",
    accent="#7aa2ff",
    accent_hover="#98b7ff",
    accent_pressed="#6b94f2",
    accent_soft="#1e2a47",
    on_accent="#12151b",
    ok="#5ccb93",
    ok_soft="#14352a",
    warn="#e7b05a",
    warn_soft="#38290f",
    bad="#f08a80",
    bad_soft="#421e1c",
    ice="#7dbbe0",
    ice_soft="#16303f",
    overlay="#000000",
)


def hair(scale: float) -> float:
    """Return how thick a line of 1 px is where a pixel is *scale* of the screen's.

    At 150 % a line of one and a half would be one here and two there.
    """
    return max(1, int(scale)) / scale


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of an sRGB colour, 0 to 1."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    """Undo sRGB's gamma."""
    if channel <= _LINEAR_PART:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
