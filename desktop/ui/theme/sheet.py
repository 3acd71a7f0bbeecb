"""The style sheet of the plain controls; tables and tags are painted by delegates instead."""

from __future__ import annotations

from string import Template

from desktop.ui.theme.tokens import RADIUS_CARD, RADIUS_CONTROL, Tokens

_SHEET = Template("""
QWidget#window, QWidget[surface="bg"] { background: $bg; }
QWidget[surface="side"] { background: $side; border-right: 1px solid $line; }
QFrame[surface="card"] { background: $panel; border: 1px solid $line;
  border-radius: ${card}px; }
QFrame[surface="line"] { background: $line; border: none; }

QLabel { background: transparent; color: $text; }
QLabel[role="page"] { font-size: 20px; font-weight: 600; }
QLabel[role="panel"] { font-size: 15px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="label"] { font-size: 11px; font-weight: 600; color: $muted; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { font-size: 12px; color: $muted; }
QLabel[role="warn"] { color: $warn; font-weight: 600; }
QLabel[role="bad"] { color: $bad; }

QPushButton { background: $panel; color: $text; border: 1px solid $line;
  border-radius: ${control}px; padding: 7px 14px; font-weight: 500; }
QPushButton:hover { border-color: $faint; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $muted; background: $bg; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent;
  font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled { background: $side; color: $muted; border-color: $line; }
QPushButton[kind="danger"] { color: $bad; }
QPushButton[kind="danger"]:hover { border-color: $bad; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; color: $accent;
  padding: 2px 0; font-weight: 600; text-align: left; }
QPushButton[kind="link"]:hover { color: $accent_hover; }
QPushButton[kind="link"]:focus { border-color: $accent; border-radius: 4px; }
QPushButton[kind="quiet"] { background: transparent; border: 1px solid transparent; color: $muted;
  padding: 2px 4px; font-weight: 500; }
QPushButton[kind="quiet"]:hover { color: $text; }
QPushButton[kind="quiet"]:focus { border-color: $accent; border-radius: 4px; }
QPushButton[kind="chip"] { border-radius: 13px; padding: 4px 11px; color: $muted;
  min-height: 16px; }
QPushButton[kind="chip"]:hover { color: $text; }
QPushButton[kind="chip"]:checked { background: $accent_soft; color: $accent;
  border-color: $accent; }
QPushButton[kind="entry"] { background: transparent; border: 1px solid transparent; color: $text;
  text-align: left; padding: 8px 10px; font-weight: 500; }
QPushButton[kind="entry"]:hover { background: $bg; }
QPushButton[kind="entry"]:focus { border-color: $accent; }
QPushButton[kind="entry"]:checked { background: $accent_soft; color: $accent; font-weight: 600; }

QLineEdit { background: $panel; color: $text; border: 1px solid $line;
  border-radius: ${control}px; padding: 7px 10px; placeholder-text-color: $muted;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus { border-color: $accent; }
QPlainTextEdit { background: $bg; color: $text; border: 1px solid $line;
  border-radius: ${control}px; padding: 6px; selection-background-color: $accent;
  selection-color: $on_accent; }

QTableView { background: $panel; color: $text; border: none; outline: none;
  gridline-color: $line; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: $panel; color: $muted; border: none;
  border-bottom: 1px solid $line; padding: 10px 11px; font-size: 11px; font-weight: 600; }
QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }
QTableCornerButton::section { background: $panel; border: none; }

QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar::handle:vertical { background: $line; border-radius: 3px; min-height: 32px; }
QScrollBar::handle:vertical:hover { background: $faint; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle:horizontal { background: $line; border-radius: 3px; min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $panel; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $accent; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QToolTip { background: $panel; color: $text; border: 1px solid $line; padding: 4px 6px; }
QDialog { background: $panel; }
""")


def style_sheet(tokens: Tokens) -> str:
    """Return the style sheet in the colours of *tokens*."""
    colours = {name: getattr(tokens, name) for name in tokens.__slots__}
    return _SHEET.substitute(colours, card=RADIUS_CARD, control=RADIUS_CONTROL)
