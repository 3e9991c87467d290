"""The list that is kept in memory is that of a full plain ranking, whatever happened to the database meanwhile."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from domain.gap_query import GapQuery
from domain.words import GapState
from scoring import Gap
from scoring.evidence import gather
from scoring.lineage import trace
from scoring.live.plain import PlainOrder
from scoring.metrics import total
from storage import audit, portfolio, portfolio_changes
from storage.database import Database
from storage.models import Account, CrmTurn, Request
from storage.models import Gap as GapRow
from tests.usecases.office import ADMIN, NOW, SELLER, Office
from usecases.live_portfolio import as_portfolio
from usecases.rank_gaps import Place, RankGaps


def kept(office: Office, gap_id: int, *, without: int | None = None) -> Place | None:
    return office.reading(  # type: ignore[no-any-return]
        lambda session: office.use.rank.place(session, gap_id=gap_id, without_request=without)
    )


def anew(office: Office, gap_id: int, *, without: int | None = None) -> Place | None:
    """By a full ranking of everything."""
    now, before = _places(office), _places(office, without=without)
    if gap_id not in now:
        return None
    return Place(rank=now[gap_id], of=len(now), before=None if without is None else before.get(gap_id))


def _all_kept(office: Office, session: Session, gaps: list[int]) -> dict[int, int]:
    found = {gap_id: office.use.rank.place(session, gap_id=gap_id) for gap_id in gaps}
    return {gap_id: place.rank for gap_id, place in found.items() if place is not None}


def _places(office: Office, *, without: int | None = None) -> dict[int, int]:
    rows = office.reading(portfolio.read)
    rows = replace(rows, requests=[each for each in rows.requests if each.id != without])
    return {int(entry.gap_id): entry.rank for entry in office.use.rank.ranking(rows) if entry.evidence.cells}


def listed(office: Office) -> list[tuple[Any, ...]]:
    shown = office.use.ranking.list_gaps.everything(GapQuery(), by=ADMIN)
    lines = [(one.gap_id, one.rank, one.score, one.arr.minor, one.accounts, one.p0_accounts) for one in shown.gaps]
    return [*lines, (shown.whole.arr.minor, shown.whole.accounts)]


def listed_anew(office: Office) -> list[tuple[Any, ...]]:
    """By the plain ranking; the whole is that of all requests made for one gap."""
    rows = office.reading(portfolio.read)
    ranking = office.use.rank.ranking(rows)
    lines: list[tuple[Any, ...]] = [
        (int(one.gap_id), one.rank, one.score, one.totals.gross_arr, one.totals.accounts, one.totals.p0_accounts)
        for one in ranking
        if one.evidence.cells
    ]
    known = as_portfolio(rows, office.use.rank.rates())
    lives_as = trace({gap.id: gap.merged_into for gap in known.gaps}).root_of
    asked = {str(line[0]) for line in lines}
    requests = tuple(replace(one, gap="all") for one in known.requests if lives_as[one.gap] in asked)
    together = replace(known, gaps=(Gap(id="all"),), requests=requests)
    (one,) = gather(together, calibration=ranking.calibration, as_of=ranking.as_of).gaps
    return [*lines, (total(one).gross_arr, total(one).accounts)]


def spoken(office: Office, *, action: str, subject: str) -> None:
    with office.database.write() as session:
        audit.record(session.connection(), at=NOW, actor_id=ADMIN, action=action, subject=subject)


def statements(office: Office) -> list[str]:
    said: list[str] = []

    @event.listens_for(office.database.engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    return said


class TestFollowing:
    def test_is_a_full_ranking_after_anything(self, database: Database) -> None:
        """A random week: filing, correcting, withdrawing, merging, closing, and the CRM changing its mind."""
        office, chance = Office(database), random.Random(11)  # noqa: S311 - chance, not secrets
        parent = office.account("Parent", arr_minor=200_000_00)
        accounts = [office.account(f"A{n}", arr_minor=chance.randrange(10, 900) * 1000_00) for n in range(5)]
        with database.write() as session:
            session.execute(update(Account).where(Account.id.in_(accounts[:2])).values(parent_id=parent))
        gaps = [office.gap(f"Gap {n}") for n in range(6)]
        filed: list[int] = []
        for step in range(20):
            gap_id = chance.choice(gaps)
            match chance.randrange(7):
                case 0 if filed:
                    office.use.change_request.withdraw(filed.pop(), by=SELLER, response_url=None)
                case 1 if step > 8:
                    office.move(gap_id, state=chance.choice((GapState.SHIPPED, GapState.BACKLOG)), merged_into_id=None)
                case 2 if step > 8 and gap_id != gaps[0]:
                    office.move(gap_id, state=GapState.DUPLICATE, merged_into_id=gaps[0])
                case 3:
                    with database.write() as session:
                        values = {"arr_minor": chance.randrange(1000) * 1000_00}
                        session.execute(update(Account).where(Account.id == chance.choice(accounts)).values(values))
                        session.merge(CrmTurn(name="mirror", holder=None, held_until=NOW + timedelta(seconds=step)))
                case _:
                    priority = chance.choice(("P0", "P1", "NICE"))
                    if _is_open(office, gap_id):
                        account = chance.choice(accounts)
                        filed.append(office.file(account_id=account, join_gap_id=gap_id, priority=priority).request_id)
            now = _places(office)
            assert office.reading(lambda session: _all_kept(office, session, gaps)) == now
            assert office.reading(lambda session: office.use.rank.ranks(session, [*gaps, 999])) == now
            assert listed(office) == listed_anew(office)
            if filed:
                gap_id = office.request(filed[-1]).gap_id
                assert kept(office, gap_id, without=filed[-1]) == anew(office, gap_id, without=filed[-1])

    def test_a_filed_request_reads_its_own_gap_only(self, database: Database) -> None:
        office = Office(database)
        gap_id, other = office.gap(), office.gap()
        account = office.account(arr_minor=1_000_00)
        for number in range(3):
            office.file(account_id=office.account(f"B{number}"), join_gap_id=other)
        office.file(account_id=account, join_gap_id=gap_id)
        assert kept(office, gap_id) == anew(office, gap_id)
        filed = office.file(account_id=account, join_gap_id=gap_id, priority="NICE")
        said = statements(office)
        assert kept(office, gap_id, without=filed.request_id) == Place(rank=2, of=2, before=2)
        of_requests = [each for each in said if "FROM request" in each]
        assert of_requests
        assert all("request.gap_id IN" in each or "request.id IN" in each for each in of_requests)
        said.clear()
        kept(office, gap_id)
        assert [each for each in said if "FROM request" in each] == [], "nothing happened since"

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_what_changes_no_rank_makes_nothing_anew(self, database: Database) -> None:
        office = Office(database)
        office.file(account_id=office.account(), join_gap_id=office.gap())
        kept = office.reading(office.use.rank.kept)
        spoken(office, action="view.saved", subject="view:shared")
        assert office.reading(office.use.rank.is_ready)
        assert office.reading(office.use.rank.kept).rows is kept.rows
        spoken(office, action="gap.blessed", subject="saint:4")
        assert not office.reading(office.use.rank.is_ready), "nobody knows what that is about"
        assert office.reading(office.use.rank.kept).version != kept.version

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_a_child_of_a_known_family_is_read_with_all_of_it(self, database: Database) -> None:
        office = Office(database)
        parent, gap_id = office.account("Parent", arr_minor=7_000_00), office.gap()
        office.file(account_id=parent, join_gap_id=gap_id)
        assert listed(office) == listed_anew(office)
        child = office.account("Child", arr_minor=900_00, parent_id=parent)
        office.file(account_id=child, join_gap_id=gap_id)
        assert listed(office) == listed_anew(office)
        assert listed(office)[0][3] == 7_900_00

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_requests_that_move_with_a_gap_are_followed(self, database: Database) -> None:
        """A merge moves the rows of requests without a word about each."""
        office = Office(database)
        old, new = office.gap("Old"), office.gap("New")
        filed = [office.file(account_id=office.account(f"A{n}"), join_gap_id=old).request_id for n in range(2)]
        assert [line[0] for line in listed(office)[:-1]] == [old]
        with database.write() as session:
            session.execute(update(Request).where(Request.id == filed[0]).values(gap_id=new))
        spoken(office, action="gap.split", subject=f"gap:{old}")
        assert listed(office) == listed_anew(office)
        assert {line[0] for line in listed(office)[:-1]} == {old, new}

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_a_change_that_left_no_trace_is_seen_within_a_minute(self, database: Database) -> None:
        office = Office(database)
        gap_id = office.gap()
        office.file(account_id=office.account(arr_minor=1_000_00), join_gap_id=gap_id)
        rank: RankGaps = office.use.rank
        assert kept(office, gap_id) == Place(rank=1, of=1, before=None)
        with database.write() as session:
            session.execute(update(GapRow).values(state=GapState.SHIPPED))
        later = replace(rank, now=lambda: NOW + timedelta(seconds=61))
        with database.read() as session:
            assert rank.place(session, gap_id=gap_id) is not None
            assert later.place(session, gap_id=gap_id) is None


class TestOtherModels:
    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_are_ranked_as_a_whole(self, database: Database) -> None:
        office = Office(database)
        first, second = office.gap(), office.gap()
        for number in range(2):
            office.file(account_id=office.account(f"B{number}", arr_minor=9_000_00), join_gap_id=second)
        filed = office.file(account_id=office.account(arr_minor=9_000_000_00), join_gap_id=first)
        fused = replace(office.use.rank, model="rank_fusion")
        with database.read() as session:
            found = fused.place(session, gap_id=first, without_request=filed.request_id)
            assert found == Place(rank=1, of=2, before=None)
            assert fused.place(session, gap_id=second) == Place(rank=2, of=2, before=None)
            assert fused.place(session, gap_id=999) is None
            assert fused.ranks(session, [second, 999]) == {second: 2}


class TestMarks:
    def test_a_row_that_is_committed_late_is_still_news(self, database: Database) -> None:
        """PostgreSQL numbers rows before it commits them: number 2 may be there before number 1."""
        office = Office(database)
        spoken(office, action="first", subject="gap:1")
        mark, _ = office.reading(portfolio_changes.look)
        missed = replace(mark, seen=frozenset(), last=mark.last + 1)
        again, news = office.reading(lambda session: portfolio_changes.look(session, since=missed))
        assert [change.action for change in news] == ["first"]
        assert again.last <= missed.last
        assert office.reading(lambda session: portfolio_changes.look(session, since=mark))[1] == []


def _is_open(office: Office, gap_id: int) -> bool:
    (row,) = office.reading(lambda session: portfolio.read(session, gap_ids={gap_id})).gaps
    return bool(row.state.is_open)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_money_that_the_columns_do_not_hold_is_ranked_plainly(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.bulk.metrics._LARGEST", 2**40)
    office = Office(database)
    gaps = [office.gap(f"Gap {number}") for number in range(3)]
    filed = [
        office.file(
            account_id=office.account(f"A{n}", arr_minor=10**7 * (50 - n), owner_name=f"O{n}"),
            join_gap_id=gaps[n % 3],
            priority="P0",
        )
        for n in range(9)
    ]
    assert isinstance(office.reading(office.use.rank.kept).order, PlainOrder)
    assert listed(office) == listed_anew(office)
    last = filed[-1].request_id
    assert kept(office, gaps[2], without=last) == anew(office, gaps[2], without=last)
    office.use.change_request.withdraw(last, by=SELLER, response_url=None)
    assert listed(office) == listed_anew(office)
    use = office.use.ranking
    for text in ("", "model:cd3", "priority:P0"):
        assert use.list_gaps.page(use.saved_views.query(text, by=ADMIN), by=ADMIN, page=0).total == 3
    assert use.explain(gaps[0], GapQuery(), by=ADMIN).position == 1
