"""What a transfer says of itself in the list, and what can be done with it; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.ports import FileKind
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Hold, Incoming, Item, Outgoing, State
from desktop.transfer.speed import seconds_left
from desktop.ui.error_words import in_words
from desktop.ui.language import later, tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.wording import duration_text, size_text


class Deed(StrEnum):
    """What can be done with a transfer."""

    PAUSE = later("Pause")
    RESUME = later("Resume")
    RETRY = later("Try again")
    ANYWAY = later("Send anyway")
    AGAIN = later("Send again")
    UPGRADE = later("Upgrade")
    SHOW_JOB = later("Show details")
    VIEW = later("View")
    OPEN = later("Open")
    SHOW_FOLDER = later("Show in folder")
    UP = later("Move up")
    DOWN = later("Move down")
    CANCEL = later("Cancel")
    REMOVE = later("Remove")


FIRST = (
    *(Deed.PAUSE, Deed.RESUME, Deed.RETRY, Deed.ANYWAY, Deed.AGAIN, Deed.UPGRADE),
    *(Deed.SHOW_JOB, Deed.VIEW, Deed.OPEN, Deed.SHOW_FOLDER),
)
"""What may be offered first, and so in the row itself."""

_WORDS = {
    State.CHECKING: (later("Checking"), Tone.NEUTRAL),
    State.HELD: (later("Needs a look"), Tone.WARN),
    State.WAITING: (later("Waiting"), Tone.NEUTRAL),
    State.RUNNING: (later("Starting"), Tone.ACCENT),
    State.RETRYING: (later("Retrying"), Tone.WARN),
    State.PAUSED: (later("Paused"), Tone.NEUTRAL),
    State.FAILED: (later("Failed"), Tone.BAD),
    State.DONE: (later("Sent"), Tone.OK),
}
_HELD = {
    Hold.FAULT: (later("Needs a look"), (Deed.ANYWAY,)),
    Hold.PLAN: (later("Too large"), (Deed.UPGRADE,)),
    Hold.CHANGED: (later("File changed"), (Deed.AGAIN, Deed.RETRY)),
}
_GOING = {
    State.PAUSED: (Deed.RESUME,),
    State.RETRYING: (Deed.RETRY, Deed.PAUSE),
}
_KINDS = {
    FileKind.INPUT: later("Input"),
    FileKind.RESULT: later("Annotated VCF"),
    FileKind.TABLE: later("Table"),
    FileKind.REPORT: later("Report"),
    FileKind.LOG: later("Log"),
}
_STEPS = {
    "preparing": later("Preparing"),
    "uploading": later("Uploading"),
    "downloading": later("Downloading"),
}


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer as it is shown at a moment.

    Attributes:
        step: what is being done while it runs, as "uploading".
        done: bytes, of `total` (0 while unknown).
        rate: bytes a second; None while it is unknown or nothing moves.
        wait: seconds until its next try.
    """

    item: Item
    step: str = ""
    done: int = 0
    total: int = 0
    rate: float | None = None
    wait: float = 0.0

    @property
    def word(self) -> str:
        """Its state in a word or two."""
        item = self.item
        if item.state is State.HELD and item.hold is not None:
            return tr(_HELD[item.hold][0])
        if item.state is State.RUNNING and self.step in _STEPS:
            return tr(_STEPS[self.step])
        if item.state is State.DONE and isinstance(item.work, Incoming):
            return tr("Saved")
        return tr(_WORDS[item.state][0])

    @property
    def tone(self) -> Tone:
        """What its state means."""
        return _WORDS[self.item.state][1]

    @property
    def reason(self) -> str:
        """Why it does not go on, and when it will."""
        if self.item.state is State.RETRYING:
            soon = tr("Next try in {time}.").format(time=duration_text(max(1.0, self.wait)))
            return f"{in_words(self.item.reason)} {soon}".strip()
        return in_words(self.item.reason)

    @property
    def note(self) -> str:
        """What kind of file it is, and what is to be known of it."""
        work = self.item.work
        if isinstance(work, Incoming):
            place = work.saved.parent if work.saved is not None else work.folder
            words = tr("{kind} · to {folder}")
            return words.format(kind=tr(_KINDS[work.kind]), folder=place.name or place)
        if work.check is None:
            return work.path.parent.name
        return check_text(work.check)

    @property
    def fraction(self) -> float:
        """How much is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def percent(self) -> str:
        """Return "37 %", or nothing where no bar is shown."""
        return f"{min(100, 100 * self.done // self.total)} %" if self.shows_bar else ""

    @property
    def rest(self) -> int:
        """How many bytes are still to be moved, as far as that is known."""
        if self.step in {"uploading", "downloading"}:
            return self.total - self.done
        work = self.item.work
        return work.check.size if isinstance(work, Outgoing) and work.check else 0

    @property
    def shows_bar(self) -> bool:
        """Whether it is worth showing how much is done."""
        unfinished = self.item.state in {State.RUNNING, State.RETRYING, State.PAUSED}
        return unfinished and self.total > 0

    @property
    def amount(self) -> str:
        """Return "412 MB of 1.1 GB", or how large the file is."""
        work = self.item.work
        if self.shows_bar:
            words = tr("{part} of {whole}")
            return words.format(part=size_text(self.done), whole=size_text(self.total))
        if isinstance(work, Outgoing) and work.check is not None and work.check.size:
            return size_text(work.check.size)
        return size_text(self.total) if self.total else ""

    @property
    def speed(self) -> str:
        """Return "38 MB/s", or nothing while nothing moves."""
        moving = self.item.state is State.RUNNING and self.rate
        return f"{size_text(self.rate)}/s" if moving and self.rate else ""

    @property
    def left(self) -> str:
        """Return "18 s", or nothing while nobody knows."""
        seconds = seconds_left(self.done, self.total, self.rate)
        return duration_text(seconds) if self.speed and seconds is not None else ""

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """What can be done with it, what is most likely wanted first."""
        state, work = self.item.state, self.item.work
        if state is State.DONE:
            saved = _saved_deeds(work.kind) if isinstance(work, Incoming) else (Deed.SHOW_JOB,)
            return (*saved, Deed.REMOVE)
        if state is State.HELD:
            return (*_HELD[self.item.hold or Hold.FAULT][1], Deed.REMOVE)
        if state is State.FAILED:
            return (Deed.RETRY, Deed.REMOVE)
        return (*_GOING.get(state, (Deed.PAUSE,)), Deed.UP, Deed.DOWN, Deed.CANCEL)

    @property
    def sentence(self) -> str:
        """Return all of it, for those who hear the list."""
        left = tr("{time} left").format(time=self.left) if self.left else ""
        parts = (self.item.name, self.word, self.reason, self.note, self.amount, self.speed, left)
        return ", ".join(filter(None, parts))


def check_text(check: FileCheck) -> str:
    """Return what was seen of a file: "VCF 4.2 · 3 samples · GRCh38 · bgzip"."""
    parts = [f"VCF {check.version}" if check.version else ""]
    if check.samples is not None:
        samples = tr("%Ln sample(s)", "", check.samples)
        parts.append(samples if check.samples else tr("no samples"))
    packing = tr(check.packing) if check.packing else ""
    parts += [check.assembly or "", packing, in_words(check.remark or "")]
    return " · ".join(filter(None, parts))


def _saved_deeds(kind: FileKind) -> tuple[Deed, ...]:
    if kind in {FileKind.RESULT, FileKind.TABLE}:
        return (Deed.VIEW, Deed.SHOW_FOLDER)
    return (Deed.OPEN, Deed.SHOW_FOLDER) if kind is FileKind.REPORT else (Deed.SHOW_FOLDER,)
