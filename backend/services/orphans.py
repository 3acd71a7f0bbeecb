"""Archives that no job knows of: copies whose maker was killed before it could tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from backend.domain.archive import ArchivedCopy
from backend.domain.errors import NotFoundError
from backend.services.ports import Archive, Clock, Jobs

# No function runs for so long, so nobody is about to tell a job of a copy that is older.
OLD_ENOUGH = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Orphans:
    """Finds them in the archive's own inventory.

    Attributes:
        old_enough: the age from which a copy must be known to its job.
    """

    jobs: Jobs
    archive: Archive
    clock: Clock
    old_enough: timedelta = OLD_ENOUGH

    def remove(self) -> int:
        """Delete the archives that no job knows of; return how many."""
        limit = self.clock() - self.old_enough
        found = (copy for copy in self.archive.inventory() if copy.created_at < limit)
        return sum(self._remove(copy) for copy in found)

    def _remove(self, copy: ArchivedCopy) -> bool:
        try:
            known = self.jobs.get(copy.job_id).archive_id
        except NotFoundError:
            known = None
        if known == copy.archive_id:
            return False
        self.archive.delete(copy.archive_id)
        return True
