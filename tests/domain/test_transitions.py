"""The life of a gap: every pair of states is either allowed or refused, and this table says which."""

import itertools

import pytest

from domain.transitions import TRANSITIONS, TransitionRefused, check_transition
from domain.words import CLOSED_STATES, GapState

# One row a state, the columns in the order of GapState; x = may follow.
#                    new tri inf bck dem pln prg shp dec dup tra
_TABLE = """
new                   .   x   .   .   .   .   .   .   x   x   x
triage                .   .   x   x   .   x   .   .   x   x   x
needs_info            .   x   .   .   .   .   .   .   x   x   x
backlog               .   x   .   .   x   x   .   .   x   x   x
awaiting_demand       .   .   .   x   .   x   .   .   x   x   x
planned               .   .   .   x   .   .   x   .   x   x   x
in_progress           .   .   .   .   .   x   .   x   x   x   x
shipped               .   .   .   .   .   .   x   .   .   .   .
declined              .   x   .   .   .   .   .   .   .   .   .
duplicate             .   x   .   .   .   .   .   .   .   .   .
transferred           .   x   .   .   .   .   .   .   .   .   .
"""
ALLOWED = {
    (GapState(name), state)
    for name, *marks in (line.split() for line in _TABLE.strip().splitlines())
    for state, mark in zip(GapState, marks, strict=True)
    if mark == "x"
}


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(GapState, GapState)))
def test_every_pair(current: GapState, wanted: GapState) -> None:
    if (current, wanted) in ALLOWED:
        check_transition(current=current, wanted=wanted)
        return
    with pytest.raises(TransitionRefused) as refused:
        check_transition(current=current, wanted=wanted)
    assert wanted.label.lower() in refused.value.sentence


def test_the_table_names_every_state() -> None:
    assert set(TRANSITIONS) == set(GapState)


def test_every_state_can_be_reached_from_new() -> None:
    reached = {GapState.NEW}
    while more := {after for state in reached for after in TRANSITIONS[state]} - reached:
        reached |= more
    assert reached == set(GapState)


def test_nothing_is_a_dead_end() -> None:
    assert all(TRANSITIONS[state] for state in GapState)


@pytest.mark.parametrize("state", sorted(set(GapState) - CLOSED_STATES))
def test_an_open_gap_can_be_let_go_at_any_point(state: GapState) -> None:
    assert {GapState.DECLINED, GapState.DUPLICATE, GapState.TRANSFERRED} <= TRANSITIONS[state]


@pytest.mark.parametrize("state", list(GapState))
def test_open_and_closed_are_opposites(state: GapState) -> None:
    assert state.is_open == (state not in CLOSED_STATES)
