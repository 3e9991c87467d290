"""What happens to a gap that the people who asked for it are told, and the way from one state to another."""

from collections import deque
from collections.abc import Mapping
from enum import StrEnum

from domain.transitions import TRANSITIONS, TransitionRefused
from domain.words import GapState


class ChangeKind(StrEnum):
    """What those who asked hear of. Everything else that happens to a gap is its team's own business."""

    SHIPPED = "shipped"
    PLANNED = "planned"
    MILESTONE = "milestone"
    DECLINED = "declined"
    MERGED = "merged"
    SPLIT_OFF = "split_off"
    TRANSFERRED = "transferred"
    REOPENED = "reopened"
    PROMISE_SLIPS = "promise_slips"

    @property
    def is_urgent(self) -> bool:
        """Urgent ones are not kept for the daily message: a customer may be told before we are."""
        return self in {ChangeKind.SHIPPED, ChangeKind.PROMISE_SLIPS}


class NoticeChoice(StrEnum):
    """How somebody wants to hear of changes."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    OFF = "off"

    @property
    def label(self) -> str:
        return _CHOICES[self]


_CHOICES = {
    NoticeChoice.AT_ONCE: "What is urgent at once, the rest once a day",
    NoticeChoice.DAILY: "Once a day",
    NoticeChoice.OFF: "Not at all",
}


_BY_STATE: Mapping[GapState, ChangeKind] = {
    GapState.SHIPPED: ChangeKind.SHIPPED,
    GapState.DECLINED: ChangeKind.DECLINED,
    GapState.DUPLICATE: ChangeKind.MERGED,
    GapState.TRANSFERRED: ChangeKind.TRANSFERRED,
}


def change_of(*, before: GapState, after: GapState) -> ChangeKind | None:
    """What a move is to those who asked; None for one that they need not know of."""
    if after in _BY_STATE:
        return _BY_STATE[after]
    if not before.is_open:
        return ChangeKind.REOPENED
    return ChangeKind.PLANNED if after is GapState.PLANNED and before is not GapState.IN_PROGRESS else None


def way(*, current: GapState, wanted: GapState) -> tuple[GapState, ...]:
    """The states to go through, `wanted` last. Raise `TransitionRefused` where no open state leads there.

    Somebody who says that a gap has shipped need not know that it never was said to be planned. But nothing goes to
    where it is by a detour, and no closed gap is reopened on the way: what is said twice would be told twice.
    """
    if wanted is current or not (current.is_open or wanted in TRANSITIONS[current]):
        raise TransitionRefused(current=current, wanted=wanted)
    paths = deque[tuple[GapState, ...]]((state,) for state in _next(current))
    seen = {current}
    while paths:
        path = paths.popleft()
        if path[-1] is wanted:
            return path
        if path[-1] in seen or not path[-1].is_open:
            continue
        seen.add(path[-1])
        paths.extend((*path, state) for state in _next(path[-1]))
    raise TransitionRefused(current=current, wanted=wanted)


def _next(state: GapState) -> list[GapState]:
    """In the order of the words, so that of two ways of one length it is always the same."""
    return [one for one in GapState if one in TRANSITIONS[state]]
