"""Around the window: the tray, few notifications, the language."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from typing_extensions import override

from backend.assets import asset
from backend.wire import JobStatus, JobView
from desktop import errors
from desktop.auth import errors as auth_errors
from desktop.choices import Language
from desktop.store.book import JobBook
from desktop.transfer.items import Item, Outgoing, State
from desktop.transfer.queue import TransferQueue
from desktop.ui.actions.news import News, follow_state
from desktop.ui.language import speak, tr
from desktop.ui.models.jobs import JobsModel
from desktop.ui.sample import NOW, sample_jobs
from desktop.ui.theme.tokens import LIGHT, Tone
from desktop.ui.tray import Tray, tray_icon
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import counted, number_text, size_text, when_text
from resources.i18n.update import lupdate
from tests.desktop.conftest import Run
from tests.desktop.desk import Desk

ROOT = Path(__file__).parents[2]


@dataclass
class FakeNotifications:
    told: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, title: str, sentence: str) -> None:
        self.told.append((title, sentence))


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(qapp: QApplication, clock: Clock) -> Iterator[JobsModel]:
    made = JobsModel(JobBook(), clock)
    yield made
    # Its timers end in this thread; Python may take out its rubbish in another.
    made.deleteLater()
    QApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)


def job(name: str, status: JobStatus, **changes: object) -> JobView:
    made = sample_jobs()[2].model_copy(update={"name": name, "id": name.rjust(32, "0")})
    return made.model_copy(update={"status": status, "result_until": None, **changes})


def transfer(name: str, state: State) -> Item:
    return Item(name, name, Outgoing(Path(name)), state)


class FakeIcon(QSystemTrayIcon):
    """Is in no tray, for there is none off the screen."""

    hidden = False

    @override
    def hide(self) -> None:
        self.hidden = True


class TestNews:
    @pytest.fixture
    def told(self) -> FakeNotifications:
        return FakeNotifications()

    @pytest.fixture
    def news(self, model: JobsModel, told: FakeNotifications) -> News:
        return News(model, told, model)

    def change(self, model: JobsModel, news: News, after: JobView) -> None:
        before = model.book.get(after.id)
        assert before is not None
        after = after.model_copy(update={"version": before.version + 1})
        model.put([after])
        news.note(before.status, after)

    def test_a_batch_is_told_of_once_when_all_of_it_is_done(
        self, model: JobsModel, news: News, told: FakeNotifications
    ) -> None:
        model.put([job(name, JobStatus.RUNNING) for name in ("a", "b", "c")])
        for name in ("a", "b"):
            self.change(model, news, job(name, JobStatus.COMPLETED))
        news.tell()
        assert told.told == []
        self.change(model, news, job("c", JobStatus.COMPLETED))
        news.tell()
        news.look()
        assert told.told == [("3 files annotated", "")]

    @pytest.mark.parametrize(
        ("left", "sentence"),
        [
            (timedelta(minutes=10, seconds=-8), "The result can be downloaded for 10 minutes."),
            (timedelta(minutes=3, seconds=-7), "The result can be downloaded for 3 minutes."),
            (timedelta(seconds=40), "The result can be downloaded for 40 seconds."),
            (timedelta(days=1, seconds=-2), "The result can be downloaded for 1 day."),
            (timedelta(days=6, hours=5), "The result can be downloaded for 6 days."),
            (timedelta(0), ""),
            (timedelta(seconds=-20), ""),
        ],
    )
    def test_what_is_told_late_says_how_long_from_now_it_can_be_downloaded(
        self,
        model: JobsModel,
        news: News,
        told: FakeNotifications,
        left: timedelta,
        sentence: str,
    ) -> None:
        model.put([job(name, JobStatus.RUNNING) for name in ("a.vcf", "b.vcf")])
        # They were done in the evening, each kept for a day; now it is morning.
        for name, until in (("a.vcf", NOW + left + timedelta(hours=1)), ("b.vcf", NOW + left)):
            finished = until - timedelta(days=1)
            done = job(name, JobStatus.COMPLETED, finished_at=finished, result_until=until)
            self.change(model, news, done)
        news.tell()
        assert told.told == [("2 files annotated", sentence)]

    def test_a_failure_is_told_of_with_its_reason(
        self, model: JobsModel, news: News, told: FakeNotifications
    ) -> None:
        model.put([job("a.vcf", JobStatus.RUNNING), job("b.vcf", JobStatus.PENDING)])
        self.change(model, news, job("a.vcf", JobStatus.FAILED, failure="Line 12 is short."))
        news.tell()
        assert told.told == [("a.vcf: 1 file could not be annotated", "Line 12 is short.")]

    def test_a_download_that_is_about_to_expire_is_told_of_once(
        self, model: JobsModel, news: News, told: FakeNotifications, clock: Clock
    ) -> None:
        soon = NOW + timedelta(seconds=100)
        model.put([job("a.vcf", JobStatus.COMPLETED, result_until=soon)])
        news.look()
        assert told.told == []
        clock.now += timedelta(seconds=50)
        news.look()
        news.look()
        assert [title for title, _ in told.told] == ["a.vcf: 1 download about to expire"]
        clock.now += timedelta(hours=1)
        news.look()
        assert len(told.told) == 1

    def test_whoever_signs_in_next_is_told_nothing_of_what_was_gathered(
        self, model: JobsModel, news: News, told: FakeNotifications
    ) -> None:
        soon = NOW + timedelta(seconds=50)
        model.put([job("b.vcf", JobStatus.COMPLETED, result_until=soon)])
        news.look()
        told.told.clear()
        model.put([job(name, JobStatus.RUNNING) for name in ("a.vcf", "c.vcf")])
        self.change(model, news, job("a.vcf", JobStatus.FAILED, failure="Line 12 is short."))
        self.change(model, news, job("c.vcf", JobStatus.COMPLETED))
        news.forget()
        news.tell()
        assert told.told == []
        # What is warned of counts for one person only, too.
        news.look()
        assert [title for title, _ in told.told] == ["b.vcf: 1 download about to expire"]

    def test_what_is_old_is_no_news(
        self, model: JobsModel, news: News, told: FakeNotifications
    ) -> None:
        model.put([job("a", JobStatus.ARCHIVED)])
        self.change(model, news, job("a", JobStatus.THAWING))
        self.change(model, news, job("a", JobStatus.COMPLETED))
        news.tell()
        assert told.told == []


class TestTray:
    def test_without_a_tray_the_window_is_marked(self, window: MainWindow) -> None:
        tray = Tray(window, window.theme, lambda: True)
        assert tray.icon is None
        window.hide()
        tray.tell("3 files annotated", "")
        assert tray.told == ("3 files annotated", "")
        tray.show_state("1 job under way", Tone.ACCENT)
        tray.close()

    def test_the_icon_has_a_dot_when_something_is_under_way(self, qapp: QApplication) -> None:
        plain, busy = tray_icon(None), tray_icon(LIGHT.accent)
        corner = busy.pixmap(44).toImage().pixelColor(34, 34).name()
        assert corner == LIGHT.accent
        assert plain.pixmap(44).toImage().pixelColor(34, 34).name() != LIGHT.accent

    def test_its_state_follows_the_jobs(self, window: MainWindow) -> None:
        tray = Tray(window, window.theme, lambda: True)
        follow_state(window, TransferQueue(), tray)
        assert tray._state == ("Nothing is under way", Tone.NEUTRAL)
        window.model.put([job("a", JobStatus.RUNNING), job("b", JobStatus.PENDING)])
        window.model.flush()
        assert tray._state == ("2 jobs under way", Tone.ACCENT)

    def test_its_state_follows_the_transfers(self, window: MainWindow) -> None:
        tray, queue = Tray(window, window.theme, lambda: True), TransferQueue()
        follow_state(window, queue, tray)
        queue.add([transfer("a", State.RUNNING), transfer("b", State.WAITING)])
        window.transfers.show_counts({})
        assert tray._state == ("2 transfers to go", Tone.ACCENT)
        queue.add([transfer("c", State.FAILED), transfer("d", State.HELD)])
        window.transfers.show_counts({})
        assert tray._state == ("2 files to look at\n2 transfers to go", Tone.WARN)

    def test_its_state_says_that_the_service_is_away(self, window: MainWindow) -> None:
        tray = Tray(window, window.theme, lambda: True)
        follow_state(window, TransferQueue(), tray)
        window.set_offline(True)
        assert tray._state == ("Offline: the service cannot be reached.", Tone.WARN)
        window.set_offline(False)
        assert tray._state == ("Nothing is under way", Tone.NEUTRAL)

    async def test_the_icon_leaves_the_tray_when_the_app_ends(self, desk: Desk, arun: Run) -> None:
        icon = desk.actions.tray.icon = FakeIcon()
        await desk.actions.stop()
        assert icon.hidden


class TestLanguage:
    def test_english_needs_no_translation(self, qapp: QApplication) -> None:
        assert speak(qapp, Language.ENGLISH) == []
        assert (counted(1, "file"), counted(1200, "file")) == ("1 file", "1,200 files")
        QLocale.setDefault(QLocale.c())

    @pytest.mark.usefixtures("german")
    def test_german_has_its_plurals_numbers_and_days(self) -> None:
        assert tr("Settings") == "Einstellungen"
        assert (counted(1, "file"), counted(0, "file")) == ("1 Datei", "0 Dateien")
        assert (counted(1200, "variant"), number_text(24_410)) == ("1.200 Varianten", "24.410")
        assert size_text(1_100_000_000) == "1,1 GB"
        assert when_text(NOW - timedelta(days=2), NOW, UTC) == "12. März 10:43"
        assert when_text(NOW - timedelta(days=1), NOW, UTC) == "Gestern 10:43"

    @pytest.mark.usefixtures("german")
    def test_the_window_is_german(self, window: MainWindow) -> None:
        page = window.annotations
        assert page.add.text() == "Dateien hinzufügen…"
        window.model.put(sample_jobs())
        window.model.flush()
        assert window.model.index(4, 4).data() == "Archiviert, Premium"
        # What is seen is also what is found.
        page.filter.setText("gescheitert")
        assert window.model.rowCount() == 1

    def test_every_text_is_translated(self) -> None:
        found = messages(asset("i18n/gas_de.ts"))
        unfinished = [
            message.findtext("source")
            for message in found
            if message.find("translation[@type]") is not None
        ]
        assert unfinished == []
        assert len(found) > 200

    def test_every_text_is_collected(self, tmp_path: Path) -> None:
        program = Path(sys.executable).with_name("pyside6-lupdate")
        if not program.exists():
            pytest.skip("pyside6-lupdate comes with PySide6, but not into every environment")
        copy = tmp_path / "gas_de.ts"
        shutil.copyfile(asset("i18n/gas_de.ts"), copy)
        subprocess.run(lupdate(program, copy), cwd=ROOT, check=True, capture_output=True)
        assert sources(copy) == sources(asset("i18n/gas_de.ts"))

    def test_what_is_put_in_is_put_in_in_both_languages(self) -> None:
        wrong = []
        for message in messages(asset("i18n/gas_de.ts")):
            source = message.findtext("source") or ""
            forms = message.findall("translation/numerusform") or message.findall("translation")
            said = [form.text or "" for form in forms]
            wrong += [text for text in said if blanks(text) != blanks(source)]
        assert wrong == []

    def test_every_error_has_its_words(self) -> None:
        kinds = [*vars(errors).values(), *vars(auth_errors).values()]
        known = [kind for kind in kinds if is_error(kind)]
        said = {text for kind in known for text in (kind.title, kind.remedy)}
        assert said - sources(asset("i18n/gas_de.ts")) == set()


def messages(path: Path) -> list[ET.Element]:
    return list(ET.parse(path).iter("message"))  # noqa: S314 - it is our own file


def sources(path: Path) -> set[str | None]:
    return {message.findtext("source") for message in messages(path)}


def blanks(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]} | {"%Ln"} & {text[:3]}


def is_error(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, errors.DesktopError)
