"""The window in tests: off the screen, off the session bus."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# Qt and keyring would otherwise talk to whatever bus the machine has.
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
os.environ["QT_API"] = "pyside6"
