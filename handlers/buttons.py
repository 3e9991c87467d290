"""Buttons that several conversations show and one listens to. Posted messages send these ids: never rename one."""

from enum import StrEnum


class Button(StrEnum):
    OPEN_FORM = "feature_request.open_form"
    EDIT_REQUEST = "feature_request.edit"
    OPEN_GAP = "gap_card.open"
    SPLIT_GAP = "split.open"
    UNMERGE = "triage.unmerge"
    """Takes a gap out of the one that it is part of; its value is the gap's number."""
    MOVE_GAP = "gap_moves.open"
    """Opens the form in which a gap's state is changed; its value is the gap's number."""
    WHY = "why.open"
    WHAT_IF = "what_if.open"
    ESTIMATE_GAP = "estimate.open"
    CORRECT_DEAL = "correction.open"
