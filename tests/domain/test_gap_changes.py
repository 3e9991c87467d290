"""What a move is to those who asked, and the way a gap takes."""

import itertools

import pytest

from domain.gap_changes import ChangeKind, change_of, way
from domain.transitions import TRANSITIONS, TransitionRefused
from domain.words import GapState

S = GapState


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (S.IN_PROGRESS, S.SHIPPED, ChangeKind.SHIPPED),
        (S.BACKLOG, S.PLANNED, ChangeKind.PLANNED),
        (S.IN_PROGRESS, S.PLANNED, None),
        (S.NEW, S.DECLINED, ChangeKind.DECLINED),
        (S.PLANNED, S.DUPLICATE, ChangeKind.MERGED),
        (S.TRIAGE, S.TRANSFERRED, ChangeKind.TRANSFERRED),
        (S.SHIPPED, S.IN_PROGRESS, ChangeKind.REOPENED),
        (S.DECLINED, S.TRIAGE, ChangeKind.REOPENED),
        (S.NEW, S.TRIAGE, None),
        (S.TRIAGE, S.BACKLOG, None),
    ],
)
def test_what_those_who_asked_hear(before: GapState, after: GapState, kind: ChangeKind | None) -> None:
    assert change_of(before=before, after=after) is kind


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(GapState, GapState)))
def test_every_way_takes_allowed_steps_through_open_states_only(current: GapState, wanted: GapState) -> None:
    try:
        steps = way(current=current, wanted=wanted)
    except TransitionRefused:
        assert wanted not in TRANSITIONS[current]
        return
    assert steps[-1] is wanted
    assert all(after in TRANSITIONS[before] for before, after in itertools.pairwise((current, *steps)))
    assert all(step.is_open for step in steps[:-1])


def test_what_is_allowed_directly_is_done_directly() -> None:
    for current, following in TRANSITIONS.items():
        for wanted in following:
            assert way(current=current, wanted=wanted) == (wanted,)


def test_shipping_passes_planning_and_work() -> None:
    assert way(current=S.BACKLOG, wanted=S.SHIPPED) == (S.PLANNED, S.IN_PROGRESS, S.SHIPPED)


@pytest.mark.parametrize("state", list(GapState))
def test_nothing_goes_to_where_it_is(state: GapState) -> None:
    with pytest.raises(TransitionRefused):
        way(current=state, wanted=state)


def test_a_closed_gap_is_not_reopened_on_the_way() -> None:
    with pytest.raises(TransitionRefused):
        way(current=S.DECLINED, wanted=S.SHIPPED)


def test_only_what_a_customer_could_know_first_is_urgent() -> None:
    assert {kind for kind in ChangeKind if kind.is_urgent} == {ChangeKind.SHIPPED, ChangeKind.PROMISE_SLIPS}
