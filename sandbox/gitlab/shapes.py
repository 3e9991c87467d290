"""The world as GitLab's REST answers show it."""

from datetime import UTC, datetime
from typing import Any

from sandbox.gitlab.access import role_in
from sandbox.gitlab.world import Group, Item, Milestone, Namespace, Note, Project, StateEvent, Token, User, World


def timestamp(moment: datetime) -> str:
    """Milliseconds, though the database has microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Shapes:
    """JSON of one instance. `base_url` is known only once it listens."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.base_url = ""

    def user(self, user: User) -> dict[str, Any]:
        return {
            "id": user.id,
            "username": user.username,
            "name": user.name,
            "state": "active",
            "locked": False,
            "avatar_url": None,
            "web_url": f"{self.base_url}/{user.username}",
        }

    def token(self, token: Token) -> dict[str, Any]:
        return {
            "id": token.user.id,
            "name": token.user.name,
            "revoked": token.is_revoked,
            "scopes": list(token.scopes),
            "user_id": token.user.id,
            "active": not token.is_revoked,
            "expires_at": token.expires_on.isoformat() if token.expires_on else None,
        }

    def project(self, project: Project, *, to: User) -> dict[str, Any]:
        level = role_in(to, project)
        return {
            "id": project.id,
            "name": project.name,
            "path": project.path.rpartition("/")[2],
            "path_with_namespace": project.path,
            "web_url": f"{self.base_url}/{project.path}",
            "visibility": project.visibility,
            "issues_enabled": True,
            "archived": False,
            "permissions": {
                "project_access": {"access_level": level, "notification_level": 3} if level else None,
                "group_access": None,
            },
        }

    def group(self, group: Group) -> dict[str, Any]:
        return {
            "id": group.id,
            "name": group.name,
            "path": group.path.rpartition("/")[2],
            "full_path": group.path,
            "full_name": group.name,
            "web_url": f"{self.base_url}/groups/{group.path}",
            "visibility": group.visibility,
            "parent_id": group.parent.id if group.parent else None,
        }

    def member(self, user: User, namespace: Namespace) -> dict[str, Any]:
        return self.user(user) | {"access_level": role_in(user, namespace), "membership_state": "active"}

    def issue(self, item: Item) -> dict[str, Any]:
        """The licensed fields are left out, not null, where the tier has them not."""
        answer = {
            "id": item.id,
            "iid": item.iid,
            "project_id": item.home.id,
            "title": item.title,
            "description": item.description,
            "state": item.state,
            "created_at": timestamp(item.created_at),
            "updated_at": timestamp(item.updated_at),
            "closed_at": timestamp(item.closed_at) if item.closed_at else None,
            "closed_by": self.user(item.events[-1].user) if item.closed_at and item.events else None,
            "labels": sorted(item.labels),
            "milestone": self.milestone(item.milestone) if item.milestone else None,
            "assignees": [self.user(one) for one in item.assignees],
            "assignee": self.user(item.assignees[0]) if item.assignees else None,
            "author": self.user(item.author),
            "type": item.type_name.upper(),
            "issue_type": item.type_name,
            "user_notes_count": len(item.notes),
            "due_date": item.due.isoformat() if item.due else None,
            "confidential": item.confidential,
            "web_url": self.address(item),
            "references": {
                "short": f"#{item.iid}",
                "relative": f"#{item.iid}",
                "full": item.reference,
            },
            "moved_to_id": item.moved_to.id if item.moved_to else None,
            "_links": self._links(item),
        }
        if self._world.tier != "free":
            answer["weight"] = item.weight
        if self._world.tier == "ultimate":
            answer["health_status"] = item.health
        return answer

    def milestone(self, milestone: Milestone) -> dict[str, Any]:
        home = "project_id" if isinstance(milestone.home, Project) else "group_id"
        return {
            "id": milestone.id,
            "iid": milestone.iid,
            home: milestone.home.id,
            "title": milestone.title,
            "state": "active",
            "due_date": milestone.due.isoformat() if milestone.due else None,
            "web_url": f"{self.base_url}/{milestone.home.path}/-/milestones/{milestone.iid}",
        }

    def note(self, note: Note, item: Item) -> dict[str, Any]:
        return {
            "id": note.id,
            "type": None,
            "body": note.body,
            "author": self.user(note.author),
            "created_at": timestamp(note.created_at),
            "updated_at": timestamp(note.updated_at),
            "system": False,
            "noteable_id": item.id,
            "noteable_type": "Issue",
            "project_id": item.home.id,
            "noteable_iid": item.iid,
            "resolvable": False,
            "confidential": note.internal,
            "internal": note.internal,
            "imported": False,
            "imported_from": "none",
            "commands_changes": {},
        }

    def state_event(self, event: StateEvent, item: Item) -> dict[str, Any]:
        return {
            "id": event.id,
            "user": self.user(event.user),
            "created_at": timestamp(event.at),
            "resource_type": "Issue",
            "resource_id": item.id,
            "source_commit": None,
            "source_merge_request_id": event.merge_request,
            "state": event.state,
        }

    def epic(self, item: Item) -> dict[str, Any]:
        return {
            "id": item.id,
            "iid": item.iid,
            "group_id": item.home.id,
            "title": item.title,
            "description": item.description,
            "state": item.state,
            "labels": sorted(item.labels),
            "web_url": self.address(item),
            "created_at": timestamp(item.created_at),
            "updated_at": timestamp(item.updated_at),
        }

    def address(self, item: Item) -> str:
        if isinstance(item.home, Project):
            return f"{self.base_url}/{item.home.path}/-/issues/{item.iid}"
        return f"{self.base_url}/groups/{item.home.path}/-/epics/{item.iid}"

    def _links(self, item: Item) -> dict[str, Any]:
        api = f"{self.base_url}/api/v4/projects"
        duplicate = item.duplicate_of
        return {
            "self": f"{api}/{item.home.id}/issues/{item.iid}",
            "notes": f"{api}/{item.home.id}/issues/{item.iid}/notes",
            "award_emoji": f"{api}/{item.home.id}/issues/{item.iid}/award_emoji",
            "project": f"{api}/{item.home.id}",
            "closed_as_duplicate_of": f"{api}/{duplicate.home.id}/issues/{duplicate.iid}" if duplicate else None,
        }
