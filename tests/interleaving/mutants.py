"""The rules of order, each broken in the source: a play has to notice.

`python -m tests.interleaving.mutants NAME` breaks one rule as its module is imported and plays what
is known to notice: it ends with status 1 by what the play asserts, with 0 if nobody noticed.
With `--all` it plays everything until somebody notices, and says who.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any


@dataclass(frozen=True)
class Mutant:
    """A rule, and how it is broken: *old* is replaced by *new* in the source of *module*.

    Attributes:
        caught_by: the play that notices: a life, who falls asleep, the plan that the owner changes
            to meanwhile ("" for none), and the ending.
    """

    rule: str
    module: str
    old: str
    new: str
    caught_by: tuple[str, str, str, str]


MUTANTS = {
    "write-without-condition": Mutant(
        "a job is written only over the version that was read",
        "backend.services.lifecycle",
        "            jobs.replace(after, expected=job.version)\n",
        "            jobs.replace(after, expected=jobs.get(job.id).version)\n",
        ("free", "settle", "premium", "wakes late"),
    ),
    "bucket-before-record": Mutant(
        "the archive's id is recorded before the bucket's copy is deleted",
        "backend.services.archival",
        "        archived = Archived(archive_id, job.generation)\n",
        "        delete_result(self.files, job)\n"
        "        archived = Archived(archive_id, job.generation)\n",
        ("free", "work", "", "wakes"),
    ),
    "record-before-copy": Mutant(
        "what is recorded as archived is in the archive already",
        "backend.services.archival",
        "        archive_id = self._copy(job)\n",
        '        job = transition(self.jobs, job, Archived("", job.generation), self.clock)\n'
        "        archive_id = self._copy(job)\n",
        ("free", "work", "", "wakes"),
    ),
    "archive-before-record": Mutant(
        "the archive's copy is deleted after the result is recorded as restored",
        "backend.services.restore",
        "        if job.result_stored:\n            delete_result(self.files, job)\n",
        "        self.archive.delete(message.archive_id)\n",
        ("free", "settle", "premium", "dies"),
    ),
    "plan-read-once": Mutant(
        "the plan is read once more after a result has moved",
        "backend.services.archival",
        "            self.thaws.start(job)\n",
        "",
        ("free", "settle", "premium", "wakes alone"),
    ),
    "kept-for-good": Mutant(
        "the plan is read once more after a result was kept",
        "backend.services.archival",
        "        return self.limit(kept)\n",
        "        return kept.archive_due\n",
        ("premium", "settle", "free", "wakes alone"),
    ),
    "restored-for-good": Mutant(
        "the plan is read once more after a result is back",
        "backend.services.restore",
        "            self.archivals.limit(job)\n",
        "",
        ("upgraded", "restore", "free", "wakes"),
    ),
    "told-before-projected": Mutant(
        "the plan is stored for the workers before they are told of it",
        "backend.services.upkeep",
        "        self.contacts.put(contact)\n        if change.kind is Change.UPGRADED:\n",
        "        self.topics.start_thaw(AccountMessage(contact.account_id))\n"
        "        self.contacts.put(contact)\n        if change.kind is Change.DELETED:\n",
        ("upgraded", "project", "", "wakes"),
    ),
    "second-copy-stays": Mutant(
        "a copy that came second is deleted by who made it",
        "backend.services.archival",
        "        if job.archive_id != archive_id:\n",
        "        if job.archive_id is None:\n",
        ("free", "settle", "", "wakes late"),
    ),
    "one-name-for-all-generations": Mutant(
        "a restored result has other keys than the one that was archived",
        "backend.domain.files",
        'f"out/{base}/{generation}" if generation else f"out/{base}"',
        'f"out/{base}"',
        ("free", "settle", "premium", "wakes late"),
    ),
    "nobody-looks-after-thaws": Mutant(
        "a request that was not made or is lost is looked after",
        "backend.services.upkeep",
        "            Status.THAWING: self.thaws.look,\n",
        "",
        ("upgraded", "restore", "", "is lost"),
    ),
    "nobody-looks-after-the-due": Mutant(
        "what was archived but not cleared is looked after",
        "backend.domain.attention",
        "        case Status.ARCHIVED if job.result_stored:\n            return job.created_at\n",
        "",
        ("free", "settle", "", "is lost"),
    ),
    "any-plan-thaws": Mutant(
        "only premium owners have their results asked back",
        "backend.services.thaw",
        "        if self.contacts.get(job.owner).plan is not Plan.PREMIUM:\n            return\n",
        "",
        ("free", "settle", "", "is lost"),
    ),
    "old-copy-believed": Mutant(
        "an old copy's no is asked of the table",
        "backend.services.lifecycle",
        "            if current:\n                return job\n"
        "            job, current = jobs.get(job.id), True\n            continue\n",
        "            return job\n",
        ("free", "settle", "premium", "wakes"),
    ),
    "restored-before-stored": Mutant(
        "what is recorded as restored is in the bucket already",
        "backend.services.restore",
        "        try:\n            content = self.archive.read(",
        "        self._finish(job, keys)\n        try:\n            content = self.archive.read(",
        ("free", "settle", "premium", "wakes alone"),
    ),
    "cleared-before-deleted": Mutant(
        "what counts as cleared is deleted already",
        "backend.services.archival",
        "            delete_result(self.files, job)\n            self.thaws.start(job)\n"
        "            return transition(self.jobs, job, Cleared(job.generation), self.clock)\n",
        "            self.thaws.start(job)\n"
        "            job = transition(self.jobs, job, Cleared(job.generation), self.clock)\n"
        "            delete_result(self.files, job)\n            return job\n",
        ("free", "settle", "", "is lost"),
    ),
    "thawed-on-its-way-out": Mutant(
        "a result that is on its way out has to arrive before it can come back",
        "backend.domain.archive_events",
        "        return job.status is Status.ARCHIVED\n",
        "        return True\n",
        ("free", "settle", "premium", "wakes alone"),
    ),
    "archived-by-two": Mutant(
        "one moves a result at a time",
        "backend.domain.archive_events",
        "        return due and not job.is_held(now)\n",
        "        return due\n",
        ("free", "settle", "premium", "wakes"),
    ),
    "nobody-looks-after-the-moving": Mutant(
        "a result whose archiver was killed is looked after",
        "backend.services.upkeep",
        "            Status.ARCHIVING: self._settle,\n",
        "",
        ("free", "settle", "", "is lost"),
    ),
}


class _Breaker(importlib.abc.MetaPathFinder):
    """Finds one module, with a rule broken in it."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self._mutant.module:
            return None
        found = PathFinder.find_spec(name, path)
        assert found is not None
        assert found.origin is not None
        return importlib.util.spec_from_loader(name, _Broken(self._mutant, name, found.origin))


class _Broken(SourceFileLoader):
    def __init__(self, mutant: Mutant, name: str, path: str) -> None:
        super().__init__(name, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        source = self.get_source(fullname) or ""
        if source.count(self._mutant.old) != 1:
            raise SystemExit(f"{self._mutant.module} does not have what is to be broken, once")
        broken = source.replace(self._mutant.old, self._mutant.new)
        code: Any = compile(broken, self.path, "exec")
        return code


def main(name: str, *, everything: bool) -> None:
    """Break the rule *name* and play."""
    mutant = MUTANTS[name]
    sys.meta_path.insert(0, _Breaker(mutant))
    from tests.interleaving.play import PLAYS, sleep

    for place in PLAYS if everything else [mutant.caught_by]:
        try:
            sleep(*place)
        except BaseException:
            sys.stderr.write(f"noticed by {place}\n")
            raise


if __name__ == "__main__":
    main(sys.argv[1], everything="--all" in sys.argv)
