"""The list's rule: changes do what they say, and the weekly rule neither flaps nor leaves anything out."""

import itertools
import random
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import top10
from domain.top10 import Change, NoLongerFits, Pin, Seat, Seats, Standing, applied, weekly_changes

TODAY = date(2026, 11, 23)
PIN = Pin(by="UPM", reason="Promised to the board", until=date(2027, 2, 1))


def seats(*gaps: int) -> Seats:
    return tuple(Seat(gap) for gap in gaps)


def ranked(scores: Sequence[float], *, first_id: int = 1) -> list[Standing]:
    """Gap ids from 1 in the order given; ranks by score."""
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
    ranks = {at: rank for rank, at in enumerate(order, start=1)}
    return [Standing(gap_id=at + first_id, rank=ranks[at], score=score) for at, score in enumerate(scores)]


def proposed(
    on_list: Seats,
    standings: list[Standing],
    *,
    before: set[int] | None = None,
    silenced: dict[str, float | None] | None = None,
) -> list[str]:
    led = before if before is not None else {one.gap_id for one in standings if one.rank <= 10}
    found = weekly_changes(on_list, standings, led_before=led, silenced=silenced or {}, today=TODAY)
    return [change.key for change in found]


class TestChanges:
    @pytest.mark.parametrize(
        ("change", "after"),
        [
            (top10.enter(9), (1, 2, 3, 9)),
            (top10.swap(9, out=2), (1, 9, 3)),
            (top10.leave(2), (1, 3)),
            (top10.reorder([3, 1, 2]), (3, 1, 2)),
            (top10.publish([7, 8]), (7, 8)),
            (top10.pin(2, PIN), (1, 2, 3)),
            (top10.pin(9, PIN, out=1), (9, 2, 3)),
            (top10.pin(9, PIN), (1, 2, 3, 9)),
        ],
    )
    def test_each_does_what_it_says(self, change: Change, after: tuple[int, ...]) -> None:
        found = applied(seats(1, 2, 3), change)
        assert tuple(seat.gap_id for seat in found) == after
        assert {seat.gap_id for seat in found if seat.pin} == ({change.gaps[0]} if change.pin else set())

    @pytest.mark.parametrize(
        "change",
        [
            top10.enter(2),
            top10.swap(2, out=1),
            top10.swap(9, out=8),
            top10.leave(9),
            top10.reorder([1, 2]),
            top10.reorder([1, 2, 2]),
            top10.reorder([1, 2, 4]),
            top10.pin(9, PIN, out=8),
        ],
    )
    def test_what_does_not_fit_any_more_is_said_and_not_bent(self, change: Change) -> None:
        with pytest.raises(NoLongerFits) as refused:
            applied(seats(1, 2, 3), change)
        assert refused.value.sentence.endswith(".")

    def test_the_eleventh_finds_no_seat(self) -> None:
        with pytest.raises(NoLongerFits, match="No seat is free"):
            applied(seats(*range(1, 11)), top10.enter(11))

    def test_two_wishes_with_one_key_are_one_wish(self) -> None:
        changes = [top10.enter(1), top10.enter(2), top10.swap(1, out=2), top10.swap(2, out=1), top10.leave(1)]
        changes += [top10.pin(1, PIN), top10.pin(1, PIN, out=2), top10.reorder([1, 2]), top10.reorder([2, 1])]
        assert len({change.key for change in changes}) == len(changes)
        assert top10.publish([1]).key == top10.publish([2]).key

    def test_closed_gaps_leave_pinned_or_not(self) -> None:
        assert top10.without((Seat(1, PIN), Seat(2)), {1}) == seats(2)


class TestWeeklyRule:
    FULL = seats(*range(1, 11))
    SCORES = (90.0, 80.0, 70.0, 60.0, 55.0, 50.0, 45.0, 40.0, 35.0, 30.0)

    def test_free_seats_go_to_the_strongest_outsiders_at_once(self) -> None:
        standings = ranked([*self.SCORES, 29.0, 28.0])
        assert proposed(seats(*range(1, 9)), standings, before=set()) == ["enter:9", "enter:10"]

    def test_five_percent_and_a_week_of_leading_take_the_weakest_seat(self) -> None:
        assert proposed(self.FULL, ranked([*self.SCORES, 31.6])) == ["swap:11>10"]

    def test_less_than_five_percent_do_not(self) -> None:
        assert proposed(self.FULL, ranked([*self.SCORES, 31.4])) == []

    def test_a_newcomer_waits_a_week(self) -> None:
        assert proposed(self.FULL, ranked([*self.SCORES, 41.0]), before=set(range(1, 11))) == []

    def test_but_not_among_the_three_strongest(self) -> None:
        assert proposed(self.FULL, ranked([*self.SCORES, 75.0]), before=set()) == ["swap:11>10"]

    def test_a_pinned_seat_is_left_alone_until_its_day_has_passed(self) -> None:
        pinned = (*seats(*range(1, 10)), Seat(10, PIN))
        assert proposed(pinned, ranked([*self.SCORES, 45.1])) == ["swap:11>9"]
        later = (*seats(*range(1, 10)), Seat(10, Pin(by="U", reason="r", until=date(2026, 11, 22))))
        assert proposed(later, ranked([*self.SCORES, 45.1])) == ["swap:11>10"]

    def test_when_all_are_pinned_nobody_is_challenged(self) -> None:
        assert proposed(tuple(Seat(gap, PIN) for gap in range(1, 11)), ranked([*self.SCORES, 99.0])) == []

    def test_an_incumbent_that_nobody_asks_for_any_more_is_the_weakest(self) -> None:
        standings = [one for one in ranked([*self.SCORES, 32.0]) if one.gap_id != 1]
        assert proposed(self.FULL, standings) == ["swap:11>1"]

    def test_a_rejected_change_is_silent_until_it_has_grown_by_a_tenth(self) -> None:
        standings = ranked([*self.SCORES, 36.0])
        assert proposed(self.FULL, standings, silenced={"swap:11>10": 1.15}) == []
        assert proposed(self.FULL, standings, silenced={"swap:11>10": 1.05}) == ["swap:11>10"]
        assert proposed(seats(1), ranked([9.0, 8.0]), silenced={"enter:2": None}) == []

    def test_the_first_list_is_the_ten_strongest(self) -> None:
        first = top10.first_list(ranked([*reversed(self.SCORES), 5.0]))
        assert first is not None
        assert first.gaps == tuple(range(10, 0, -1))
        assert top10.first_list([]) is None


scores_of_many = st.lists(st.floats(10, 100, allow_nan=False).map(lambda x: round(x, 3)), min_size=0, max_size=24)


@given(scores_of_many, st.sets(st.integers(1, 24), max_size=10), st.sets(st.integers(1, 24)))
def test_proposals_are_sound_and_complete(scores: list[float], on_list: set[int], before: set[int]) -> None:
    standings = ranked(scores)
    by_gap = {one.gap_id: one for one in standings}
    start = seats(*sorted(on_list))
    after = start
    for change in weekly_changes(start, standings, led_before=before, silenced={}, today=TODAY):
        challenger = by_gap[change.gaps[0]]
        if change.out is not None:
            out = by_gap[change.out].score if change.out in by_gap else top10.LOWEST_SCORE
            assert challenger.score >= top10.MARGIN * out
            assert challenger.rank <= 3 or (challenger.rank <= 10 and challenger.gap_id in before)
        after = applied(after, change)
    gaps = [seat.gap_id for seat in after]
    assert len(gaps) == len(set(gaps)) <= max(10, len(start))
    assert len(after) == max(len(start), min(10, len(set(by_gap) | on_list)))
    # Whoever qualifies was proposed: accepted, nothing is left but fast entries of those who were displaced.
    again = weekly_changes(after, standings, led_before=before, silenced={}, today=TODAY)
    assert all(by_gap[change.gaps[0]].gap_id in on_list for change in again)


@given(st.randoms(use_true_random=False))
def test_two_gaps_within_the_margin_never_trade_places(chance: random.Random) -> None:
    on_list = seats(*range(1, 11))
    for _week in range(30):
        scores = [90.0 - 4 * place for place in range(9)]
        scores += [50.0 * chance.uniform(0.976, 1.024) for _ in range(2)]
        assert weekly_changes(on_list, ranked(scores), led_before=range(1, 12), silenced={}, today=TODAY) == []


def flaps(history: list[frozenset[int]]) -> int:
    """How often a gap came back within four weeks of having left."""
    left: dict[int, int] = {}
    count = 0
    for week, (before, after) in enumerate(itertools.pairwise(history)):
        left |= dict.fromkeys(before - after, week)
        count += sum(week - left.get(gap, -99) <= 4 for gap in after - before)
    return count


def test_the_list_flaps_far_less_than_the_ranking() -> None:
    following: list[frozenset[int]] = []
    governed: list[frozenset[int]] = []
    total = [0, 0]
    for seed in range(20):
        chance = random.Random(seed)  # noqa: S311  a simulation
        strength = [100 / (1 + 0.12 * place) for place in range(30)]
        on_list, led, following, governed = seats(*range(1, 11)), set(range(1, 11)), [], []
        for _week in range(30):
            strength = [max(10.0, one * chance.gauss(1, 0.03)) for one in strength]
            standings = ranked(strength)
            for change in weekly_changes(on_list, standings, led_before=led, silenced={}, today=TODAY):
                on_list = applied(on_list, change)
            led = {one.gap_id for one in standings if one.rank <= 10}
            following.append(frozenset(led))
            governed.append(frozenset(seat.gap_id for seat in on_list))
        total = [total[0] + flaps(following), total[1] + flaps(governed)]
    assert total[0] > 20
    assert total[1] * 8 < total[0], total


def test_a_difference_tells_who_came_went_and_moved() -> None:
    found = top10.difference([1, 2, 3, 4], [2, 1, 3, 9])
    assert (found.entered, found.left, found.moved) == ((9,), (4,), ((2, 2, 1), (1, 1, 2)))
    assert top10.difference([1, 2], [1, 2]).is_empty
