"""Sort and group whole numbers: several of them packed into one sort much faster than side by side."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]

ROOM = 63
"""Bits of a number that is not negative."""


class TooLarge(OverflowError):
    """The rows do not fit into 64-bit arithmetic; the plain ranking takes them."""


def zeros(size: int) -> Ints:
    """Whole numbers to fill in."""
    return np.zeros(size, dtype=np.int64)


def ints(values: Iterable[int]) -> Ints:
    """Whole numbers, also where there are none."""
    return np.fromiter(values, dtype=np.int64)


def marked(where: Ints | NDArray[np.bool_], *, size: int) -> NDArray[np.bool_]:
    """True at these places."""
    found = np.zeros(size, dtype=bool)
    found[where] = True
    return found


def in_order(keys: NDArray[Any]) -> Ints:
    """The order from the smallest; equals stay as they are."""
    return np.argsort(keys, kind="stable")


def bits(largest: int) -> int:
    """How many bits hold every whole number from 0 on."""
    return int(largest).bit_length()


def width(values: Ints) -> int:
    """How many bits hold each of these."""
    return bits(values.max(initial=0))


def packed(high: Ints, low: Ints, *, low_bits: int) -> Ints:
    """Both in one number that sorts by `high` and then by `low`. Raise `TooLarge`."""
    if width(high) + low_bits > ROOM:
        raise TooLarge(f"{width(high)} and {low_bits} bits")
    return high << low_bits | low


def low_part(values: Ints, *, low_bits: int) -> Ints:
    """What was packed below; what was above is `values >> low_bits`."""
    return values & ((1 << low_bits) - 1)


def unique(keys: Ints) -> Ints:
    """Sorted, each once. numpy's own hashes first, which takes several times as long for numbers like these."""
    ordered = np.sort(keys)
    return ordered[starts_of(ordered)]


def grouped(keys: Ints) -> Ints:
    """The order that brings equal keys together and keeps the order among them.

    Key and place in one number sort several times faster than a stable sort of the keys.
    """
    place_bits = bits(len(keys))
    if width(keys) + place_bits > ROOM:
        return in_order(keys)
    both = keys << place_bits | np.arange(len(keys))
    both.sort()
    return low_part(both, low_bits=place_bits)


def starts_of(keys: Ints) -> Ints:
    """Where each run of equal keys begins."""
    if not len(keys):
        return zeros(0)
    return np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])


class Runs:
    """Runs of equal numbers in ascending order: found once, added up many times."""

    def __init__(self, keys: Ints) -> None:
        self.starts = starts_of(keys)
        self.keys = keys[self.starts]
        self.sizes = np.diff(np.r_[self.starts, len(keys)])

    def sums(self, values: Ints | NDArray[np.bool_], *, groups: int) -> Ints:
        """Add up by group; exact, unlike a weighted count."""
        found = zeros(groups)
        if len(self.starts):
            found[self.keys] = np.add.reduceat(values, self.starts, dtype=np.int64)
        return found
