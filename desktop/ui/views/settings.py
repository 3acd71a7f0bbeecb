"""How the app is wanted: each change holds at once, or from the next start where it says so."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.choices import LEAST_BANDWIDTH, MOST_PARTS, Language, Scheme
from desktop.sentences import Words
from desktop.settings import Settings
from desktop.ui.error_words import in_words
from desktop.ui.language import later, tr
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.connection import ConnectionFields
from desktop.ui.views.controls import breakable, card, column, label, page_title, surface
from desktop.ui.views.setting_lines import (
    LOOKING_ELSEWHERE,
    Field,
    PathLine,
    add_line,
    add_path,
)
from desktop.ui.views.wheel import spare_wheel

_WIDTH = 720
_MB = 1000**2
_MOST_MB = 100_000
SCHEMES = {
    Scheme.SYSTEM: later("As the system"),
    Scheme.LIGHT: later("Light"),
    Scheme.DARK: later("Dark"),
}
# A language is called by its own name, so that whoever needs it finds it.
LANGUAGES = {
    Language.SYSTEM: later("As the system"),
    Language.ENGLISH: "English",
    Language.GERMAN: "Deutsch",
}
# What is typed, and what it is called where it cannot be used.
_TYPED = {
    "server": later("Server"),
    "proxy": later("Proxy"),
    "update_manifest": later("Address"),
    "update_key": later("Key"),
}


class _Rate(QDoubleSpinBox):
    """Shows no zeros that say nothing: "20", not "20.00"."""

    @override
    def textFromValue(self, value: float) -> str:
        text, point = super().textFromValue(value), self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        # Half a number does not count yet while another window is looked at.
        half = event.reason() in LOOKING_ELSEWHERE
        before = self.blockSignals(half)
        super().focusOutEvent(event)
        self.blockSignals(before)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.editingFinished.emit()


class SettingsPage(QScrollArea):
    """Every setting, in four cards.

    Attributes:
        refusals: why what stands in a field is not taken; by the name of the choice.

    Signals:
        chosen: something was; arg: the name of the choice, arg: its value.
        folder_wanted: a folder is to be chosen; arg: the name of the choice.
        file_wanted: a file is to be chosen; arg: the name of the choice.
    """

    chosen = Signal(str, object)
    folder_wanted = Signal(str)
    file_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paths: dict[str, PathLine] = {}
        self.connection = ConnectionFields()
        self.parts = QSpinBox(minimum=1, maximum=MOST_PARTS)
        self.bandwidth = _Rate(decimals=2, maximum=_MOST_MB, singleStep=1.0)
        self.scheme, self.language = QComboBox(), QComboBox()
        self.notifications = QCheckBox(tr("Tell when files are done, failed or about to expire"))
        self.update_manifest, self.update_key = Field(), Field()
        self.update_state = label(role="warn", wrap=True)
        self.problems = label(role="bad", wrap=True)
        self.refusals = {name: label(role="bad", wrap=True) for name in _TYPED}
        self.restart = label(role="warn", wrap=True)
        spare_wheel(self.parts, self.bandwidth, self.scheme, self.language)
        self._build()
        self._connect()

    def show_settings(self, settings: Settings) -> None:
        """Show *settings*, and tell nobody of it; what was typed and is not taken stays."""
        choices = settings.choices
        self.paths["downloads"].show(settings.downloads)
        self.paths["uploads"].show(settings.uploads)
        controls = (self.parts, self.bandwidth, self.scheme, self.language, self.notifications)
        for control in controls:
            control.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.parts.setValue(choices.parallel_parts)
        self.bandwidth.setValue((choices.bandwidth or 0) / _MB)
        self.scheme.setCurrentIndex(self.scheme.findData(choices.scheme))
        self.language.setCurrentIndex(self.language.findData(choices.language))
        self.notifications.setChecked(choices.notifications)
        for control in controls:
            control.blockSignals(False)  # noqa: FBT003 - Qt's own
        self.connection.show_settings(settings)
        self._show_updates(settings)
        self.say_problems(settings.problems)

    def say_problems(self, problems: tuple[Words, ...]) -> None:
        """Say what is wrong, or nothing."""
        self.problems.setText("\n".join(map(in_words, problems)))
        self.problems.setVisible(bool(problems))

    def refuse(self, name: str, sentence: str) -> None:
        """Say beside the field of *name* why what stands there is not taken; "" where it is."""
        if name in self.refusals:
            self.refusals[name].setText(breakable(f"{tr(_TYPED[name])}: {sentence}"))
            self.refusals[name].setVisible(bool(sentence))

    def ask_restart(self) -> None:
        """Say that something holds from the next start."""
        self.restart.setText(tr("Changes take effect the next time the app starts."))
        self.restart.show()

    def _show_updates(self, settings: Settings) -> None:
        source = settings.release_source
        shown = ((self.update_manifest, source.address), (self.update_key, source.key))
        for field, text in shown:
            field.show_kept(text)
            field.setEnabled(settings.told_source is None)
        if source.is_complete or not (source.address or source.key):
            self.update_state.hide()
            return
        without_key = tr("Without its key the address is not asked.")
        without_address = tr("Without an address the key is of no use.")
        self.update_state.setText(without_key if source.address else without_address)
        self.update_state.show()

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = surface("bg")
        layout = column(content, margin=6 * SPACE, spacing=4 * SPACE)
        layout.setContentsMargins(6 * SPACE, 18, 6 * SPACE, 5 * SPACE)
        layout.addWidget(page_title(tr("Settings")))
        for widget in (self.problems, self.restart):
            layout.addWidget(widget)
            widget.hide()
        for box in (self._transfers(), self._appearance(), self._network(), self._updates()):
            layout.addWidget(box)
        layout.addStretch()
        self.setWidget(content)

    def _transfers(self) -> QFrame:
        box, inside = _framed(tr("Transfers"))
        self._path(inside, "downloads", tr("Save results in"))
        self._path(inside, "uploads", tr("Choose files from"))
        add_line(inside, tr("Parts at the same time"), self.parts, tr("of one file"))
        for spin in (self.parts, self.bandwidth):
            spin.lineEdit().setTextMargins(2 * SPACE, 0, 0, 0)
        self.bandwidth.setSuffix(" MB/s")
        self.bandwidth.setSpecialValueText(tr("no limit"))
        add_line(inside, tr("Bandwidth"), self.bandwidth, tr("each way"))
        return box

    def _appearance(self) -> QFrame:
        box, inside = _framed(tr("Appearance and notifications"))
        for combo, words in ((self.scheme, SCHEMES), (self.language, LANGUAGES)):
            for value, name in words.items():
                combo.addItem(tr(name), value)
        add_line(inside, tr("Colours"), self.scheme)
        add_line(inside, tr("Language"), self.language, tr("from the next start"))
        add_line(inside, tr("Notifications"), self.notifications)
        return box

    def _network(self) -> QFrame:
        box, inside = _framed(tr("Network"))
        inside.addWidget(self.connection)
        self._leave_room(inside, "server", "proxy")
        return box

    def _updates(self) -> QFrame:
        box, inside = _framed(tr("Updates"))
        address, key = tr("Address"), tr("Key")
        add_line(inside, address, self.update_manifest)
        add_line(inside, key, self.update_key, tr("of its signer"))
        for title, field in ((address, self.update_manifest), (key, self.update_key)):
            field.setAccessibleName(f"{tr('Updates')}: {title}")
            field.setPlaceholderText(tr("none: nothing is asked"))
        self._leave_room(inside, "update_manifest", "update_key")
        inside.addWidget(self.update_state)
        self.update_state.hide()
        note = tr(
            "Once a day the app asks the address whether there is a newer version, and tells you. "
            "It installs nothing. Whoever runs your service can give you both; otherwise leave "
            "them empty."
        )
        inside.addWidget(label(note, "small", wrap=True))
        return box

    def _path(self, inside: QVBoxLayout, name: str, title: str) -> None:
        self.paths[name] = add_path(inside, title)
        self.paths[name].choose.clicked.connect(lambda: self.folder_wanted.emit(name))

    def _leave_room(self, inside: QVBoxLayout, *names: str) -> None:
        """Leave room for why these are not taken."""
        for name in names:
            inside.addWidget(self.refusals[name])
            self.refusals[name].hide()

    def _connect(self) -> None:
        say = self.chosen.emit
        self.parts.valueChanged.connect(lambda value: say("parallel_parts", value))
        self.bandwidth.editingFinished.connect(self._say_bandwidth)
        self.scheme.currentIndexChanged.connect(lambda: say("scheme", self.scheme.currentData()))
        self.language.currentIndexChanged.connect(
            lambda: say("language", self.language.currentData())
        )
        self.notifications.toggled.connect(lambda on: say("notifications", on))
        self.connection.chosen.connect(say)
        self.connection.file_wanted.connect(self.file_wanted)
        for name in ("update_manifest", "update_key"):
            field: Field = getattr(self, name)
            field.entered.connect(lambda name=name, field=field: say(name, field.text().strip()))

    def _say_bandwidth(self) -> None:
        rate = round(self.bandwidth.value() * _MB)
        self.chosen.emit("bandwidth", max(LEAST_BANDWIDTH, rate) if rate else None)


def _framed(title: str) -> tuple[QFrame, QVBoxLayout]:
    box = card()
    box.setMaximumWidth(_WIDTH)
    inside = column(box, margin=5 * SPACE, spacing=3 * SPACE)
    inside.addWidget(label(title, "panel"))
    return box, inside
