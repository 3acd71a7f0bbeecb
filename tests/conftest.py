"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# How long an example takes depends on who else uses the machine.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# No test touches the keyring of whoever runs it; and the fakes' classes, which keyring finds by
# itself as soon as they are imported, are not taken for the system's.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real input that lies beside the project, or a skip that says why."""
    folder = Path(os.environ.get("GAS_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set GAS_TEST_DATA")
    return folder
