"""Shards of large files that any annotator may work on: where they are kept, and who is asked.

The planner, who holds the job, stores the shards and asks for them by messages; whoever takes one
stores what becomes of it.  Everything may happen twice: the keys follow from the plan, and the same
shard becomes the same bytes.  A shard's counts are stored last, so where they are it is finished.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from backend.domain.errors import ConflictError
from backend.domain.files import ShardKeys, plan_prefix, recipe_key, shard_keys, work_prefix
from backend.domain.messages import ShardMessage
from backend.services.lifecycle import is_over
from backend.services.ports import Delivery, Files, Jobs, Queue

SOURCE_TYPE = "application/zstd"
BLOCKS_TYPE = "application/gzip"
JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Shards:
    """What planners and workers do to shards.

    Attributes:
        files: the bucket of results, where shards are as long as their job is worked on.
        queue: of the messages that ask for shards.
        lease: how long a shard is one worker's without a sign of life.
        max_tries: deliveries after which the queue gives a message up.
    """

    jobs: Jobs
    files: Files
    queue: Queue
    lease: timedelta
    max_tries: int

    def there(self, owner: str, job_id: str, plan: str) -> frozenset[str]:
        """Return the keys of all that is stored of a plan."""
        return frozenset(self.files.keys(plan_prefix(owner, job_id, plan)))

    def begin(self, owner: str, job_id: str, plan: str, recipe: Path) -> frozenset[str]:
        """Make *plan* the job's only one; return the keys of all that is stored of it already.

        Stores *recipe*, by which its shards are annotated.  Shards of another plan, which another
        version made, are removed, so their messages lapse.
        """
        stored = frozenset(self.files.keys(work_prefix(owner, job_id)))
        ours = {key for key in stored if key.startswith(plan_prefix(owner, job_id, plan))}
        self.files.delete(stored - ours)
        self.files.store(recipe_key(owner, job_id, plan), recipe, content_type=JSON_TYPE)
        return frozenset(ours)

    def store_source(self, shard: ShardMessage, source: Path) -> None:
        """Store a shard's records, before it is asked for."""
        self.files.store(keys_of(shard).source, source, content_type=SOURCE_TYPE)

    def ask(self, shard: ShardMessage) -> None:
        """Ask whoever has time for a shard."""
        self.queue.send(shard.to_json())

    def receive(self, *, limit: int, wait: timedelta) -> Sequence[Delivery]:
        """Return up to *limit* messages that ask for shards."""
        return self.queue.receive(limit=limit, wait=wait)

    def is_wanted(self, shard: ShardMessage) -> bool:
        """Whether the shard is still to be done; what is left of one that is not, is removed."""
        keys = keys_of(shard)
        stored = self.files.keys(keys.prefix)
        if keys.source not in stored:
            self.files.delete(stored)
            return False
        return keys.tally not in stored and keys.error not in stored

    def fetch_recipe(self, shard: ShardMessage, to: Path) -> None:
        """Fetch how a shard is to be annotated; raise NotFoundError if nobody wants it any more."""
        self.files.fetch(recipe_key(shard.owner, shard.job_id, shard.plan), to)

    def fetch_source(self, shard: ShardMessage, to: Path) -> None:
        """Fetch a shard's records; raise NotFoundError if nobody wants them any more."""
        self.files.fetch(keys_of(shard).source, to)

    def fetch_result(self, shard: ShardMessage, result: Path, tally: Path) -> None:
        """Fetch what became of a finished shard."""
        self.files.fetch(keys_of(shard).result, result)
        self.files.fetch(keys_of(shard).tally, tally)

    def fetch_error(self, shard: ShardMessage, to: Path) -> None:
        """Fetch why there is no result."""
        self.files.fetch(keys_of(shard).error, to)

    def look(self, shard: ShardMessage) -> None:
        """Raise ConflictError if the shard's job has ended: the work is in vain."""
        if is_over(self.jobs, shard.job_id):
            raise ConflictError(f"Job {shard.job_id} has ended.")

    def hold(self, shard: ShardMessage, delivery: Delivery) -> None:
        """Keep the shard for another lease; raise ConflictError if its job has ended."""
        self.queue.hide(delivery, self.lease)
        self.look(shard)

    def finish(self, shard: ShardMessage, result: Path, tally: Path) -> None:
        """Store what became of a shard, its counts last.

        Raises:
            ConflictError: its job has ended meanwhile; nothing of the shard is left.
        """
        keys = keys_of(shard)
        self.files.store(keys.result, result, content_type=BLOCKS_TYPE)
        self.files.store(keys.tally, tally, content_type=JSON_TYPE)
        self._require_wanted(shard, keys)

    def give_up(self, shard: ShardMessage, error: Path) -> None:
        """Store why there is no result, and there will be none; raises as ``finish`` does."""
        keys = keys_of(shard)
        self.files.store(keys.error, error, content_type=JSON_TYPE)
        self._require_wanted(shard, keys)

    def clear(self, owner: str, job_id: str) -> None:
        """Remove everything that was kept for work on a job that has ended."""
        self.files.delete(self.files.keys(work_prefix(owner, job_id)))

    def _require_wanted(self, shard: ShardMessage, keys: ShardKeys) -> None:
        # Whoever ends a job clears up after it has ended: what was stored before this look, they
        # see, and what was stored behind their back is removed here.
        try:
            self.look(shard)
        except ConflictError:
            self.files.delete([keys.result, keys.tally, keys.error])
            raise


def keys_of(shard: ShardMessage) -> ShardKeys:
    """Return where a shard is."""
    return shard_keys(shard.owner, shard.job_id, shard.plan, shard.shard)
