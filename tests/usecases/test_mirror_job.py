"""The sync as a job: what is waited for, what needs a person, and what an outage leaves behind."""

from datetime import timedelta

import pytest
import structlog

from domain.directory import BudgetSpent, CursorLost, DirectoryError, DirectoryRefused, DirectoryUnavailable
from storage import mirror_state
from storage.jobs import PermanentFailure, RetryLater
from tests.usecases.memory_directory import MemoryDirectory
from tests.usecases.mirror_world import MemoryMirror
from tests.usecases.office import Office
from usecases.job_kinds import MIRROR_CUSTOMERS, MirrorWanted
from usecases.mirror_job import MirrorJob, Tenths

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def mirror(office: Office) -> MemoryMirror:
    found = MemoryMirror(office, MemoryDirectory(office.clock))
    found.directory.account(1)
    return found


def run(
    mirror: MemoryMirror,
    *,
    is_full: bool = False,
    ago: timedelta = timedelta(),
    every: timedelta = timedelta(minutes=10),
) -> None:
    wanted = MirrorWanted(wanted_at=mirror.office.clock() - ago, is_full=is_full)
    MirrorJob(mirror=mirror.use, every=every)(mirror.office.attempt(MIRROR_CUSTOMERS, wanted))


def test_the_payload_survives_the_table(mirror: MemoryMirror) -> None:
    wanted = MirrorWanted(wanted_at=mirror.office.clock(), is_full=True)
    assert MIRROR_CUSTOMERS.load(MIRROR_CUSTOMERS.dump(wanted)) == wanted


@only_sqlite
@pytest.mark.parametrize(
    ("trouble", "seconds"),
    [
        (BudgetSpent("Enough for today."), 1800),
        (DirectoryUnavailable("Away."), 120),
        (DirectoryUnavailable("Busy.", retry_after=timedelta(seconds=7)), 7),
        (CursorLost("Lost."), 120),
    ],
)
def test_what_passes_is_waited_for(mirror: MemoryMirror, trouble: DirectoryError, seconds: float) -> None:
    mirror.directory.trouble = [trouble] * 9
    with pytest.raises(RetryLater) as later:
        run(mirror)
    assert later.value.seconds == seconds


@only_sqlite
@pytest.mark.parametrize(
    ("trouble", "seconds"), [(BudgetSpent("Enough for today."), 30), (DirectoryUnavailable("Away."), 10)]
)
def test_who_looks_often_waits_no_longer_than_that(
    mirror: MemoryMirror, trouble: DirectoryError, seconds: float
) -> None:
    mirror.directory.trouble = [trouble]
    with pytest.raises(RetryLater) as later:
        run(mirror, every=timedelta(seconds=10))
    assert later.value.seconds == seconds


@only_sqlite
def test_what_needs_a_person_is_a_dead_letter_with_the_sentence(mirror: MemoryMirror) -> None:
    mirror.directory.trouble = [DirectoryRefused("Check SALESFORCE_CONSUMER_KEY.")]
    with pytest.raises(PermanentFailure, match=r"Check SALESFORCE_CONSUMER_KEY\."):
        run(mirror)


@only_sqlite
def test_a_running_sync_is_waited_for(mirror: MemoryMirror) -> None:
    with mirror.office.database.write() as session:
        mirror_state.take_turn(session, holder="other", at=mirror.office.clock())
    with pytest.raises(RetryLater):
        run(mirror)


def test_after_an_outage_one_sync_does_for_all_slots(mirror: MemoryMirror) -> None:
    for minutes in (60, 50, 40, 30):
        run(mirror, ago=timedelta(minutes=minutes))
    assert mirror.directory.checks == 1
    mirror.later(minutes=10)
    run(mirror)
    assert mirror.directory.checks == 2


def test_changes_do_not_stand_in_for_a_full_pass(mirror: MemoryMirror) -> None:
    run(mirror)
    mirror.later(hours=1)
    run(mirror, ago=timedelta(minutes=1))
    run(mirror, ago=timedelta(minutes=1), is_full=True)
    run(mirror, ago=timedelta(minutes=1), is_full=True)
    assert mirror.directory.checks == 3


def test_half_a_sync_is_none(mirror: MemoryMirror) -> None:
    """Accounts came, opportunities did not: the next attempt has something to do."""
    mirror.directory.opportunity(1, "001000000000001AAA")
    mirror.directory.trouble = [None, DirectoryUnavailable("Away.")]
    with pytest.raises(RetryLater):
        run(mirror)
    run(mirror)
    assert mirror.opportunity("006000000000001AAA").account_id


@pytest.mark.parametrize(("total", "lines"), [(200_000, 10), (18_000, 0)])
def test_a_long_read_tells_the_log_how_far_it_is(total: int, lines: int) -> None:
    tell = Tenths()
    with structlog.testing.capture_logs() as log:
        for done in range(2_000, total + 1, 2_000):
            tell("account", done, total)
    assert len(log) == lines
    assert [line["done"] for line in log[-1:]] == [total][:lines]
