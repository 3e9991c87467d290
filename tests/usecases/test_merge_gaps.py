"""Two gaps become one, and two again: nothing is lost, nothing counts twice, everything comes back."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from domain.errors import InvalidInput, NotAllowed, NotFound, Overtaken
from domain.gap_changes import ChangeKind
from domain.gap_query import GapQuery
from domain.lost_seats import SeatFate
from domain.quorum import ProposalState
from domain.top10 import Seat
from domain.words import GapState
from storage import merges, top10
from storage.gaps import add_link
from storage.models import Follower, Gap, GapChange, Link, Merge, Proposal, Request
from storage.notices import follow
from tests.usecases.office import ADMIN, NOW, OTHER_SELLER, PM, SELLER, Office
from usecases.merge_gaps import MergeGaps
from usecases.split_gap import SplitOff
from usecases.take_apart import NotUndone

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ISSUES = "https://gitlab.example.com/a/b/-/issues"


def merging(office: Office) -> MergeGaps:
    return office.use.intake.merge_gaps


def rows(office: Office, model: type[Any]) -> list[dict[str, Any]]:
    def read(session: Any) -> list[dict[str, Any]]:
        found = session.execute(select(model.__table__)).mappings()
        return sorted((dict(one) for one in found), key=str)

    found: list[dict[str, Any]] = office.reading(read)
    return found


def filled(office: Office) -> tuple[int, int]:
    """Two gaps with requests, links and followers, some of them in common."""
    one, two = office.gap("SCIM"), office.gap("User provisioning", state=GapState.PLANNED)
    acme, globex = office.account("Acme"), office.account("Globex")
    for account, gap in ((acme, one), (globex, one), (acme, two)):
        office.file(account_id=account, join_gap_id=gap)
    with office.database.write() as session:
        for gap, number in ((one, 1), (one, 2), (two, 2)):
            add_link(session.connection(), gap_id=gap, url=f"{ISSUES}/{number}", by=PM, at=NOW)
        for gap, user in ((one, OTHER_SELLER), (one, ADMIN), (two, ADMIN)):
            follow(session, gap_id=gap, user_id=user, at=NOW)
    return one, two


class TestMerge:
    def test_what_belongs_to_the_gap_goes_along_once(self, office: Office) -> None:
        one, two = filled(office)
        merging(office).merge(one, into=two, by=PM, reason="the same")
        gap = office.reading(lambda session: session.get(Gap, one))
        assert (gap.state, gap.merged_into_id) == (GapState.DUPLICATE, two)
        assert [one["gap_id"] for one in rows(office, Request)] == [two] * 3
        assert sorted((row["gap_id"], row["url"][-1]) for row in rows(office, Link)) == [
            (one, "2"),
            (two, "1"),
            (two, "2"),
        ]
        assert {(row["gap_id"], row["user_id"]) for row in rows(office, Follower)} == {
            (one, ADMIN),
            (two, ADMIN),
            (two, OTHER_SELLER),
        }

    def test_those_who_asked_are_told(self, office: Office) -> None:
        one, two = filled(office)
        merging(office).merge(one, into=two, by=PM)
        (change,) = office.reading(lambda session: list(session.scalars(select(GapChange))))
        assert (change.kind, change.gap_id, change.other_gap_id) == (ChangeKind.MERGED, one, two)

    def test_a_closed_gap_an_unknown_one_and_itself_cannot_take_it(self, office: Office) -> None:
        one, two = filled(office)
        office.move(two, state=GapState.DECLINED)
        for target in (one, two, 99):
            with pytest.raises(InvalidInput):
                merging(office).merge(one, into=target, by=PM)

    def test_what_was_merged_takes_it_to_the_survivor(self, office: Office) -> None:
        one, two = filled(office)
        third = office.gap("Directory sync")
        merging(office).merge(two, into=third, by=PM)
        merging(office).merge(one, into=two, by=PM)
        assert {row["gap_id"] for row in rows(office, Request)} == {third}

    def test_its_place_in_the_top_10_goes_along(self, office: Office) -> None:
        one, two = filled(office)
        third = office.gap("Dark mode")
        with office.database.write() as session:
            top10.publish(session, (Seat(third), Seat(one)), number=1, at=NOW)
        merging(office).merge(one, into=two, by=PM)
        assert office.reading(top10.latest).gap_ids == (third, two)

    def test_sellers_may_not(self, office: Office) -> None:
        one, two = filled(office)
        for act in (
            lambda: merging(office).merge(one, into=two, by=SELLER),
            lambda: office.use.intake.split_gap(one, request_ids=[1], title="Other", by=SELLER, key="a"),
            lambda: office.use.intake.split_gap.open(one, by=SELLER),
            lambda: office.use.intake.split_gap.undo(one, by=SELLER),
        ):
            with pytest.raises(NotAllowed):
                act()


class TestUndo:
    def test_a_second_undo_and_an_undo_below_another_merge_are_refused(self, office: Office) -> None:
        one, two = filled(office)
        third = office.gap("Directory sync")
        merging(office).merge(one, into=two, by=PM)
        merging(office).merge(two, into=third, by=PM)
        first, second = office.reading(lambda session: list(session.scalars(select(Merge.id).order_by(Merge.id))))
        with pytest.raises(NotUndone, match=f"GAP-{two} itself became part of GAP-{third}"):
            merging(office).undo(first, by=PM)
        merging(office).undo(second, by=PM)
        merging(office).undo(first, by=PM)
        with pytest.raises(Overtaken):
            merging(office).undo(first, by=PM)

    def test_the_other_one_survives_after_a_swap(self, office: Office) -> None:
        one, two = filled(office)
        merging(office).merge(one, into=two, by=PM)
        (merge_id,) = office.reading(lambda session: list(session.scalars(select(Merge.id))))
        merging(office).swap(merge_id, by=PM)
        states = {row["id"]: row["state"] for row in rows(office, Gap)}
        assert states == {one: GapState.BACKLOG, two: GapState.DUPLICATE}
        assert {row["gap_id"] for row in rows(office, Request)} == {one}

    def test_reopening_brings_everything_back_too(self, office: Office) -> None:
        one, two = filled(office)
        before = rows(office, Request)
        merging(office).merge(one, into=two, by=PM)
        office.use.notices.move_gap(one, wanted=GapState.TRIAGE, by=PM, reason="", wording="", merged_into=None)
        assert rows(office, Request) == before

    def test_reopening_below_another_merge_is_refused(self, office: Office) -> None:
        one, two = filled(office)
        merging(office).merge(one, into=two, by=PM)
        merging(office).merge(two, into=office.gap("Directory sync"), by=PM)
        with pytest.raises(NotUndone):
            reopened(office, one)

    def test_what_waited_for_an_answer_that_came_does_not_wait_again(self, office: Office) -> None:
        one, two = filled(office)
        office.move(one, state=GapState.NEEDS_INFO)
        merging(office).merge(one, into=two, by=PM)
        undone(office, one)
        assert state(office, one) is GapState.TRIAGE

    def test_what_was_given_to_the_merged_gap_meanwhile_is_not_given_twice(self, office: Office) -> None:
        one, two = filled(office)
        merging(office).merge(one, into=two, by=PM)
        with office.database.write() as session:
            add_link(session.connection(), gap_id=one, url=f"{ISSUES}/1", by=PM, at=NOW)
            follow(session, gap_id=one, user_id=OTHER_SELLER, at=NOW)
        undone(office, one)
        links = [row["url"] for row in rows(office, Link) if row["gap_id"] == one]
        assert sorted(links) == [f"{ISSUES}/1", f"{ISSUES}/2"]
        assert [row["user_id"] for row in rows(office, Follower) if row["gap_id"] == one] == [ADMIN, OTHER_SELLER]


@SQLITE
class TestSeats:
    def listed(self, office: Office, *gap_ids: int, number: int = 1, proposal_id: int | None = None) -> None:
        with office.database.write() as session:
            seats = tuple(Seat(gap_id) for gap_id in gap_ids)
            top10.publish(session, seats, number=number, at=NOW, proposal_id=proposal_id)

    def now(self, office: Office) -> tuple[int, ...]:
        published: tuple[int, ...] = office.reading(top10.latest).gap_ids
        return published

    @pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (0, 2)])
    def test_the_list_is_as_before(self, office: Office, order: tuple[int, ...]) -> None:
        one, two = filled(office)
        gaps = (one, two, office.gap("Dark mode"))
        before = tuple(gaps[place] for place in order)
        self.listed(office, *before)
        merging(office).merge(one, into=two, by=PM)
        assert one not in self.now(office)
        assert undone(office, one) is SeatFate.GIVEN_BACK
        assert self.now(office) == before

    def test_reopening_gives_it_back_too(self, office: Office) -> None:
        one, two = filled(office)
        self.listed(office, one)
        merging(office).merge(one, into=two, by=PM)
        reopened(office, one)
        assert self.now(office) == (one,)

    def test_the_seat_of_a_list_that_was_decided_anew_is_gone(self, office: Office) -> None:
        one, two = filled(office)
        self.listed(office, one)
        merging(office).merge(one, into=two, by=PM)
        self.listed(office, number=3, proposal_id=proposal(office))
        assert undone(office, one) is SeatFate.GONE
        assert self.now(office) == ()

    def test_a_swap_hands_it_to_the_survivor(self, office: Office) -> None:
        one, two = filled(office)
        self.listed(office, two)
        merging(office).merge(one, into=two, by=PM)
        merging(office).swap(latest_merge(office, one), by=PM)
        assert self.now(office) == (one,)


@SQLITE
class TestSplit:
    def test_chosen_requests_get_a_gap_of_their_own(self, office: Office) -> None:
        one, _ = filled(office)
        first, second = requests_of(office, one)
        result = split(office, one, second)
        assert (office.request(first).gap_id, office.request(second).gap_id) == (one, result.gap_id)
        assert (result.requests, result.origin_id) == (1, one)
        actions = [row.action for gap_id in (one, result.gap_id) for row in office.audit(f"gap:{gap_id}")]
        assert actions == ["gap.split", "gap.split_off"]
        (change,) = office.reading(lambda session: list(session.scalars(select(GapChange))))
        assert (change.kind, change.gap_id, change.other_gap_id) == (ChangeKind.SPLIT_OFF, result.gap_id, one)
        assert office.use.ranking.list_gaps.page(GapQuery(), by=PM, page=0).total == 3

    def test_a_second_submission_of_one_form_is_told_so(self, office: Office) -> None:
        one, two = filled(office)
        office.file(account_id=office.account("Initech"), join_gap_id=one)
        first, second, _ = requests_of(office, one)
        split(office, one, second, key="view:T1:V1")
        with pytest.raises(Overtaken):
            split(office, one, first, key="view:T1:V1")
        assert (len(requests_of(office, one)), len(requests_of(office, two))) == (2, 1)

    def test_nothing_or_everything_chosen_no_title_and_a_customers_name_are_refused(self, office: Office) -> None:
        one, _ = filled(office)
        first, second = requests_of(office, one)
        for ids, title in (([], "x"), ([first, second], "x"), ([first], " "), ([first], "SCIM for Acme")):
            with pytest.raises(InvalidInput):
                split(office, one, *ids, title=title)
        with pytest.raises(InvalidInput):
            office.use.intake.split_gap.open(office.gap("Lonely"), by=PM)

    def test_the_form_finds_requests_by_account_and_hides_accounts_from_who_may_not_see_them(
        self, office: Office
    ) -> None:
        one, _ = filled(office)
        form = office.use.intake.split_gap.open
        assert [line.account for line in form(one, by=PM, words="glob").requests] == ["Globex"]
        office.move(one, dri_id=SELLER)
        assert {line.account for line in form(one, by=SELLER).requests} == {None}
        assert form(one, by=SELLER, words="glob").requests == ()

    def test_undone_everything_is_where_it_came_from_and_what_came_since(self, office: Office) -> None:
        one, _ = filled(office)
        mine = requests_of(office, one)
        new = split(office, one, mine[0]).gap_id
        late = office.file(account_id=office.account("Initech"), join_gap_id=new).request_id
        assert office.use.intake.split_gap.undo(new, by=PM) == one
        assert requests_of(office, one) == [*mine, late]
        assert state(office, new) is GapState.DUPLICATE

    def test_what_was_never_split_off_cannot_be_joined_and_a_closed_origin_takes_nothing(self, office: Office) -> None:
        one, _ = filled(office)
        with pytest.raises(NotFound):
            office.use.intake.split_gap.undo(one, by=PM)
        new = split(office, one, requests_of(office, one)[0]).gap_id
        office.move(one, state=GapState.SHIPPED)
        with pytest.raises(InvalidInput, match="is closed"):
            office.use.intake.split_gap.undo(new, by=PM)


def split(office: Office, gap_id: int, *ids: int, title: str = "SCIM for contractors", key: str = "view") -> SplitOff:
    return office.use.intake.split_gap(gap_id, request_ids=ids, title=title, by=PM, key=key)


def requests_of(office: Office, gap_id: int) -> list[int]:
    return sorted(row["id"] for row in rows(office, Request) if row["gap_id"] == gap_id)


def latest_merge(office: Office, gap_id: int) -> int:
    merge: Merge = office.reading(lambda session: merges.latest(session, gap_id))
    return merge.id


def undone(office: Office, gap_id: int) -> SeatFate:
    return merging(office).undo(latest_merge(office, gap_id), by=PM)


def reopened(office: Office, gap_id: int) -> None:
    office.use.notices.move_gap(gap_id, wanted=GapState.TRIAGE, by=PM, reason="", wording="", merged_into=None)


def state(office: Office, gap_id: int) -> GapState:
    gap: Gap = office.reading(lambda session: session.get(Gap, gap_id))
    return gap.state


def proposal(office: Office) -> int:
    with office.database.write() as session:
        made = top10.add_proposal(
            session, base_number=2, change_key="x", change={}, figures={}, reason=None, proposed_by=PM, at=NOW,
            expires_at=NOW,
        )  # fmt: skip
        session.execute(update(Proposal).values(state=ProposalState.APPLIED.value))
    assert made is not None
    return made


WHO, PUBLISH = (SELLER, OTHER_SELLER, ADMIN), "publish a list"
OPERATIONS: dict[str, Callable[[Office, int, int, int], Any]] = {
    "file for the survivor": lambda office, _one, two, _n: office.file(account_id=1, join_gap_id=two),
    "file for the merged": lambda office, one, _two, _n: office.file(account_id=2, join_gap_id=one),
    "withdraw": lambda office, _one, _two, n: office.use.change_request.withdraw(n, by=PM, response_url=None),
    "move the survivor": lambda office, _one, two, n: office.move(
        two, state=(GapState.BACKLOG, GapState.PLANNED, GapState.IN_PROGRESS)[n % 3]
    ),
    "merge a third": lambda office, _one, two, _n: merging(office).merge(office.gap("Third"), into=two, by=PM),
    "split": lambda office, _one, two, n: split(office, two, n, title="Other", key=f"split:{next(office.numbers)}"),
    "follow the merged": lambda office, one, _two, n: office.use.notices.tell.follow(one, by=WHO[n % 3]),
    "follow the survivor": lambda office, _one, two, n: office.use.notices.tell.follow(two, by=WHO[n % 3]),
    "link the merged": lambda office, one, _two, n: link(office, one, n % 3),
    "link the survivor": lambda office, _one, two, n: link(office, two, n % 3),
    PUBLISH: lambda office, _one, two, n: publish(office, two, is_on=n % 2 == 0),
}


def link(office: Office, gap_id: int, number: int) -> None:
    with office.database.write() as session:
        add_link(session.connection(), gap_id=gap_id, url=f"{ISSUES}/{number}", by=PM, at=NOW)


def publish(office: Office, gap_id: int, *, is_on: bool) -> None:
    """People agree to another list: with the survivor or without it."""
    decided = proposal(office)
    with office.database.write() as session:
        now = top10.latest(session)
        seats = [seat for seat in now.seats if seat.gap_id != gap_id] + [Seat(gap_id)] * is_on
        top10.publish(session, tuple(seats), number=now.number + 1, at=NOW, proposal_id=decided)


def followed(office: Office) -> set[tuple[int, str]]:
    return {(row["gap_id"], row["user_id"]) for row in rows(office, Follower)}


def linked(office: Office) -> dict[int, tuple[int, str]]:
    return {row["id"]: (row["gap_id"], row["url"]) for row in rows(office, Link)}


@SQLITE
@given(st.lists(st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(1, 3)), max_size=8))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_in_between_an_undone_merge_leaves_no_trace(
    office: Office, happenings: list[tuple[str, int]]
) -> None:
    (one, two), lonely = filled(office), office.gap("Dark mode")
    with office.database.write() as session:
        number = top10.latest(session).number + 1
        top10.publish(session, (Seat(one), Seat(lonely)), number=number, at=NOW)
    mine, my_links = set(requests_of(office, one)), {id_ for id_, (gap, _) in linked(office).items() if gap == one}
    merging(office).merge(one, into=two, by=PM)
    for name, chosen in happenings:
        with suppress(Overtaken, InvalidInput):
            OPERATIONS[name](office, one, two, chosen + min(mine) - 1)
    expected, links, follows = rows(office, Request), linked(office), followed(office)

    fate = undone(office, one)

    after = {row["id"]: row for row in rows(office, Request)}
    assert len(after) == len(expected)
    for row in expected:
        gap_id = one if row["id"] in mine and row["gap_id"] == two else row["gap_id"]
        assert after[row["id"]] == row | {"gap_id": gap_id}
    has = {url for gap, url in links.values() if gap == one}
    for id_, (gap, url) in linked(office).items():
        comes_back = id_ in my_links and links[id_][0] == two and url not in has
        assert (gap, url) == ((one, url) if comes_back else links[id_])
    back = {(one, user) for gap, user in follows if gap == two and user == OTHER_SELLER}
    assert followed(office) == (follows - {(two, user) for _, user in back}) | back
    seats = office.reading(top10.latest).gap_ids
    assert len(seats) == len(set(seats))
    assert (one in seats) is (fate is SeatFate.GIVEN_BACK)
    if PUBLISH not in {name for name, _ in happenings}:
        assert seats == (one, lonely)
    gap = office.reading(lambda session: session.get(Gap, one))
    assert (gap.state, gap.merged_into_id) == (GapState.BACKLOG, None)
