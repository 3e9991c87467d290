"""GitLab's JSON, read as the port's types. Raises `KeyError`, `TypeError` or `ValueError` for what makes no sense."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from domain.issue_tracker import ClosedBy, Hook, Marker, Note
from domain.issues import Assignee, Health, Issue, IssueRef, IssueState, ItemKind, Milestone

Record = Mapping[str, Any]
# Markdown shows nothing for the definition of a link that nobody uses. It cannot be an HTML comment: GitLab's full-text
# search is PostgreSQL's, whose parser takes a comment for a tag and leaves it out, so a search would never find it.
_MARKER_LINE = "[gapbot]: # ({})"


def moment(text: str) -> datetime:
    """An aware time; GitLab always says which zone."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found


def issue(row: Record) -> Issue:
    """From REST."""
    return Issue(
        ref=IssueRef(kind=ItemKind.ISSUE, namespace_id=int(row["project_id"]), iid=int(row["iid"])),
        item_id=int(row["id"]),
        path=str(row["references"]["full"]).rpartition("#")[0],
        type_name=str(row.get("issue_type") or row.get("type") or "issue").lower(),
        title=str(row["title"]),
        state=IssueState.CLOSED if row["state"] == "closed" else IssueState.OPEN,
        url=str(row["web_url"]),
        updated_at=moment(row["updated_at"]),
        closed_at=_if_any(row.get("closed_at"), moment),
        labels=tuple(str(label) for label in row["labels"]),
        milestone=_if_any(row.get("milestone"), _milestone),
        due=_if_any(row.get("due_date"), date.fromisoformat),
        weight=_if_any(row.get("weight"), int),
        health=_health(row.get("health_status")),
        assignees=_assignees(row.get("assignees") or ()),
        is_confidential=bool(row["confidential"]),
        moved_to=_if_any(row.get("moved_to_id"), int),
        duplicate_of=_duplicate((row.get("_links") or {}).get("closed_as_duplicate_of")),
    )


def work_item(node: Record) -> Issue:
    """From GraphQL, for what lives in a group."""
    widgets: dict[str, Any] = {}
    for widget in node["widgets"]:
        widgets |= {key: value for key, value in widget.items() if value is not None}
    return Issue(
        ref=IssueRef(kind=ItemKind.EPIC, namespace_id=gid(node["namespace"]["id"]), iid=int(node["iid"])),
        item_id=gid(node["id"]),
        path=str(node["namespace"]["fullPath"]),
        type_name=str(node["workItemType"]["name"]).lower(),
        title=str(node["title"]),
        state=IssueState.CLOSED if node["state"] == "CLOSED" else IssueState.OPEN,
        url=str(node["webUrl"]),
        updated_at=moment(node["updatedAt"]),
        closed_at=_if_any(node.get("closedAt"), moment),
        labels=tuple(str(label["title"]) for label in widgets.get("labels", {}).get("nodes", ())),
        milestone=_if_any(widgets.get("milestone"), _graphql_milestone),
        due=_if_any(widgets.get("dueDate"), date.fromisoformat),
        weight=_if_any(widgets.get("weight"), int),
        health=_health(widgets.get("healthStatus")),
        assignees=_assignees(widgets.get("assignees", {}).get("nodes", ())),
        is_confidential=bool(node["confidential"]),
    )


def note(row: Record, *, our_id: int) -> Note:
    return Note(
        id=int(row["id"]),
        text=str(row["body"]),
        is_internal=row["internal"] is True,
        is_ours=int(row["author"]["id"]) == our_id,
        updated_at=moment(row["updated_at"]),
    )


def work_item_note(node: Record, *, our_id: int) -> Note:
    return Note(
        id=gid(node["id"]),
        text=str(node["body"]),
        is_internal=node["internal"] is True,
        is_ours=gid(node["author"]["id"]) == our_id,
        updated_at=moment(node["updatedAt"]),
    )


def closed_by(row: Record) -> ClosedBy:
    return ClosedBy(
        at=moment(row["created_at"]),
        merge_request_id=_if_any(row.get("source_merge_request_id"), int),
        commit=row.get("source_commit") or None,
    )


def hook(row: Record) -> Hook:
    return Hook(
        id=int(row["id"]),
        project_id=int(row["project_id"]),
        url=str(row["url"]),
        alert_status=str(row.get("alert_status") or "executable"),
        disabled_until=_if_any(row.get("disabled_until"), moment),
    )


def marked(text: str, marker: Marker) -> str:
    """Add the marker so that readers do not see it and the search finds it."""
    return f"{text.rstrip()}\n\n{_MARKER_LINE.format(marker.word)}"


def bears(text: str | None, marker: Marker) -> bool:
    return _MARKER_LINE.format(marker.word) in (text or "")


def gid(text: str) -> int:
    """`gid://gitlab/WorkItem/42` → 42."""
    return int(text.rpartition("/")[2])


def _milestone(row: Record) -> Milestone:
    return Milestone(id=int(row["id"]), title=str(row["title"]), due=_if_any(row.get("due_date"), date.fromisoformat))


def _graphql_milestone(node: Record) -> Milestone:
    due = _if_any(node.get("dueDate"), lambda text: date.fromisoformat(text[:10]))
    return Milestone(id=gid(node["id"]), title=str(node["title"]), due=due)


def _health(word: str | None) -> Health | None:
    """REST writes `on_track`, GraphQL `onTrack`; a word that is new to us is unknown health, not an error."""
    folded = (word or "").replace("_", "").lower()
    return next((health for health in Health if health.value.replace("_", "") == folded), None)


def _assignees(rows: Sequence[Record]) -> tuple[Assignee, ...]:
    return tuple(Assignee(username=str(row["username"]), name=str(row["name"])) for row in rows)


def _duplicate(link: str | None) -> IssueRef | None:
    """`https://…/api/v4/projects/5/issues/75`; None for what is not such an address."""
    parts = urlsplit(link or "").path.split("/")
    match parts[-4:]:
        case ["projects", project, "issues", iid] if project.isdigit() and iid.isdigit():
            return IssueRef(kind=ItemKind.ISSUE, namespace_id=int(project), iid=int(iid))
        case _:
            return None


def _if_any(value: Any, read: Any) -> Any:
    return None if value is None else read(value)
