"""The rules of order, each broken in the source: the plays have to notice.

`python -m tests.interleaving.mutants NAME` breaks one rule as the module is imported and plays;
it ends with status 1 and says what went wrong, or with 0 if nobody noticed.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

SCRIPTS = 400
LENGTH = 100


@dataclass(frozen=True)
class Mutant:
    """A rule, and how it is broken: *old* is replaced by *new* in the source of *module*."""

    rule: str
    module: str
    old: str
    new: str


MUTANTS = {
    "write-without-condition": Mutant(
        "a job is written only over the version that was read",
        "backend.services.lifecycle",
        "            jobs.replace(after, expected=job.version)\n",
        "            jobs.replace(after, expected=jobs.get(job.id).version)\n",
    ),
    "bucket-before-record": Mutant(
        "the archive's id is recorded before the bucket's copy is deleted",
        "backend.services.archival",
        "        archived = Archived(archive_id, job.generation)\n",
        "        delete_result(self.files, job)\n"
        "        archived = Archived(archive_id, job.generation)\n",
    ),
    "record-before-copy": Mutant(
        "what is recorded as archived is in the archive already",
        "backend.services.archival",
        "        archive_id = self._copy(job)\n",
        '        job = transition(self.jobs, job, Archived("", job.generation), self.clock)\n'
        "        archive_id = self._copy(job)\n",
    ),
    "archive-before-record": Mutant(
        "the archive's copy is deleted after the result is recorded as restored",
        "backend.services.restore",
        "        if job.result_stored:\n            delete_result(self.files, job)\n",
        "        self.archive.delete(message.archive_id)\n",
    ),
    "plan-read-once": Mutant(
        "the plan is read once more after a result has moved",
        "backend.services.archival",
        "            self.thaws.start(job)\n",
        "",
    ),
    "kept-for-good": Mutant(
        "the plan is read once more after a result was kept",
        "backend.services.archival",
        "        return self.limit(kept)\n",
        "        return kept.archive_due\n",
    ),
    "restored-for-good": Mutant(
        "the plan is read once more after a result is back",
        "backend.services.restore",
        "            self.archivals.limit(job)\n",
        "",
    ),
    "told-before-projected": Mutant(
        "the plan is stored for the workers before they are told of it",
        "backend.services.upkeep",
        "        self.contacts.put(contact)\n        if change.kind in "
        "{Change.UPGRADED, Change.DOWNGRADED}:\n"
        "            self.topics.start_thaw(AccountMessage(contact.account_id))\n",
        "        if change.kind in {Change.UPGRADED, Change.DOWNGRADED}:\n"
        "            self.topics.start_thaw(AccountMessage(contact.account_id))\n"
        "        self.contacts.put(contact)\n",
    ),
    "second-copy-stays": Mutant(
        "a copy that came second is deleted by who made it",
        "backend.services.archival",
        "        if job.archive_id != archive_id:\n",
        "        if job.archive_id is None:\n",
    ),
    "one-name-for-all-generations": Mutant(
        "a restored result has other keys than the one that was archived",
        "backend.domain.files",
        'f"out/{base}/{generation}" if generation else f"out/{base}"',
        'f"out/{base}"',
    ),
    "nobody-looks-after-thaws": Mutant(
        "a request that was not made or is lost is looked after",
        "backend.services.upkeep",
        "            Status.THAWING: self.thaws.look,\n",
        "",
    ),
    "nobody-looks-after-the-due": Mutant(
        "what was archived but not cleared is looked after",
        "backend.domain.attention",
        "        case Status.ARCHIVED if job.result_stored:\n            return job.created_at\n",
        "",
    ),
    "any-plan-thaws": Mutant(
        "only premium owners have their results asked back",
        "backend.services.thaw",
        "        if self.contacts.get(job.owner).plan is not Plan.PREMIUM:\n            return\n",
        "",
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


def main(name: str) -> None:
    """Break the rule *name* and play."""
    sys.meta_path.insert(0, _Breaker(MUTANTS[name]))
    from tests.interleaving.play import PLAYS, sleep

    for place in PLAYS:
        try:
            sleep(*place)
        except BaseException:
            print("caught by", place)
            raise


if __name__ == "__main__":
    main(sys.argv[1])
