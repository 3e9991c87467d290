"""Two gaps become one, and two again: nothing is lost, nothing counts twice, everything comes back."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.errors import InvalidInput, NotAllowed, Overtaken
from domain.gap_changes import ChangeKind
from domain.words import GapState
from storage import top10
from storage.gaps import add_link
from storage.models import Follower, Gap, GapChange, Link, Merge, Request
from storage.notices import follow
from tests.usecases.office import ADMIN, NOW, OTHER_SELLER, PM, SELLER, Office
from usecases.merge_gaps import MergeGaps, NotUndone


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
            add_link(
                session.connection(), gap_id=gap, url=f"https://gitlab.example.com/a/b/-/issues/{number}", by=PM, at=NOW
            )
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
            top10.publish(session, (top10.Seat(third), top10.Seat(one)), number=1, at=NOW)
        merging(office).merge(one, into=two, by=PM)
        assert office.reading(top10.latest).gap_ids == (third, two)

    def test_sellers_may_not(self, office: Office) -> None:
        one, two = filled(office)
        for act in (
            lambda: merging(office).merge(one, into=two, by=SELLER),
            lambda: merging(office).split(one, request_ids=[1], title="Other", by=SELLER),
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


class TestSplit:
    def test_chosen_requests_get_a_gap_of_their_own(self, office: Office) -> None:
        one, _ = filled(office)
        first, second = (row["id"] for row in rows(office, Request) if row["gap_id"] == one)
        new = merging(office).split(one, request_ids=[second], title="SCIM for contractors", by=PM)
        assert (office.request(first).gap_id, office.request(second).gap_id) == (one, new)

    def test_nothing_chosen_no_title_and_a_customers_name_are_refused(self, office: Office) -> None:
        one, _ = filled(office)
        for ids, title in (([], "x"), ([1], " "), ([1], "SCIM for Acme")):
            with pytest.raises(InvalidInput):
                merging(office).split(one, request_ids=ids, title=title, by=PM)


OPERATIONS: dict[str, Callable[[Office, int, int, int], Any]] = {
    "file for the survivor": lambda office, _one, two, _n: office.file(account_id=1, join_gap_id=two),
    "file for the merged": lambda office, one, _two, _n: office.file(account_id=2, join_gap_id=one),
    "withdraw": lambda office, _one, _two, n: office.use.change_request.withdraw(n, by=PM, response_url=None),
    "move the survivor": lambda office, _one, two, n: office.move(
        two, state=(GapState.BACKLOG, GapState.PLANNED, GapState.IN_PROGRESS)[n % 3]
    ),
    "merge a third": lambda office, _one, two, _n: merging(office).merge(office.gap("Third"), into=two, by=PM),
    "split": lambda office, _one, two, n: merging(office).split(two, request_ids=[n], title="Other", by=PM),
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@given(st.lists(st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(1, 3)), max_size=8))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_in_between_an_undone_merge_leaves_no_trace(
    office: Office, happenings: list[tuple[str, int]]
) -> None:
    one, two = filled(office)
    mine = {row["id"] for row in rows(office, Request) if row["gap_id"] == one}
    first = min(mine)
    before = {model: [row for row in rows(office, model) if row["gap_id"] in {one, two}] for model in (Link, Follower)}
    merging(office).merge(one, into=two, by=PM)
    merge_id = office.reading(lambda session: session.scalars(select(Merge.id).order_by(Merge.id.desc())).first())
    for name, number in happenings:
        with suppress(Overtaken, InvalidInput):
            OPERATIONS[name](office, one, two, number + first - 1)
    expected = rows(office, Request)
    merging(office).undo(merge_id, by=PM)
    after = {row["id"]: row for row in rows(office, Request)}
    assert len(after) == len(expected)
    for row in expected:
        gap_id = one if row["id"] in mine and row["gap_id"] == two else row["gap_id"]
        assert after[row["id"]] == row | {"gap_id": gap_id}
    for model, known in before.items():
        assert [row for row in rows(office, model) if row["gap_id"] in {one, two}] == known
    gap = office.reading(lambda session: session.get(Gap, one))
    assert (gap.state, gap.merged_into_id) == (GapState.BACKLOG, None)
