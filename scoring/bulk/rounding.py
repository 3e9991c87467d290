"""Round many floats to six decimals as Python rounds one, and number many sums by size."""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.bulk.packing import Ints, ints
from scoring.standing import DIGITS

Floats: TypeAlias = NDArray[np.float64]
ULP = 2.0**-52


def rounded(values: Floats, *, exactly: Callable[[int], float], error: float | Floats) -> Floats:
    """Round; what a relative error of the values could turn is given to `exactly` by its number."""
    scaled = values * 10**DIGITS
    found: Floats = np.rint(scaled) / 10**DIGITS
    for place in np.flatnonzero(np.abs(scaled % 1 - 0.5) <= np.abs(scaled) * (error + ULP)).tolist():
        found[place] = exactly(place)
    return found


class Sums:
    """Sums of positive floats by ascending group: quick ones with their relative error, and exact ones one by one."""

    def __init__(self, values: Floats, group: Ints, *, groups: int) -> None:
        self._values = values
        self._edges = np.r_[0, np.cumsum(np.bincount(group, minlength=groups))]
        self.nearly = np.zeros(groups)
        some = np.flatnonzero(self._edges[1:] > self._edges[:-1])
        if len(some):
            self.nearly[some] = np.add.reduceat(values, self._edges[some])
        # Adding up loses half a unit of the last digit a step; a few divisions may follow.
        self.error: Floats = (np.diff(self._edges) + 4) * ULP

    def exactly(self, group: int) -> float:
        """Correctly rounded."""
        return math.fsum(self._values[self._edges[group] : self._edges[group + 1]].tolist())


def numbered(values: Floats, *, exactly: Callable[[int], Any], error: float | Floats) -> Ints:
    """Number the values from the largest, equals alike; those that are nearly equal are compared exactly."""
    order = np.argsort(-values)
    ordered = values[order]
    room = np.abs(ordered) * np.broadcast_to(error, len(order))[order]
    is_near = ordered[:-1] - ordered[1:] <= room[:-1] + room[1:]
    group = np.r_[0, np.cumsum(~is_near)][: len(order)]
    tied = np.flatnonzero(np.r_[is_near, False] | np.r_[False, is_near])[: len(order)]
    among, numbers = np.zeros_like(order), np.zeros_like(order)
    among[tied] = dense([exactly(place) for place in order[tied].tolist()])
    numbers[order] = group * (len(order) + 1) + among
    return numbers


def dense(values: Sequence[Any]) -> Ints:
    """Number the values from the largest, equals alike."""
    numbers = {value: number for number, value in enumerate(sorted(set(values), reverse=True))}
    return ints(numbers[value] for value in values)
