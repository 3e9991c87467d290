"""What lives in GitLab's groups: read by GraphQL, as REST's epics know neither health nor milestones."""

from typing import Any
from urllib.parse import quote

from domain.issue_tracker import Changes, Cursor
from domain.issue_tracker_errors import NotVisible
from domain.issues import Address, Issue, IssueRef
from integrations import gitlab_queries as queries
from integrations import gitlab_records as records
from integrations.gitlab_errors import translated
from integrations.gitlab_session import Connection

_HIDDEN = "GitLab shows me no such epic: it is gone, I have no access to it, or this GitLab has no epics."


class Epics:
    """Epics (and other items of groups), by the group's number and theirs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, address: Address) -> Issue:
        """Read by path; when nothing is there, by the path that the group has now."""
        node = self._node(address.path, address.iid)
        if node is None:
            group = self._connection.get(f"/groups/{quote(address.path, safe='')}", with_projects="false")
            path = translated(lambda: str(group["full_path"]), is_write=False)
            node = None if path == address.path else self._node(path, address.iid)
        return _epic(node)

    def read(self, ref: IssueRef) -> Issue:
        return _epic(self._node(self._path(ref.namespace_id), ref.iid))

    def changes(self, *, group_id: int, after: Cursor, limit: int) -> Changes:
        answer = self._connection.graphql(
            queries.ITEMS,
            path=self._path(group_id),
            since=after.since.isoformat(),
            first=limit,
            after=after.position or None,
        )
        return translated(lambda: _page(answer["namespace"], after=after), is_write=False)

    def change(self, ref: IssueRef, body: dict[str, Any]) -> Issue:
        """Change labels or state. REST is deprecated for this but works by names, where GraphQL wants labels' ids."""
        self._connection.put(f"/groups/{ref.namespace_id}/epics/{ref.iid}", body)
        return self.read(ref)

    def _path(self, group_id: int) -> str:
        group = self._connection.get(f"/groups/{group_id}", with_projects="false")
        return translated(lambda: str(group["full_path"]), is_write=False)

    def _node(self, path: str, iid: int) -> Any:
        answer = self._connection.graphql(queries.ITEM, path=path, iid=str(iid))
        return translated(lambda: (answer["namespace"] or {}).get("workItem"), is_write=False)


def _epic(node: Any) -> Issue:
    if node is None:
        raise NotVisible(_HIDDEN)
    return translated(lambda: records.work_item(node), is_write=False)


def _page(group: Any, *, after: Cursor) -> Changes:
    if group is None:
        raise NotVisible(_HIDDEN)
    found = group["workItems"]
    info = found["pageInfo"]
    following = Cursor(since=after.since, position=info["endCursor"]) if info["hasNextPage"] else None
    return Changes(issues=[records.work_item(node) for node in found["nodes"]], next=following)
