"""The end of an account: everything of it goes, whatever cuts the work off."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from backend.domain.accounts import Account, Change, Contact
from backend.domain.deletions import Deletion
from backend.domain.errors import ConflictError, NotFoundError, UnavailableError
from backend.domain.job import Job
from backend.domain.plans import Plan
from backend.services.account_deletion import LEASE, PATIENCE
from backend.services.results import Results
from tests.fakes.clock import FakeClock
from tests.fakes.deletions import FakeDeletions
from tests.fakes.files import FakeFiles
from tests.fakes.people import ALICE, BOB, a_job
from tests.fakes.service import FakeService
from tests.unit.services.trouble import Meanwhile


class House:
    """The service, with Alice and Bob and a few jobs of each."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.service = FakeService(clock=self.clock)
        self.deletion = self.service.account_deletion
        self.alice = self.settle_in("a", self.service.accounts.sign_in(ALICE))
        self.bob = self.settle_in("b", self.service.accounts.sign_in(BOB))

    def settle_in(self, letter: str, account: Account) -> Account:
        for number in range(3):
            self.add_job(account.id, f"{letter}{number}")
        contact = Contact(account.id, Plan.FREE, account.name, account.email, 1)
        self.service.contacts.put(contact)
        return account

    def add_job(self, owner: str, name: str) -> None:
        job = a_job(owner, id=f"{name:0>32}")
        self.service.jobs.add(job)
        self.service.inputs.objects[f"in/{owner}/{job.id}/input"] = b"##fileformat"
        self.service.outputs.objects[f"out/{owner}/{job.id}/result.vcf.gz"] = b"result"
        self.service.outputs.objects[f"work/{owner}/{job.id}/plan/recipe.json"] = b"{}"

    def begin(self) -> None:
        self.deletion.request(self.alice)
        self.clock.advance(PATIENCE)

    def trace(self) -> Deletion:
        return self.service.deletions.stored[self.alice.id]

    def traces(self) -> list[str]:
        """Return where something of Alice's can still be found."""
        service, owner = self.service, self.alice.id
        files = [*service.inputs.objects, *service.outputs.objects]
        found = [key for key in files if owner in key]
        found += [job.id for job in service.jobs.by_owner(owner, limit=100).jobs]
        found += [c.contact.email for c in service.accounts.outbox.waiting if owner in repr(c)]
        found += [account.id for account in service.accounts.all() if account.id == owner]
        found += ["events"] if service.live.events.get(owner) else []
        with suppress(NotFoundError):
            found.append(service.contacts.get(owner).email)
        return found


@pytest.fixture
def house() -> House:
    return House()


def test_the_account_is_closed_at_once_and_that_is_announced(house: House) -> None:
    house.service.accounts.set_plan(house.alice.id, Plan.PREMIUM)
    house.deletion.request(house.alice)
    closed = house.service.accounts.get(house.alice.id)
    assert (closed.plan, closed.deleting_at) == (Plan.FREE, house.clock())
    last = house.service.accounts.outbox.waiting[-1]
    assert (last.kind, last.contact.plan) == (Change.DELETED, Plan.FREE)


def test_asking_twice_is_asking_once(house: House) -> None:
    house.deletion.request(house.alice)
    house.clock.advance(timedelta(seconds=5))
    house.deletion.request(house.alice)
    kinds = [change.kind for change in house.service.accounts.outbox.waiting]
    assert kinds.count(Change.DELETED) == 1
    assert house.trace().requested_at < house.clock()


def test_nothing_of_the_account_is_left_but_the_trace_and_others_keep_all(house: House) -> None:
    house.begin()
    assert house.deletion.work() == 1
    assert house.traces() == []
    trace = house.trace()
    assert (trace.jobs, trace.jobs_left, trace.finished_at) == (3, (), house.clock())
    assert len(house.service.jobs.by_owner(house.bob.id, limit=10).jobs) == 3
    assert len([key for key in house.service.outputs.objects if house.bob.id in key]) == 6
    assert house.service.contacts.get(house.bob.id).email == BOB.email
    assert house.deletion.work() == 0


def test_files_that_belong_to_no_job_go_as_well_and_are_counted(house: House) -> None:
    house.service.outputs.objects[f"out/{house.alice.id}/{'f' * 32}/result.vcf.gz"] = b"stray"
    house.service.inputs.objects[f"in/{house.alice.id}/{'f' * 32}/input"] = b"stray"
    house.begin()
    assert house.deletion.work() == 1
    assert house.traces() == []
    assert house.trace().files == 2


def test_jobs_of_several_pages_all_go(house: House) -> None:
    for number in range(150):
        house.add_job(house.alice.id, f"c{number}")
    house.begin()
    assert house.deletion.work() == 1
    assert house.traces() == []
    assert house.trace().jobs == 153


def test_of_many_deletions_the_rest_are_gone_on_with_later(house: House) -> None:
    for number in range(12):
        person = replace(ALICE, sub=f"sub-{number}", identities=(f"sub-{number}",))
        house.deletion.request(house.service.accounts.sign_in(person))
    house.clock.advance(PATIENCE)
    assert [house.deletion.work() for _ in range(3)] == [10, 2, 0]


def test_who_comes_back_has_a_new_account(house: House) -> None:
    house.begin()
    assert house.service.accounts.sign_in(ALICE).deleting_at is not None
    house.deletion.work()
    again = house.service.accounts.sign_in(ALICE)
    assert again.id != house.alice.id
    assert (again.plan, again.deleting_at) == (Plan.FREE, None)


def test_nobody_pays_for_an_account_that_is_closed(house: House) -> None:
    house.service.billing.checkout(house.alice)
    account = house.service.accounts.get(house.alice.id)
    house.service.payments.pay(account.checkout_id or "")
    house.deletion.request(account)
    assert house.deletion.work() == 0
    assert house.service.payments.customers == {}
    assert house.service.jobs.by_owner(house.alice.id, limit=10).jobs != ()


def test_requests_under_way_may_end_before_jobs_are_deleted(house: House) -> None:
    house.deletion.request(house.alice)
    assert house.deletion.work() == 0
    house.add_job(house.alice.id, "late")
    house.clock.advance(PATIENCE)
    assert house.deletion.work() == 1
    assert house.traces() == []


def test_a_payment_service_that_is_down_is_waited_for(house: House) -> None:
    house.service.billing.checkout(house.alice)
    house.begin()
    house.service.payments.down = True
    with pytest.raises(UnavailableError):
        house.deletion.work()
    house.service.payments.down = False
    house.clock.advance(LEASE)
    assert house.deletion.work() == 1
    assert house.traces() == []


class HeldResults(Results):
    """Results of jobs of which one cannot be discarded."""

    def discard(self, job: Job) -> Job:
        if job.id.endswith("a1"):
            raise ConflictError("Somebody holds it.")
        return super().discard(job)


def test_a_job_that_is_held_is_deleted_later_and_the_account_last(house: House) -> None:
    service = house.service
    held = HeldResults(service.jobs, service.inputs, service.outputs, service.archive, house.clock)
    house.begin()
    assert replace(house.deletion, results=held).work() == 0
    assert [job.id[-2:] for job in service.jobs.by_owner(house.alice.id, limit=9).jobs] == ["a1"]
    assert service.accounts.get(house.alice.id)
    house.clock.advance(timedelta(minutes=1))
    assert house.deletion.work() == 1
    assert house.traces() == []
    assert house.trace().jobs == 3


@pytest.mark.parametrize("call", ["save", "finish"])
def test_a_late_worker_changes_nothing_of_a_deletion_that_is_finished(
    house: House, call: str
) -> None:
    traces: list[Deletion] = []

    def others_go_on() -> None:
        house.clock.advance(LEASE)
        assert house.deletion.work() == 1
        traces.append(house.trace())

    house.begin()
    late = Meanwhile(house.service.deletions, call, others_go_on)
    assert replace(house.deletion, deletions=late).work() == 0
    assert [house.trace()] == traces
    house.clock.advance(LEASE)
    assert house.deletion.work() == 0


def test_who_is_late_before_anything_is_done_finds_nothing_to_do(house: House) -> None:
    def others_go_on() -> None:
        house.clock.advance(LEASE)
        assert house.deletion.work() == 1

    house.begin()
    late = Meanwhile(house.service.deletions, "take", others_go_on, after=True)
    assert replace(house.deletion, deletions=late).work() == 0
    assert house.trace().finished_at == house.clock()


def test_an_account_that_is_gone_already_does_not_keep_its_deletion_from_ending(
    house: House,
) -> None:
    house.begin()
    house.service.accounts.remove(house.alice.id)
    assert house.deletion.work() == 1
    assert house.traces() == []


def test_nobody_else_gets_a_deletion_while_page_after_page_of_it_is_done(house: House) -> None:
    for number in range(150):
        house.add_job(house.alice.id, f"c{number}")
    house.begin()
    service, took = house.service, list[Deletion | None]()
    service.jobs.watchers.append(lambda *_: house.clock.advance(timedelta(seconds=5)))

    def others_look() -> None:
        took.append(service.deletions.take(house.clock(), LEASE))

    watched = Meanwhile(service.deletions, "finish", others_look)
    assert replace(house.deletion, deletions=watched).work() == 1
    assert took == [None]
    assert house.clock() - house.trace().requested_at > PATIENCE + LEASE


class _Cut(Exception):  # noqa: N818 - it stands for a signal
    """The process is killed."""


class CutFiles(FakeFiles):
    """Files whose deletion number *at* kills the process."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    def delete(self, keys: Iterable[str]) -> None:
        self.left -= 1
        if self.left == 0:
            raise _Cut
        super().delete(keys)


class CutDeletions(FakeDeletions):
    """Deletions whose step number *at* kills the process, before or after it is done."""

    at = 0
    after = False

    def _cut(self, *, done: bool) -> None:
        if done is self.after:
            self.at -= 1
            if self.at == 0:
                raise _Cut

    def save(self, deletion: Deletion, next_at: datetime) -> Deletion:
        self._cut(done=False)
        saved = super().save(deletion, next_at)
        self._cut(done=True)
        return saved

    def silence(self, account_id: str) -> None:
        self._cut(done=False)
        super().silence(account_id)
        self._cut(done=True)

    def finish(self, deletion: Deletion) -> None:
        self._cut(done=False)
        super().finish(deletion)
        self._cut(done=True)


def finish(house: House) -> None:
    """Work as the utility node does until nothing is left to do."""
    for _ in range(10):
        house.clock.advance(LEASE)
        house.deletion.work()
    assert house.traces() == []
    assert house.trace().finished_at is not None


@pytest.mark.parametrize("at", range(1, 9))
def test_a_process_killed_while_it_deletes_files_leaves_nothing_behind(
    house: House, at: int
) -> None:
    cut = CutFiles(at)
    cut.objects = house.service.outputs.objects
    results = replace(house.service.results, results=cut)
    cut_off = replace(house.deletion, results=results, outputs=cut)
    house.begin()
    with pytest.raises(_Cut):
        cut_off.work()
    finish(house)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 4))
def test_a_process_killed_between_its_notes_leaves_nothing_behind(
    house: House, at: int, *, after: bool
) -> None:
    cut = CutDeletions(house.service.accounts, house.service.live)
    cut.stored = house.service.deletions.stored
    cut.at, cut.after = at, after
    house.begin()
    with pytest.raises(_Cut):
        replace(house.deletion, deletions=cut).work()
    finish(house)
