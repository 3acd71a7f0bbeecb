"""Identities and jobs to test with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backend.domain.accounts import Identity
from backend.domain.job import Input, Job
from tests.fakes.clock import START

ALICE = Identity(
    sub="alice",
    identities=("alice", "alice-at-work"),
    username="alice@local.test",
    name="Alice A.",
    email="alice@local.test",
    organization="Local University",
)
BOB = Identity("bob", ("bob",), "bob@local.test", "Bob B.", "bob@local.test", "")


def a_job(owner: str, **changes: Any) -> Job:
    """Return a job of *owner* that awaits its file, but for *changes*."""
    source = Input("sample.vcf", 1000, "0" * 64)
    return replace(Job("1" * 32, owner, source, START), **changes)
