"""Archives that no job knows of: copies whose maker was killed before it could tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from backend.domain.archive import ArchivedCopy
from backend.domain.errors import DamagedError, NotFoundError
from backend.services.archive_ports import Archive
from backend.services.ports import Clock, Jobs

# No function runs for so long, so nobody is about to tell a job of a copy that is older.
OLD_ENOUGH = timedelta(hours=24)
# Kills leave few behind. More than so many, and than this share of all, are no orphans.
FEW = 100
_SHARE = 0.1


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
        """Delete the archives that no job knows of; return how many.

        Raises:
            DamagedError: they are so many that the table of jobs is to be doubted.
        """
        limit = self.clock() - self.old_enough
        old = [copy for copy in self.archive.inventory() if copy.created_at < limit]
        found = [copy for copy in old if self._is_orphan(copy)]
        if len(found) > max(FEW, len(old) * _SHARE):
            raise DamagedError(
                f"No job knows of {len(found)} of {len(old)} archives, so none is deleted. "
                "See that the table of jobs is the right one, and whole."
            )
        for copy in found:
            self.archive.delete(copy.archive_id)
        return len(found)

    def _is_orphan(self, copy: ArchivedCopy) -> bool:
        try:
            return self.jobs.get(copy.job_id).archive_id != copy.archive_id
        except NotFoundError:
            return True
