"""GitLab as the issue tracker: REST for issues in projects, GraphQL for what only it knows."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import quote

from domain.issue_tracker import (
    Account,
    Changes,
    ClosedBy,
    Created,
    Cursor,
    Hook,
    Marker,
    Namespace,
    Note,
    NoteText,
    PublicDraft,
    Scope,
    ScopeKind,
    Tracker,
)
from domain.issue_tracker_errors import Forbidden, NotVisible
from domain.issues import Address, Issue, IssueRef, IssueState, ItemKind
from integrations import gitlab_notes
from integrations import gitlab_queries as queries
from integrations import gitlab_records as records
from integrations.gitlab_changes import changed_issues
from integrations.gitlab_epics import Epics
from integrations.gitlab_errors import translated
from integrations.gitlab_session import Connection, Timeouts

_PAGE = 100
_OWN_PAGES = 5
_DELIVERIES = 20
# Clocks differ; the bot's "since" is its own time, `created_after` is compared with GitLab's.
_CLOCK_SKEW = timedelta(minutes=5)
CONFIDENTIAL = "confidential"


class GitLabTracker(Tracker):
    """One GitLab, as one bot user, for any number of threads. Nothing is asked before the first question.

    Raises `UnusableAddress`.
    """

    def __init__(
        self,
        *,
        url: str,
        token: str,
        now: Callable[[], datetime],
        timeouts: Timeouts = Timeouts(),  # noqa: B008  frozen
        user_agent: str = "gapbot",
    ) -> None:
        self._connection = Connection(url=url, token=token, timeouts=timeouts, user_agent=user_agent, now=now)
        self._epics = Epics(self._connection)

    def account(self) -> Account:
        user = self._connection.get("/user")
        token = self._token()
        version = self._connection.get("/version")
        return translated(
            lambda: Account(
                id=int(user["id"]),
                username=str(user["username"]),
                scopes=frozenset(token.get("scopes") or ()),
                expires_on=date.fromisoformat(token["expires_at"][:10]) if token.get("expires_at") else None,
                version=str(version["version"]),
            ),
            is_write=False,
        )

    def project(self, path: str) -> Namespace:
        row = self._connection.get(f"/projects/{quote(path, safe='')}")
        return translated(lambda: self._namespace(row, "projects", row["path_with_namespace"]), is_write=False)

    def group(self, path: str) -> Namespace:
        row = self._connection.get(f"/groups/{quote(path, safe='')}", with_projects="false")
        return translated(lambda: self._namespace(row, "groups", row["full_path"]), is_write=False)

    def find(self, address: Address) -> Issue:
        if address.kind is ItemKind.EPIC:
            return self._epics.find(address)
        row = self._connection.get(f"/projects/{quote(address.path, safe='')}/issues/{address.iid}")
        return _issue(row)

    def read(self, ref: IssueRef) -> Issue:
        if ref.kind is ItemKind.EPIC:
            return self._epics.read(ref)
        return _issue(self._connection.get(_path(ref)))

    def read_many(self, *, project_id: int, iids: Collection[int]) -> list[Issue]:
        if not iids:
            return []
        wanted = {"iids[]": sorted(iids), "per_page": _PAGE}
        return _issues(self._connection.get(f"/projects/{project_id}/issues", **wanted))

    def moved(self, issue: Issue) -> Issue:
        answer = self._connection.graphql(queries.MOVED_TO, id=f"gid://gitlab/Issue/{issue.item_id}")
        there = translated(lambda: (answer["issue"] or {}).get("movedTo"), is_write=False)
        if there is None:
            raise NotVisible("The issue was moved to a place that GitLab does not show me.")
        return self.read(_moved_ref(there))

    def closed_by(self, ref: IssueRef) -> ClosedBy | None:
        if ref.kind is ItemKind.EPIC:
            return None
        closings = [row for row in self._rows(f"{_path(ref)}/resource_state_events") if row.get("state") == "closed"]
        return translated(lambda: records.closed_by(closings[-1]), is_write=False) if closings else None

    def search(self, *, group: str, words: str, limit: int = 20) -> list[Issue]:
        wanted = " ".join(words.split())
        if not wanted:
            return []
        query = {"search": wanted, "in": "title,description", "order_by": "updated_at", "sort": "desc"}
        path = f"/groups/{quote(group, safe='')}/issues"
        return _issues(self._connection.get(path, **query, scope="all", per_page=min(limit, _PAGE)))

    def create(self, *, project_id: int, draft: PublicDraft, marker: Marker, since: datetime) -> Created:
        path = f"/projects/{project_id}/issues"
        row = self._marked(path, marker, since=since)
        if row is not None:
            return Created(issue=_issue(row), is_new=False, dropped=_dropped(_issue(row), draft))
        body: dict[str, Any] = {"title": draft.title, "description": records.marked(draft.text, marker)}
        body |= {"labels": list(draft.labels)} if draft.labels else {}
        body |= {"confidential": True} if draft.is_confidential else {}
        written = self._connection.post(path, body)
        issue = translated(lambda: records.issue(written), is_write=True)
        return Created(issue=issue, is_new=True, dropped=_dropped(issue, draft))

    def change_labels(
        self, ref: IssueRef, *, add: Collection[str] = (), remove: Collection[str] = ()
    ) -> tuple[Issue, tuple[str, ...]]:
        body = {"add_labels": sorted(add)} if add else {}
        body |= {"remove_labels": sorted(remove)} if remove else {}
        issue = self._changed(ref, body) if body else self.read(ref)
        labels = set(issue.labels)
        return issue, tuple(sorted((set(add) - labels) | (set(remove) & labels)))

    def set_state(self, ref: IssueRef, state: IssueState) -> Issue:
        issue = self._changed(ref, {"state_event": "close" if state is IssueState.CLOSED else "reopen"})
        if issue.state is not state:
            raise Forbidden(
                "GitLab left the issue as it was. Give the bot's user the role Planner (or Reporter) there."
            )
        return issue

    def may_note_internally(self, ref: IssueRef) -> bool:
        return self._notes(ref).may_hide()

    def put_note(self, ref: IssueRef, *, text: NoteText, marker: Marker, known: int | None = None) -> Note:
        return gitlab_notes.put(self._notes(ref), text=text, marker=marker, known=known)

    def remove_note(self, ref: IssueRef, *, marker: Marker) -> bool:
        return gitlab_notes.remove(self._notes(ref), marker=marker)

    def notes(self, ref: IssueRef) -> list[Note]:
        return self._notes(ref).all()

    def changes(self, scope: Scope, *, after: Cursor, limit: int = _PAGE) -> Changes:
        if scope.kind is ScopeKind.EPICS:
            return self._epics.changes(group_id=scope.namespace_id, after=after, limit=limit)
        place = "projects" if scope.kind is ScopeKind.PROJECT else "groups"
        path = f"/{place}/{scope.namespace_id}/issues"
        return changed_issues(self._connection, path, after=after, limit=limit)

    def hooks(self, project_id: int) -> list[Hook]:
        rows = self._connection.get(f"/projects/{project_id}/hooks", per_page=_PAGE)
        return translated(lambda: [records.hook(row) for row in rows], is_write=False)

    def failed_deliveries(self, hook: Hook) -> list[int]:
        path = f"/projects/{hook.project_id}/hooks/{hook.id}/events"
        rows = self._connection.get(path, per_page=_DELIVERIES)
        return translated(lambda: [int(row["id"]) for row in rows if not _was_taken(row)], is_write=False)

    def resend(self, hook: Hook, *, delivery: int) -> None:
        self._connection.post(f"/projects/{hook.project_id}/hooks/{hook.id}/events/{delivery}/resend", {})

    @cached_property
    def _our_id(self) -> int:
        user = self._connection.get("/user")
        return translated(lambda: int(user["id"]), is_write=False)

    def _token(self) -> dict[str, Any]:
        """What the token may do; empty where it is of a kind that cannot ask (OAuth, old versions)."""
        try:
            found: dict[str, Any] = self._connection.get("/personal_access_tokens/self")
        except NotVisible:
            return {}
        return found

    def _namespace(self, row: dict[str, Any], kind: str, path: str) -> Namespace:
        try:
            member = self._connection.get(f"/{kind}/{row['id']}/members/all/{self._our_id}")
        except NotVisible:
            return Namespace(id=int(row["id"]), path=path)
        return Namespace(id=int(row["id"]), path=path, role=int(member["access_level"]))

    def _notes(self, ref: IssueRef) -> gitlab_notes.Notes:
        if ref.kind is ItemKind.EPIC:
            item_id = self._epics.read(ref).item_id
            return gitlab_notes.EpicNotes(self._connection, item_id=item_id, our_id=self._our_id)
        return gitlab_notes.IssueNotes(
            self._connection, ref, item_id=lambda: self.read(ref).item_id, our_id=self._our_id
        )

    def _changed(self, ref: IssueRef, body: dict[str, Any]) -> Issue:
        if ref.kind is ItemKind.EPIC:
            return self._epics.change(ref, body)
        row = self._connection.put(_path(ref), body)
        return translated(lambda: records.issue(row), is_write=True)

    def _marked(self, path: str, marker: Marker, *, since: datetime) -> dict[str, Any] | None:
        """Find the issue with the marker: by search first, as the token may be another one since; then in our own.

        The search can lag behind or be switched off; the list of one's own issues is read from the table itself.
        """
        found = self._connection.get(path, search=marker.word, **{"in": "description"}, scope="all", per_page=_PAGE)
        for row in found:
            if records.bears(row.get("description"), marker):
                return dict(row)
        own = {"scope": "created_by_me", "created_after": (since - _CLOCK_SKEW).isoformat(), "sort": "desc"}
        for row in self._rows(path, pages=_OWN_PAGES, **own):
            if records.bears(row.get("description"), marker):
                return dict(row)
        return None

    def _rows(self, path: str, *, pages: int | None = None, **query: Any) -> Iterator[dict[str, Any]]:
        page = 1
        while pages is None or page <= pages:
            rows = self._connection.get(path, **query, per_page=_PAGE, page=page)
            yield from rows
            if len(rows) < _PAGE:
                return
            page += 1


def _path(ref: IssueRef) -> str:
    return f"/projects/{ref.namespace_id}/issues/{ref.iid}"


def _issue(row: Any) -> Issue:
    return translated(lambda: records.issue(row), is_write=False)


def _issues(rows: Any) -> list[Issue]:
    return translated(lambda: [records.issue(row) for row in rows], is_write=False)


def _moved_ref(node: Any) -> IssueRef:
    return translated(
        lambda: IssueRef(kind=ItemKind.ISSUE, namespace_id=int(node["projectId"]), iid=int(node["iid"])), is_write=False
    )


def _dropped(issue: Issue, draft: PublicDraft) -> tuple[str, ...]:
    labels = sorted(set(draft.labels) - set(issue.labels))
    return (*labels, *([CONFIDENTIAL] if draft.is_confidential and not issue.is_confidential else []))


def _was_taken(row: dict[str, Any]) -> bool:
    return str(row.get("response_status", "")).startswith("2")
