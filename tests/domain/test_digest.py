"""Movement, and what moved a gap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.digest import CauseKind, FamilyPart, Movement, causes, movement
from domain.words import Priority

P0, P1, NICE = Priority.P0, Priority.P1, Priority.NICE


def part(account: int, counted: int, priority: Priority = P1) -> FamilyPart:
    return FamilyPart(account_id=account, counted=counted, priority=priority)


@pytest.mark.parametrize(
    ("before", "now", "was_ever", "expected"),
    [
        (7, 3, True, Movement.UP),
        (3, 7, True, Movement.DOWN),
        (3, 3, True, Movement.SAME),
        (None, 3, False, Movement.NEW),
        (None, 3, True, Movement.BACK),
    ],
)
def test_movement(before: int | None, now: int, was_ever: bool, expected: Movement) -> None:
    assert movement(before=before, now=now, was_ever=was_ever, is_compared=True) is expected
    assert movement(before=before, now=now, was_ever=was_ever, is_compared=False) is Movement.UNKNOWN


def test_causes_of_one_kind_are_one_and_the_biggest_comes_first() -> None:
    found = causes(
        [part(1, 100), part(2, 500), part(3, 80, NICE)],
        [part(1, 100), part(3, 800, P0), part(4, 1_000, P0), part(5, 200)],
    )
    assert [(one.kind, one.delta, one.accounts, one.p0) for one in found] == [
        (CauseKind.ASKED, 1_200, (4, 5), 1),
        (CauseKind.MORE_URGENT, 720, (3,), 1),
        (CauseKind.WITHDRAWN, -500, (2,), 0),
    ]


def test_growing_a_week_older_is_no_news() -> None:
    assert causes([part(1, 1_000)], [part(1, 987)]) == ()
    assert [one.kind for one in causes([part(1, 1_000)], [part(1, 900)])] == [CauseKind.MONEY]


parts = st.dictionaries(
    st.integers(1, 6), st.tuples(st.integers(0, 10**9), st.sampled_from(list(Priority))), max_size=6
).map(lambda found: [part(account, money, priority) for account, (money, priority) in found.items()])


@given(parts, parts)
def test_causes_never_say_more_than_happened(before: list[FamilyPart], after: list[FamilyPart]) -> None:
    found = causes(before, after)
    named = [account for one in found for account in one.accounts]
    assert len(named) == len(set(named))
    assert set(named) <= {one.account_id for one in (*before, *after)}
    then, now = ({one.account_id: one.counted for one in day} for day in (before, after))
    assert all(one.delta == sum(now.get(a, 0) - then.get(a, 0) for a in one.accounts) for one in found)
    assert causes(before, before) == ()
