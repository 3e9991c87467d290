"""Follow what changes in a project or a group, page by page, without missing what changes meanwhile."""

import hashlib
from collections.abc import Sequence

from domain.issue_tracker import Changes, Cursor
from domain.issues import Issue
from integrations import gitlab_records as records
from integrations.gitlab_errors import translated
from integrations.gitlab_session import Connection


def changed_issues(connection: Connection, path: str, *, after: Cursor, limit: int) -> Changes:
    """Read one page.

    The next one is anchored at the time of the last issue, not at a page's number: pages shift when an issue changes
    and goes to the end. GitLab's keyset pagination would do as well, but not for groups and not before 18.3.
    """
    number, _, mark = after.position.partition(":")
    page = int(number or 1)
    found = _page(connection, path, since=after, page=page, limit=limit)
    if page > 1 and _mark(_page(connection, path, since=after, page=page - 1, limit=limit)) != mark:
        return Changes(issues=found, next=Cursor(since=after.since))
    return Changes(issues=found, next=_following(found, after=after, page=page, limit=limit))


def _following(found: Sequence[Issue], *, after: Cursor, page: int, limit: int) -> Cursor | None:
    """Turn the page only when all of it has one and the same time, as after an import.

    Then the cursor remembers what was on this page: if it reads otherwise when the next one was read, rows have moved
    up, one may have been passed over, and that moment is read again from its beginning.
    """
    if len(found) < limit:
        return None
    last = found[-1].updated_at
    if last > after.since:
        return Cursor(since=last)
    return Cursor(since=after.since, position=f"{page + 1}:{_mark(found)}")


def _page(connection: Connection, path: str, *, since: Cursor, page: int, limit: int) -> list[Issue]:
    query = {"updated_after": since.since.isoformat(), "order_by": "updated_at", "sort": "asc", "scope": "all"}
    rows = connection.get(path, **query, per_page=limit, page=page)
    return translated(lambda: [records.issue(row) for row in rows], is_write=False)


def _mark(issues: Sequence[Issue]) -> str:
    text = " ".join(f"{issue.item_id} {issue.updated_at.isoformat()}" for issue in issues)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
