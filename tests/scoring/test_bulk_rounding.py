"""Floats are quick and nearly right; where that is not enough, somebody exact is asked, and only there."""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.bulk.packing import Runs, TooLarge, bits, grouped, low_part, packed, starts_of, unique
from scoring.bulk.rounding import Sums, dense, numbered, rounded
from scoring.bulk.shares import _six_decimals
from scoring.bulk.wilson import bounds
from scoring.rank_fusion import bound

HALF = 0.0000005
amounts = st.floats(0, 1e8, allow_nan=False)


def refuses(_place: int) -> float:
    raise AssertionError("nobody needed to be exact here")


def noting(asked: list[int], answer: float) -> Callable[[int], float]:
    def exactly(place: int) -> float:
        asked.append(place)
        return answer

    return exactly


class TestRounded:
    @example([331.8433125, 1.0000005, 2.0000015])
    @given(st.lists(amounts, max_size=20))
    def test_is_what_python_says(self, values: list[float]) -> None:
        found = rounded(np.array(values), exactly=lambda place: round(values[place], 6), error=0.0)
        assert found.tolist() == [round(value, 6) for value in values]

    def test_what_an_error_could_turn_is_asked_for(self) -> None:
        asked: list[int] = []
        values = np.array([1.0, 2 + HALF * (1 - 1e-6), 3 + HALF * (1 - 1e-3), 4 + HALF * (3 + 1e-6)])
        found = rounded(values, exactly=noting(asked, 7.0), error=1e-12)
        assert (asked, found.tolist()) == ([1, 3], [1.0, 7.0, 3.0, 7.0])

    def test_each_value_may_have_its_own_error(self) -> None:
        asked: list[int] = []
        values = np.array([2 + HALF * (1 - 1e-6)] * 2)
        rounded(values, exactly=noting(asked, 7.0), error=np.array([1e-12, 1e-15]))
        assert asked == [0]

    def test_far_from_a_half_nobody_is_asked(self) -> None:
        assert rounded(np.array([0.1234561, 5.0]), exactly=refuses, error=1e-12).tolist() == [0.123456, 5.0]


class TestNumbered:
    def test_counts_from_the_largest_and_equals_alike(self) -> None:
        values = np.array([1.0, 3.0, 2.0, 3.0])
        found = numbered(values, exactly=lambda place: Fraction(float(values[place])), error=1e-15)
        assert found[1] == found[3] < found[2] < found[0]

    def test_what_is_nearly_equal_is_told_apart_exactly(self) -> None:
        exact = {0: Fraction(5), 1: Fraction(6), 2: Fraction(5)}
        values = np.array([1 + 1e-14, 1.0, 1 + 2e-14, 0.5])
        found = numbered(values, exactly=exact.__getitem__, error=1e-13)
        assert found[1] < found[0] == found[2] < found[3]
        asked: list[int] = []
        numbered(values, exactly=noting(asked, 1.0), error=1e-16)
        assert asked == [], "told apart as they are"

    @given(st.lists(st.tuples(st.integers(1, 4), st.integers(-3, 3)), max_size=20))
    def test_are_in_the_order_of_the_exact_values(self, rows: list[tuple[int, int]]) -> None:
        exact = [Fraction(whole) + Fraction(units, 10**13) for whole, units in rows]
        known = np.array([float(value) for value in exact])
        found = numbered(known + 1e-13, exactly=exact.__getitem__, error=1e-12).tolist()
        assert [
            (a > b) == (m < n) for a, m in zip(exact, found, strict=True) for b, n in zip(exact, found, strict=True)
        ] == [True] * len(rows) ** 2

    def test_each_value_may_have_its_own_error(self) -> None:
        asked: list[int] = []
        values = np.array([5.0, 1.0, 1.0 + 1e-9, 3.0, 3.0 + 1e-9])
        numbered(values, exactly=noting(asked, 1.0), error=np.array([0.0, 1e-8, 0.0, 1e-12, 1e-12]))
        assert sorted(asked) == [1, 2]

    def test_nothing_has_no_numbers(self) -> None:
        assert len(numbered(np.zeros(0), exactly=refuses, error=1e-13)) == 0
        assert len(dense([])) == 0

    @given(st.lists(st.integers(0, 9), max_size=30))
    def test_dense_numbers_have_no_holes(self, values: list[int]) -> None:
        found = dense(values).tolist()
        assert set(found) == set(range(len(set(values))))
        assert all(
            (a > b) == (m < n) for a, m in zip(values, found, strict=True) for b, n in zip(values, found, strict=True)
        )


class TestSums:
    @given(st.lists(st.tuples(st.integers(0, 5), amounts), max_size=30))
    def test_are_near_and_correctly_rounded_on_demand(self, rows: list[tuple[int, float]]) -> None:
        rows.sort(key=lambda row: row[0])
        sums = Sums(
            np.array([value for _, value in rows]), np.array([group for group, _ in rows], dtype=np.int64), groups=6
        )
        for group in range(6):
            exact = math.fsum(value for of, value in rows if of == group)
            assert sums.exactly(group) == exact
            assert abs(sums.nearly[group] - exact) <= exact * sums.error[group]

    def test_more_parts_have_more_room_for_error(self) -> None:
        sums = Sums(np.ones(9), np.array([0] + [1] * 8), groups=3)
        assert sums.error.tolist() == [5 * 2.0**-52, 12 * 2.0**-52, 4 * 2.0**-52]


class TestSixDecimals:
    def test_asks_for_the_fraction_only_near_a_half(self) -> None:
        def refused() -> Fraction:
            raise AssertionError("nobody needed to be exact here")

        assert _six_decimals(12.3456784, refused) == 12.345678
        assert _six_decimals(3 + HALF * (1 - 1e-3), refused) == 3.0
        assert _six_decimals(3 + HALF, lambda: Fraction(3)) == 3.0
        assert _six_decimals(3 + HALF, lambda: Fraction(3_000_001, 10**6)) == 3.000001


class TestSorting:
    @given(st.lists(st.integers(0, 50), max_size=40))
    def test_groups_keep_the_order_inside(self, keys: list[int]) -> None:
        array = np.array(keys, dtype=np.int64)
        assert grouped(array).tolist() == sorted(range(len(keys)), key=lambda place: keys[place])
        assert unique(array).tolist() == sorted(set(keys))
        ordered = np.sort(array)
        assert ordered[starts_of(ordered)].tolist() == sorted(set(keys))

    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(-9, 9)), max_size=30))
    def test_runs_add_up_by_group(self, rows: list[tuple[int, int]]) -> None:
        rows.sort(key=lambda row: row[0])
        runs = Runs(np.array([key for key, _ in rows], dtype=np.int64))
        sums = runs.sums(np.array([value for _, value in rows], dtype=np.int64), groups=11)
        assert sums.tolist() == [sum(value for key, value in rows if key == group) for group in range(11)]
        assert runs.keys.tolist() == sorted({key for key, _ in rows})
        assert runs.sizes.sum() == len(rows)

    @given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 7)), min_size=1, max_size=20))
    def test_packed_numbers_sort_as_pairs_and_come_apart_again(self, rows: list[tuple[int, int]]) -> None:
        high, low = (np.array(each, dtype=np.int64) for each in zip(*rows, strict=True))
        both = np.sort(packed(high, low, low_bits=bits(7)))
        pairs = zip((both >> 3).tolist(), low_part(both, low_bits=3).tolist(), strict=True)
        assert list(pairs) == sorted(rows)

    def test_63_bits_are_packed_and_64_are_refused(self) -> None:
        one, low = np.array([1]), np.array([5])
        assert packed(one, low, low_bits=62).tolist() == [2**62 + 5]
        with pytest.raises(TooLarge):
            packed(one, low, low_bits=63)

    def test_keys_that_just_fit_are_grouped(self) -> None:
        assert grouped(np.array([2**60 - 1, 5, 2**60 - 1, 1], dtype=np.int64)).tolist() == [3, 1, 0, 2]

    def test_keys_too_large_to_pack_are_sorted_too(self) -> None:
        assert grouped(np.array([2**62, 5, 2**62, 1], dtype=np.int64)).tolist() == [3, 1, 0, 2]


@given(st.lists(st.tuples(st.integers(1, 10**12), st.fractions(0, 1)), min_size=1, max_size=20))
def test_wilson_s_bounds_are_those_of_the_plain_one(rows: list[tuple[int, Fraction]]) -> None:
    heads = [millionths / 10**6 for millionths, _ in rows]
    shares = [float(share) for _, share in rows]
    found = bounds(np.array(heads), share=np.array(shares)).tolist()
    assert found == [bound(n, share=share) for n, share in zip(heads, shares, strict=True)]
