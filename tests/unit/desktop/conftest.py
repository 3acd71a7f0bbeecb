"""What an upload needs: a service without limits, a journal, and a file of several parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.domain.plans import Plans
from desktop.store.journal import Journal
from tests.desktop.http_service import HttpService, serving
from tests.fakes.service import FakeService
from tests.unit.desktop.upload_steps import DATA


@pytest.fixture
def service() -> Iterator[HttpService]:
    with serving(FakeService(plans=Plans(free_max_input_bytes=10**9))) as made:
        yield made


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "transfers.sqlite")) as made:
        yield made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "genome.vcf"
    made.write_bytes(DATA)
    return made
