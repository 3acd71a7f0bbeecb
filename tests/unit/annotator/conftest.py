"""What the annotation's tests share: the demo bundle, and a run of the whole pipeline."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from annotator.pipeline import Request, annotate
from annotator.reference.bundle import Bundle, demo_bundle
from tests.unit.annotator.annotated_text import Annotated, Run, read


@pytest.fixture(scope="session")
def demo() -> Bundle:
    """The bundle that comes with the project."""
    return demo_bundle()


@pytest.fixture(scope="session")
def annotated(demo: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Annotate text, bytes or a file; with the demo bundle unless told otherwise."""
    numbers = count()

    def run(
        source: str | bytes | Path,
        *bundles: Bundle,
        name: str = "in.vcf",
        **options: Any,
    ) -> Annotated:
        folder = tmp_path_factory.mktemp(f"annotated-{next(numbers)}")
        if isinstance(source, Path):
            file = source
        else:
            file = folder / "input"
            file.write_bytes(source.encode() if isinstance(source, str) else source)
        request = Request(file, folder, bundles or (demo,), name, **options)
        return read(annotate(request, lambda done, total: None))

    return run
