"""The internal note that tells GitLab's members what an issue weighs: counts and links, no names and no amounts.

Whoever can read the note can follow a link into the CRM only with rights of the CRM's own.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.words import Impact, Priority

MOST_LINKS = 50


class NoteDetail(StrEnum):
    """How much an internal note says; `none` keeps the CRM's links out as well."""

    LINKS = "links"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedRequest:
    """A request as the note counts it. `crm_id` is the CRM's opaque id of the account."""

    account_id: int
    priority: Priority
    impact: Impact
    crm_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedGap:
    """A gap that the issue serves."""

    key: str
    requests: Sequence[NotedRequest] = ()


def note_text(gaps: Sequence[NotedGap], *, detail: NoteDetail, crm_url: str | None) -> str:
    """Write the note, without its marker. The same requests in any order make the same text."""
    parts = [_about(gap) for gap in sorted(gaps, key=lambda gap: gap.key)]
    links = _links(gaps, crm_url) if detail is NoteDetail.LINKS and crm_url else []
    if links:
        parts.append("\n".join(["Accounts in Salesforce:", "", *links]))
    parts.append("_Counted by gapbot, which updates this note. Names and amounts stay in Salesforce._")
    return "\n\n".join(parts)


def _about(gap: NotedGap) -> str:
    accounts = len({request.account_id for request in gap.requests})
    if not accounts:
        return f"**{gap.key}**: no account asks for it at present."
    asks = "1 account asks" if accounts == 1 else f"{accounts} accounts ask"
    priorities = Counter(request.priority for request in gap.requests)
    stakes = [one for one in Impact if one is not Impact.NONE]
    impacts = Counter(request.impact for request in gap.requests)
    lines = [f"**{gap.key}**: {asks} for it."]
    lines.append("- Priorities: " + _counted([(one.label, priorities[one]) for one in Priority]))
    if any(impacts[one] for one in stakes):
        lines.append("- At stake: " + _counted([(one.label.lower(), impacts[one]) for one in stakes]))
    return "\n\n".join([lines[0], "\n".join(lines[1:])])


def _counted(counts: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{count} × {name}" for name, count in counts if count)


def _links(gaps: Sequence[NotedGap], crm_url: str | None) -> list[str]:
    """One line an account, by its opaque id: the id is what the link shows, too."""
    ids = sorted({request.crm_id for gap in gaps for request in gap.requests if request.crm_id})
    lines = [f"- [{id_}]({(crm_url or '').rstrip('/')}/{id_})" for id_ in ids[:MOST_LINKS]]
    return [*lines, f"- and {len(ids) - MOST_LINKS} more"] if len(ids) > MOST_LINKS else lines
