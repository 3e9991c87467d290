"""Each day's ranking is kept once, with parts that make up its scores, and read as history."""

import math
from datetime import timedelta
from fractions import Fraction

import pytest

from domain.errors import NotAllowed, NotFound
from domain.money import Money
from domain.words import GapState
from storage import snapshots
from storage.models import RankDay, RankPlace
from tests.usecases.office import GUEST, NOW, PM, SELLER, Office
from usecases.job_kinds import TAKE_SNAPSHOT, SlotCame
from usecases.take_snapshot import KEPT

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def gap(office: Office) -> int:
    office.clock.move(days=-500)
    gap_id = office.gap()
    rich = office.account("Rich", arr_minor=300_000_00, is_strategic=True)
    office.file(account_id=rich, join_gap_id=gap_id, priority="P0")
    office.file(account_id=office.account("Poor"), join_gap_id=gap_id)
    office.gap("Nobody asks for this one")
    office.clock.move(days=500)
    return gap_id


def places(office: Office) -> list[RankPlace]:
    return office.reading(lambda session: snapshots.places(session, office.clock().date()))  # type: ignore[no-any-return]


def test_a_day_is_kept_once(office: Office, gap: int) -> None:
    take = office.use.ranking.take_snapshot
    assert take.take()
    office.file(account_id=office.account("Late"), join_gap_id=gap)
    assert not take.take()
    take(office.attempt(TAKE_SNAPSHOT, SlotCame()))
    (place,) = places(office)
    assert (place.gap_id, place.position, place.accounts) == (gap, 1, 2)
    assert office.counts()["rank_day"] == 1


def test_two_who_take_it_at_once_keep_one(office: Office, gap: int) -> None:
    """The other process was faster between looking and keeping."""
    assert gap
    take = office.use.ranking.take_snapshot
    take.take()
    with office.database.read() as session:
        day = session.get(RankDay, office.clock().date())
    assert day is not None
    taken = snapshots.DayTaken(**{name: getattr(day, name) for name in snapshots.DayTaken.__slots__})
    with office.database.write() as session:
        assert snapshots.keep(session, taken, []) is False
    assert len(places(office)) == 1


@on_sqlite
def test_the_parts_make_up_the_score(office: Office, gap: int) -> None:
    office.use.ranking.take_snapshot.take()
    (place,) = places(office)
    metrics = place.parts["metrics"]
    assert round(100 * math.prod(one["multiplier"] for one in metrics), 6) == place.score
    assert [one["name"] for one in metrics] == ["impacted_arr", "accounts", "strategic_arr", "p0_strength"]
    families = place.parts["families"]
    assert abs(sum(one["counted"] for one in families) - Fraction(metrics[0]["value"])) <= 1, "rounded to cents"
    assert [(one["gross"], one["priority"]) for one in families] == [(300_000_00, "P0"), (100_000_00, "P1")]
    assert (place.arr_minor, place.strategic_accounts, place.p0_accounts) == (400_000_00, 1, 1)
    assert place.p_top10 == 1.0
    assert office.reading(lambda session: snapshots.chance_of(session, gap)) == 1.0
    day = office.reading(lambda session: session.get(RankDay, office.clock().date()))
    assert (day.model, day.gaps, day.currency) == ("composite", 1, "USD")
    assert day.calibration["currency"] == "USD"
    assert day.calibration_id.startswith("2026Q4-")


def test_history_is_told_day_by_day(office: Office, gap: int) -> None:
    office.clock.move(days=-3)
    office.use.ranking.take_snapshot.take()
    office.clock.move(days=2)
    office.file(account_id=office.account("More"), join_gap_id=gap)
    office.use.ranking.take_snapshot.take()
    office.clock.move(days=1)
    history = office.use.ranking.show_history(gap, by=PM)
    assert [(one.day, one.position, one.of) for one in history.days] == [
        ((NOW - timedelta(days=3)).date(), 1, 1),
        ((NOW - timedelta(days=1)).date(), 1, 1),
    ]
    assert [one.accounts for one in history.days] == [2, 3]
    assert history.days[-1].arr == Money(500_000_00, "USD")
    assert history.shows_exact_money
    assert not office.use.ranking.show_history(gap, by=SELLER).shows_exact_money


@on_sqlite
def test_history_of_nothing_and_for_nobody(office: Office, gap: int) -> None:
    assert office.use.ranking.show_history(gap, by=SELLER).days == ()
    with pytest.raises(NotFound):
        office.use.ranking.show_history(999, by=PM)
    with pytest.raises(NotAllowed):
        office.use.ranking.show_history(gap, by=GUEST)


def test_what_is_older_than_a_year_is_forgotten(office: Office, gap: int) -> None:
    office.clock.move(days=-KEPT.days - 1)
    office.use.ranking.take_snapshot.take()
    office.clock.move(days=KEPT.days + 1)
    office.move(gap, state=GapState.BACKLOG)
    office.use.ranking.take_snapshot.take()
    assert office.counts()["rank_day"] == 1
    assert [place.day for place in places(office)] == [office.clock().date()]
