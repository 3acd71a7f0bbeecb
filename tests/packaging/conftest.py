"""The scripts that build the app import each other by name, as programs in one folder do."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest

DESKTOP = Path(__file__).parents[2] / "packaging" / "desktop"

sys.path.append(str(DESKTOP))


@pytest.fixture
def scripts() -> Path:
    """The folder of what builds the desktop app."""
    return DESKTOP
