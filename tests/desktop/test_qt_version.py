"""The version of Qt for Python is one that lives."""

from __future__ import annotations

from PySide6.QtCore import QRect

CALLS = 1_000_000


def test_calls_of_void_methods_do_not_use_none_up() -> None:
    """PySide6 6.12.0 takes a reference from None with each such call, and aborts on 3.11."""
    rect = QRect(0, 0, 1, 1)
    for _ in range(CALLS):
        rect.setWidth(5)
    assert rect.width() == 5
