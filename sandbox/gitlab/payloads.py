"""What the local GitLab's webhooks carry."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.gitlab.shapes import timestamp
from sandbox.gitlab.world import Item, Note, Project, User


def encoded(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()


def issue_event(item: Item) -> str:
    return "Confidential Issue Hook" if item.confidential else "Issue Hook"


def note_event(item: Item, note: Note) -> str:
    return "Confidential Note Hook" if item.confidential or note.internal else "Note Hook"


def issue_payload(item: Item, *, project: Project, by: User, action: str, base_url: str) -> dict[str, Any]:
    """GitLab's *Work item events* for an issue; other types say `work_item` under the same header."""
    return {
        "object_kind": "issue" if item.type_name in {"issue", "incident"} else "work_item",
        "event_type": "confidential_issue" if item.confidential else "issue",
        "user": _user(by),
        "project": _project(project, base_url),
        "object_attributes": _attributes(item, base_url) | {"action": action},
        "labels": [{"title": label, "type": "ProjectLabel"} for label in item.labels],
        "assignees": [_user(one) for one in item.assignees],
        "changes": {},
    }


def note_payload(item: Item, note: Note, *, project: Project, by: User, base_url: str) -> dict[str, Any]:
    return {
        "object_kind": "note",
        "event_type": "confidential_note" if note.internal else "note",
        "user": _user(by),
        "project_id": project.id,
        "project": _project(project, base_url),
        "object_attributes": {
            "id": note.id,
            "note": note.body,
            "noteable_type": "Issue",
            "noteable_id": item.id,
            "author_id": note.author.id,
            "internal": note.internal,
            "created_at": timestamp(note.created_at),
        },
        "issue": _attributes(item, base_url),
    }


def _attributes(item: Item, base_url: str) -> dict[str, Any]:
    return {
        "id": item.id,
        "iid": item.iid,
        "project_id": item.home.id,
        "title": item.title,
        "description": item.description,
        "state": item.state,
        "confidential": item.confidential,
        "milestone_id": item.milestone.id if item.milestone else None,
        "moved_to_id": item.moved_to.id if item.moved_to else None,
        "created_at": timestamp(item.created_at),
        "updated_at": timestamp(item.updated_at),
        "url": f"{base_url}/{item.home.path}/-/issues/{item.iid}",
    }


def _user(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name, "username": user.username}


def _project(project: Project, base_url: str) -> dict[str, Any]:
    return {
        "id": project.id,
        "name": project.name,
        "path_with_namespace": project.path,
        "web_url": f"{base_url}/{project.path}",
    }
