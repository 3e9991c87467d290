"""The life of a gap as one table. Buttons, commands, label mapping and tests all read it."""

from collections.abc import Mapping

from domain.errors import Refusal
from domain.words import GapState

_OUT = frozenset({GapState.DECLINED, GapState.DUPLICATE, GapState.TRANSFERRED})

TRANSITIONS: Mapping[GapState, frozenset[GapState]] = {
    GapState.NEW: frozenset({GapState.TRIAGE}) | _OUT,
    GapState.TRIAGE: frozenset({GapState.NEEDS_INFO, GapState.BACKLOG, GapState.PLANNED}) | _OUT,
    GapState.NEEDS_INFO: frozenset({GapState.TRIAGE}) | _OUT,
    GapState.BACKLOG: frozenset({GapState.TRIAGE, GapState.AWAITING_DEMAND, GapState.PLANNED}) | _OUT,
    GapState.AWAITING_DEMAND: frozenset({GapState.BACKLOG, GapState.PLANNED}) | _OUT,
    GapState.PLANNED: frozenset({GapState.BACKLOG, GapState.IN_PROGRESS}) | _OUT,
    GapState.IN_PROGRESS: frozenset({GapState.PLANNED, GapState.SHIPPED}) | _OUT,
    GapState.SHIPPED: frozenset({GapState.IN_PROGRESS}),
    GapState.DECLINED: frozenset({GapState.TRIAGE}),
    GapState.DUPLICATE: frozenset({GapState.TRIAGE}),
    GapState.TRANSFERRED: frozenset({GapState.TRIAGE}),
}


class TransitionRefused(Refusal):
    """The gap cannot go there from where it is."""

    def __init__(self, *, current: GapState, wanted: GapState) -> None:
        super().__init__(f"A gap that is {_said(current)} cannot become {_said(wanted)}.")


def check_transition(*, current: GapState, wanted: GapState) -> None:
    """Raise `TransitionRefused` unless `wanted` may follow `current`."""
    if wanted not in TRANSITIONS[current]:
        raise TransitionRefused(current=current, wanted=wanted)


def _said(state: GapState) -> str:
    return f"“{state.label.lower()}”"
