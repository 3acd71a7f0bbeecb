"""The mails about a plan: once for what they are about, and again only if one could not go out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.domain.accounts import Contact
from backend.domain.archive import Tier
from backend.domain.errors import ConflictError, UnavailableError
from backend.domain.events import ArchiveStarted, Discarded
from backend.domain.job import Job
from backend.domain.messages import AccountMessage
from backend.domain.plans import Plan
from backend.services.account_mails import MAIL_LEASE
from backend.services.lifecycle import transition
from backend.services.ports import JobIds
from tests.fakes.archive import DELAYS
from tests.fakes.jobs import FakeJobs
from tests.unit.services.trouble import Killed, Meanwhile, dies
from tests.unit.services.world import LEASE, OWNER, World

ADA = Contact(OWNER, Plan.PREMIUM, "Ada <script>", "ada@local.test", 2)


@pytest.fixture
def world() -> World:
    world = World()
    world.contacts.put(ADA)
    return world


class Behind:
    """A table whose index shows what was archived when this was made."""

    def __init__(self, jobs: FakeJobs) -> None:
        self._jobs = jobs
        self._ids = jobs.archived_by(OWNER, limit=1000).ids

    def archived_by(self, owner: str, *, limit: int, after: str | None = None) -> JobIds:
        start = 0 if after is None else int(after)
        more = start + limit < len(self._ids)
        return JobIds(self._ids[start : start + limit], str(start + limit) if more else None)

    def get(self, job_id: str) -> Job:
        return self._jobs.get(job_id)


class Silent:
    """Mails that nobody sends."""

    def restored(self, account_id: str) -> None:
        assert account_id == OWNER


def subjects(world: World) -> list[str]:
    return [mail.subject for mail in world.mailer.sent]


class TestUpgraded:
    def test_mail_says_where_to_go(self, world: World) -> None:
        world.account_mails.upgraded(ADA, 2)
        (mail,) = world.mailer.sent
        assert mail.to == "ada@local.test"
        assert mail.text == (
            "Ada <script> is premium: https://gas.test/jobs https://gas.test/account"
        )
        assert mail.html == "<p>Ada &lt;script&gt;</p>"

    def test_each_upgrade_once(self, world: World) -> None:
        for version in (2, 2, 4, 2, 4):
            world.account_mails.upgraded(ADA, version)
        assert subjects(world) == ["You are on the Premium plan"] * 2

    def test_change_of_the_name_is_no_upgrade(self, world: World) -> None:
        world.account_mails.upgraded(ADA, 2)
        world.account_mails.upgraded(replace(ADA, name="Ada Lovelace", version=3), 2)
        assert len(world.mailer.sent) == 1

    def test_mail_that_could_not_go_out_goes_out_later(self, world: World) -> None:
        world.mailer.down = True
        with pytest.raises(UnavailableError):
            world.account_mails.upgraded(ADA, 2)
        world.mailer.down = False
        with pytest.raises(ConflictError):
            world.account_mails.upgraded(ADA, 2)
        world.clock.advance(MAIL_LEASE)
        world.account_mails.upgraded(ADA, 2)
        assert len(world.mailer.sent) == 1

    @pytest.mark.parametrize(("after", "mails"), [(False, 1), (True, 2)])
    def test_mail_of_a_process_that_was_killed_goes_out_all_the_same(
        self, world: World, *, after: bool, mails: int
    ) -> None:
        """A mail twice is better than none: nobody knows whether the first one is on its way."""
        killed = Meanwhile(world.mailer, "send", dies, after=after)
        with pytest.raises(Killed):
            replace(world.account_mails, mailer=killed).upgraded(ADA, 2)
        with pytest.raises(ConflictError):
            world.account_mails.upgraded(ADA, 2)
        for _ in range(2):
            world.clock.advance(MAIL_LEASE)
            world.account_mails.upgraded(ADA, 2)
        assert len(world.mailer.sent) == mails

    def test_nobody_is_mailed_whose_account_is_deleted_meanwhile(self, world: World) -> None:
        world.contacts.remove(OWNER)
        world.account_mails.upgraded(ADA, 2)
        assert world.mailer.sent == []


class TestRestored:
    def test_mail_says_where_to_go(self, world: World) -> None:
        world.account_mails.restored(OWNER)
        (mail,) = world.mailer.sent
        assert mail.subject == "Your archived results are back"
        assert mail.text == "Ada <script>, all is back: https://gas.test/jobs"
        assert mail.html == "<p>Ada &lt;script&gt;</p>"

    def test_once(self, world: World) -> None:
        for _ in range(2):
            world.account_mails.restored(OWNER)
        assert len(world.mailer.sent) == 1

    def test_free_owners_are_told_nothing(self, world: World) -> None:
        world.know_owner(Plan.FREE, version=3)
        world.account_mails.restored(OWNER)
        assert world.mailer.sent == []

    def test_nobody_is_told_of_an_account_that_is_deleted(self, world: World) -> None:
        world.contacts.remove(OWNER)
        world.account_mails.restored(OWNER)
        assert world.mailer.sent == []

    @pytest.mark.parametrize("away", ["archiving", "archived", "thawing"])
    def test_nothing_is_said_while_anything_is_away(self, world: World, away: str) -> None:
        world = World()
        match away:
            case "archiving":
                transition(world.jobs, world.due(), ArchiveStarted(LEASE), world.clock)
            case "archived":
                world.archived()
            case _:
                world.thawing()
        world.know_owner(Plan.PREMIUM, version=5)
        world.account_mails.restored(OWNER)
        assert world.mailer.sent == []

    def test_list_that_is_behind_is_not_believed(self) -> None:
        """It still names what came back, and what is gone."""
        world = World()
        jobs = [world.archived() for _ in range(60)]
        behind = Behind(world.jobs)
        for job in jobs[::2]:
            transition(world.jobs, job, Discarded(), world.clock)
            world.results.erase(job.id)
        world.know_owner(Plan.PREMIUM, version=2)
        world.plan_changes.follow(AccountMessage(OWNER), lambda: None)
        world.clock.advance(DELAYS[Tier.EXPEDITED])
        for message in world.archive.announced():
            replace(world.restores, mails=Silent()).restore(message)  # type: ignore[arg-type]
        replace(world.account_mails, jobs=behind).restored(OWNER)  # type: ignore[arg-type]
        assert subjects(world) == ["Your archived results are back"]

    def test_two_who_are_last_send_one(self, world: World) -> None:
        others = Meanwhile(world.contacts, "claim", lambda: world.account_mails.restored(OWNER))
        replace(world.account_mails, contacts=others).restored(OWNER)
        assert len(world.mailer.sent) == 1
