"""What becomes of the seat of a gap that was part of another one for a while."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lost_seats import Edition, SeatFate, give_back
from domain.top10 import SIZE, Pin, Seat, Seats
from tests.usecases.office import NOW

PIN = Pin(by="U1", reason="a promise", until=NOW.date())


def seats(*gap_ids: int, pinned: int | None = None) -> Seats:
    return tuple(Seat(gap_id, PIN if gap_id == pinned else None) for gap_id in gap_ids)


def decided(*gap_ids: int, pinned: int | None = None) -> Edition:
    return Edition(seats(*gap_ids, pinned=pinned), is_decided=True)


def by_itself(*gap_ids: int, pinned: int | None = None) -> Edition:
    return Edition(seats(*gap_ids, pinned=pinned), is_decided=False)


FULL = tuple(range(1, SIZE + 1))


@pytest.mark.parametrize(
    ("editions", "fate", "after"),
    [
        ([decided(3, 4)], SeatFate.NEVER_LOST, (3, 4)),
        ([decided(3, 1)], SeatFate.NEVER_LOST, (3, 1)),
        # Nothing else happened: exactly as it was, whoever had the better seat.
        ([decided(3, 1, 4), by_itself(3, 2, 4)], SeatFate.GIVEN_BACK, (3, 1, 4)),
        ([decided(1, 4, 2), by_itself(2, 4)], SeatFate.GIVEN_BACK, (1, 4, 2)),
        # The heir keeps no seat that it only inherited, wherever it is by now.
        ([decided(3, 1), by_itself(3, 2), decided(2, 3, 5)], SeatFate.GIVEN_BACK, (1, 3, 5)),
        # Both had a seat: there must be room.
        ([decided(3, 1, 2), by_itself(3, 2), decided(3, 2, 5)], SeatFate.GIVEN_BACK, (3, 1, 2, 5)),
        ([decided(*FULL), by_itself(*FULL[1:]), decided(*FULL[1:], 11)], SeatFate.GONE, (*FULL[1:], 11)),
        # What people decided about the heir stays decided.
        ([decided(3, 1), by_itself(3, 2), decided(3)], SeatFate.GONE, (3,)),
        ([decided(3, 1), by_itself(3, 2), decided(3), decided(3, 2)], SeatFate.GONE, (3, 2)),
        # The heir lost the seat by itself, by becoming part of a third one for a while.
        ([decided(3, 1), by_itself(3, 2), by_itself(3, 6), by_itself(3, 2)], SeatFate.GIVEN_BACK, (3, 1)),
    ],
)
def test_only_what_nobody_decided_is_undone(editions: list[Edition], fate: SeatFate, after: tuple[int, ...]) -> None:
    found, list_ = give_back(editions, gap_id=1, heir=2)
    assert (found, tuple(seat.gap_id for seat in list_)) == (fate, after)


def test_a_pin_of_its_own_comes_back_and_one_for_the_heir_stays() -> None:
    _, back = give_back([decided(1, pinned=1), by_itself(2, pinned=2), by_itself(2, 5, pinned=2)], gap_id=1, heir=2)
    assert back == seats(1, 5, pinned=1)
    assert give_back([decided(1), by_itself(2), decided(2, pinned=2)], gap_id=1, heir=2)[0] is SeatFate.GONE


def test_what_closed_meanwhile_gets_nothing_back() -> None:
    assert give_back([decided(1, 9), by_itself(2)], gap_id=1, heir=2, closed={9})[1] == seats(1)


LISTS = st.lists(st.integers(1, 14), unique=True, max_size=SIZE)


@given(st.lists(st.tuples(LISTS, st.booleans()), min_size=1, max_size=5))
def test_whatever_happened_the_list_stays_one(history: list[tuple[list[int], bool]]) -> None:
    editions = [Edition(seats(*gap_ids), is_decided) for gap_ids, is_decided in history]
    fate, after = give_back(editions, gap_id=1, heir=2)
    ids = [seat.gap_id for seat in after]
    assert len(ids) == len(set(ids)) <= SIZE
    if fate is SeatFate.GIVEN_BACK:
        assert 1 in ids
        others = set(ids) ^ set(history[-1][0])
        assert others <= {1, 2} or len(history) == 2
    else:
        assert after == editions[-1].seats
