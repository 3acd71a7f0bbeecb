"""The style sheet of the plain controls; tables and tags are painted by delegates instead."""

from __future__ import annotations

from string import Template

from backend.assets import asset
from desktop.ui.theme.tokens import RADIUS_CARD, RADIUS_CONTROL, Tokens

_SHEET = Template("""
QWidget#window, QWidget[surface="bg"] { background: $bg; }
QWidget[surface="side"] { background: $side; border-right: 1px solid $line; }
QFrame[surface="card"] { background: $panel; border: 1px solid $line;
  border-radius: ${card}px; }
QFrame[surface="toast"] { background: $panel; border: 1px solid $faint;
  border-radius: ${card}px; }
QFrame[surface="line"] { background: $line; border: none; }

QLabel { background: transparent; color: $text; }
QLabel[role="page"] { font-size: 20px; font-weight: 600; }
QLabel[role="panel"] { font-size: 15px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="label"] { font-size: 11px; font-weight: 600; color: $muted; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { font-size: 12px; color: $muted; }
QLabel[role="count"] { font-size: 11px; font-weight: 600; color: $muted; }
QLabel[role="warn"] { color: $warn; font-weight: 600; }
QLabel[role="bad"] { color: $bad; }
QLabel[role="figure"] { font-size: 20px; font-weight: 600; }
QLabel[role="figure"][tone="bad"] { color: $bad; }
QLabel[smaller="true"] { font-size: 12px; }

QPushButton, QCheckBox, QComboBox, QTabBar { outline: none; }
QPushButton { background: $panel; color: $text; border: 1px solid $line;
  border-radius: ${control}px; padding: 7px 14px; font-weight: 500; }
QPushButton:hover { border-color: $faint; }
QPushButton:pressed { background: $side; }
QPushButton:focus { border: 2px solid $accent; padding: 6px 13px; }
QPushButton:disabled { color: $muted; background: $bg; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent;
  font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed;
  border-color: $accent_pressed; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled { background: $side; color: $muted; border-color: $line; }
QPushButton[kind="danger"] { color: $bad; }
QPushButton[kind="danger"]:hover { border-color: $bad; }
QPushButton[kind="danger"]:disabled { color: $muted; }
QPushButton[kind="link"] { background: transparent; border: none; color: $accent;
  padding: 3px 0; font-weight: 600; text-align: left; }
QPushButton[kind="link"]:hover { color: $accent_hover; }
QPushButton[kind="link"]:pressed { background: transparent; color: $accent_pressed; }
QPushButton[kind="link"]:focus { background: $accent_soft; text-decoration: underline;
  border-radius: 4px; }
QPushButton[kind="link"]:disabled { background: transparent; color: $muted; }
QPushButton[kind="quiet"] { background: transparent; border: 1px solid transparent; color: $muted;
  padding: 2px 4px; font-weight: 500; }
QPushButton[kind="quiet"]:hover { color: $text; }
QPushButton[kind="quiet"]:pressed { background: $line; border-radius: 4px; }
QPushButton[kind="quiet"]:focus { border-color: $accent; border-radius: 4px; }
QPushButton[kind="text"] { background: transparent; border: none; color: $muted;
  padding: 1px 0; font-weight: 400; text-align: left; }
QPushButton[kind="text"]:hover { color: $text; }
QPushButton[kind="text"]:pressed { background: transparent; }
QPushButton[kind="text"]:focus { background: $accent_soft; color: $text;
  text-decoration: underline; border-radius: 4px; }
QPushButton[kind="chip"] { border-radius: 13px; padding: 4px 11px; color: $muted;
  min-height: 16px; }
QPushButton[kind="chip"]:hover { color: $text; }
QPushButton[kind="chip"]:checked { background: $accent_soft; color: $accent;
  border-color: $accent; }
QPushButton[kind="chip"]:focus { border: 2px solid $accent; padding: 3px 10px; }
QPushButton[kind="segment"] { color: $muted; border-radius: 0; }
QPushButton[kind="segment"]:hover { color: $text; }
QPushButton[kind="segment"][place="first"] { border-top-left-radius: ${control}px;
  border-bottom-left-radius: ${control}px; }
QPushButton[kind="segment"][place="last"] { border-top-right-radius: ${control}px;
  border-bottom-right-radius: ${control}px; border-left: none; }
QPushButton[kind="segment"]:checked { background: $accent_soft; color: $accent; }
QPushButton[kind="segment"]:focus { border: 2px solid $accent; }
QPushButton[kind="tile"] { background: $panel; border-radius: ${card}px; padding: 0; }
QPushButton[kind="tile"]:enabled:hover { border-color: $accent; }
QPushButton[kind="entry"] { background: transparent; border: 1px solid transparent; color: $text;
  text-align: left; padding: 8px 10px; font-weight: 500; }
QPushButton[kind="entry"]:hover { background: $bg; }
QPushButton[kind="entry"]:pressed { background: $line; }
QPushButton[kind="entry"]:focus { border-color: $accent; }
QPushButton[kind="entry"]:checked { background: $accent_soft; color: $accent; font-weight: 600; }

QLineEdit { background: $panel; color: $text; border: 1px solid $line;
  border-radius: ${control}px; padding: 6px 8px; min-height: 18px;
  placeholder-text-color: $muted;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus { border-color: $accent; }
QPlainTextEdit { background: $bg; color: $text; border: 1px solid $line;
  border-radius: ${control}px; padding: 6px; selection-background-color: $accent;
  selection-color: $on_accent; }

QComboBox, QSpinBox, QDoubleSpinBox { background: $panel; color: $text; border: 1px solid $line;
  border-radius: ${control}px; padding: 6px 10px; selection-background-color: $accent;
  selection-color: $on_accent; }
QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover { border-color: $faint; }
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: $accent; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $line;
  outline: none; selection-background-color: $accent_soft; selection-color: $accent; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$down"); width: 14px; height: 14px; }
QSpinBox::up-button, QDoubleSpinBox::up-button { border: none; width: 22px;
  subcontrol-origin: border; subcontrol-position: top right; }
QSpinBox::down-button, QDoubleSpinBox::down-button { border: none; width: 22px;
  subcontrol-origin: border; subcontrol-position: bottom right; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$up"); width: 12px; height: 12px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$down"); width: 12px;
  height: 12px; }
QCheckBox { color: $text; spacing: 8px; }
QCheckBox::indicator { width: 16px; height: 16px; background: $panel; border: 1px solid $faint;
  border-radius: 4px; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QTabWidget::pane { border: none; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 12px;
  border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $accent; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:focus { color: $accent_hover; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {
  background: $bg; color: $muted; }
QCheckBox:disabled { color: $muted; }
QCheckBox::indicator:disabled { background: $bg; border-color: $line; }
QCheckBox::indicator:checked:disabled { background: $faint; border-color: $faint; }

QTableView { background: $panel; color: $text; border: none; outline: none;
  gridline-color: $line; }
QTableView[kind="log"]::item { padding: 0 8px; border: none; }
QTableView[kind="log"]::item:selected { background: $accent_soft; color: $text; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: $panel; color: $muted; border: none;
  border-bottom: 1px solid $line; padding: 4px 11px 10px; font-size: 11px; font-weight: 600; }
QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }
QTableCornerButton::section { background: $panel; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 4px 3px; }
QScrollBar::handle:vertical { background: $line; border-radius: 3px; min-height: 32px; }
QScrollBar::handle:vertical:hover { background: $faint; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 3px 8px; }
QScrollBar::handle:horizontal { background: $line; border-radius: 3px; min-width: 32px; }
QScrollBar::handle:horizontal:hover { background: $faint; }
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
    # A style sheet takes pictures from files only, so they lie there in both schemes' colours.
    marks = {
        name: asset(f"icons/{name}_{tokens.name}.svg").as_posix() for name in ("up", "down", "tick")
    }
    return _SHEET.substitute(colours, card=RADIUS_CARD, control=RADIUS_CONTROL, **marks)
