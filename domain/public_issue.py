"""A gap as GitLab's public may read it. The type that goes in has no field for a customer, so none can come out."""

from dataclasses import dataclass

from domain.inert_text import inert_line, inert_markdown
from domain.issue_labels import ServedGap, wanted_labels
from domain.issue_tracker import PublicDraft
from domain.text import shortened
from domain.words import GapState

TITLE_LENGTH = 255
"""GitLab's own limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicGap:
    """Title, problem and area: what a product manager released for the public."""

    title: str
    problem: str
    area_key: str | None
    area_name: str | None
    state: GapState


def public_draft(gap: PublicGap, *, is_confidential: bool = False) -> PublicDraft:
    """Write the issue. Whatever the words say, nothing in them acts on GitLab."""
    parts = [f"## What is missing\n\n{inert_markdown(gap.problem) or inert_markdown(gap.title)}"]
    if gap.area_name:
        parts.append(f"**Product area:** {inert_markdown(gap.area_name)}")
    return PublicDraft(
        title=shortened(inert_line(gap.title), TITLE_LENGTH),
        text="\n\n".join(parts),
        labels=wanted_labels([ServedGap(state=gap.state, area_key=gap.area_key)]),
        is_confidential=is_confidential,
    )
