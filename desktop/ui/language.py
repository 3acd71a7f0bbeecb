"""The texts of the window in the person's language.

The sources are English. `pyside6-lupdate` collects what `tr` and the marks below are called with
(`resources/i18n/update.py`), so they are only called with plain literals; what varies is put in
afterwards, as in ``tr("{file} is annotated").format(file=name)``.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from backend.assets import asset
from desktop.choices import Language
from desktop.sentences import later as later  # noqa: PLC0414 - who translates marks, too

_LOCALES = {
    Language.ENGLISH: QLocale.Language.English,
    Language.GERMAN: QLocale.Language.German,
}


def tr(text: str, comment: str = "", number: int = -1) -> str:
    """Return *text* in the language in use.

    Args:
        text: in English; not within an f-string, where it is not found.
        comment: tells the translator apart what English has one word for.
        number: chooses the plural and takes the place of ``%Ln``; English needs no translation
            for it, its "(s)" is kept or left out.
    """
    said = QCoreApplication.translate("", text, comment, number)
    if number < 0 or "(s)" not in said:
        return said
    return text.replace("%Ln", f"{number:,}").replace("(s)", "" if number == 1 else "s")


def lowered(text: str) -> str:
    """Return *text* as it goes on within a sentence; nouns in it keep their capitals."""
    return text[:1].lower() + text[1:]


def decimals(number: str) -> str:
    """Return a *number* with the mark before its decimals that the language has."""
    return number.replace(".", tr(".", "before decimals"))


def speak(app: QCoreApplication, language: Language) -> list[QTranslator]:
    """Have *app* speak *language*; return what was installed for it.

    Widgets take their texts when they are made, so call it before.
    """
    chosen = language if language is not Language.SYSTEM else _of_system()
    QLocale.setDefault(QLocale(_LOCALES[chosen]))
    if chosen is Language.ENGLISH:
        return []
    found = []
    for folder, name in ((asset("i18n"), "gas"), (_of_qt(), "qtbase")):
        translator = QTranslator(app)
        if translator.load(f"{name}_{chosen}", str(folder)):
            app.installTranslator(translator)
            found.append(translator)
    return found


def _of_system() -> Language:
    """Return the first language of the system that the app speaks."""
    for name in QLocale.system().uiLanguages():
        for language, locale in _LOCALES.items():
            if QLocale(name).language() == locale:
                return language
    return Language.ENGLISH


def _of_qt() -> Path:
    return Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
