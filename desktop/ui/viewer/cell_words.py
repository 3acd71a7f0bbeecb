"""What a cell of the variant table says, and in which style."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt

from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.viewer.wording import NOTHING
from desktop.ui.wording import plain_tip

WORDS_ROLE = Qt.ItemDataRole.UserRole + 1
STYLE_ROLE = Qt.ItemDataRole.UserRole + 2
_LONG = 14


class Style(StrEnum):
    """How a cell is drawn."""

    TEXT = "text"
    STRONG = "strong"
    MONO = "mono"
    NUMBER = "number"
    DOT = "dot"
    TONE = "tone"


@dataclass(frozen=True, slots=True)
class Words:
    """What a cell says.

    Attributes:
        spoken: what is heard instead, where that is more.
    """

    text: str
    tone: Tone = Tone.NEUTRAL
    spoken: str = ""

    @property
    def heard(self) -> str:
        """Return all of it, for those who hear the table."""
        if self.spoken:
            return self.spoken
        return tr("nothing") if self.text == NOTHING else self.text


def told(words: Words, role: int) -> object:
    """Return what a cell says in one role of a model."""
    match role:
        case _ if role == WORDS_ROLE:
            return words
        case Qt.ItemDataRole.DisplayRole:
            return words.text
        case Qt.ItemDataRole.AccessibleTextRole:
            return words.heard
        case Qt.ItemDataRole.ToolTipRole if len(words.heard) > _LONG:
            return plain_tip(words.heard)
        case _:
            return None
