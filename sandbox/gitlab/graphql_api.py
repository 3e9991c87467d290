"""GitLab's GraphQL API: validated against the schema, resolved over the same world as REST."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from sandbox.gitlab.access import can_change_note, can_edit, can_see, can_see_namespace, can_see_note, is_planner
from sandbox.gitlab.graphql_schema import SCHEMA
from sandbox.gitlab.shapes import Shapes, timestamp
from sandbox.gitlab.work import Work
from sandbox.gitlab.world import Group, Item, Namespace, Note, Project, User, World

_HIDDEN = (
    "The resource that you are attempting to access does not exist or you don't have permission to perform this action"
)
_MOST = 100
_HEALTH = {"on_track": "onTrack", "needs_attention": "needsAttention", "at_risk": "atRisk"}
Node = dict[str, Any]


class GraphqlApi:
    """Answers a query as one user."""

    def __init__(self, world: World, *, work: Work, shapes: Shapes) -> None:
        self._world = world
        self._work = work
        self._shapes = shapes

    def answer(self, *, user: User, query: str, variables: Mapping[str, Any], may_write: bool) -> Node:
        """Return what GitLab would send: `data`, and `errors` where there are any."""
        root = _Eyes(self._world, user=user, shapes=self._shapes).fields()
        root |= _Hands(self._world, user=user, work=self._work, may_write=may_write).fields()
        document, errors = _read(query)
        if document is None:
            return {"errors": [{"message": message} for message in errors]}
        result = execute_sync(_schema(), document, root_value=root, variable_values=dict(variables))
        answer: Node = {"data": result.data}
        if result.errors:
            answer["errors"] = [{"message": error.message} for error in result.errors]
        return answer


class _Eyes:
    """What one user sees. Plain fields are values, fields with arguments are functions."""

    def __init__(self, world: World, *, user: User, shapes: Shapes) -> None:
        self._world = world
        self._user = user
        self._shapes = shapes

    def fields(self) -> Node:
        return {"namespace": self._namespace, "workItem": self._work_item, "issue": self._issue}

    def _namespace(self, _: object, *, fullPath: str) -> Node | None:  # noqa: N803  GraphQL's names
        found = self._world.group(fullPath) or self._world.project(fullPath)
        if found is None or found.path != fullPath or not can_see_namespace(self._user, found):
            return None
        return {
            "id": f"gid://gitlab/Group/{found.id}",
            "fullPath": found.path,
            "workItem": lambda _, *, iid: self._shown(self._world.item(found, int(iid))),
            "workItems": lambda _, **asked: self._page(found, **asked),
        }

    def _page(
        self,
        group: Namespace,
        *,
        updatedAfter: str = "",  # noqa: N803
        first: int = _MOST,
        after: str | None = None,
        **_: object,
    ) -> Node:
        """Epics by the time of their last change; the cursor is the place of the last one seen."""
        found = [item for item in self._world.epics_below(group) if self._is_seen(item)]
        found = [item for item in found if timestamp(item.updated_at) >= _normal(updatedAfter)]
        found.sort(key=lambda item: (item.updated_at, item.id))
        rest = [item for item in found if _cursor(item) > (after or "")]
        shown = rest[: min(first, _MOST)]
        last = _cursor(shown[-1]) if shown else None
        return {
            "pageInfo": {"hasNextPage": len(rest) > len(shown), "endCursor": last},
            "nodes": [self._item(item) for item in shown],
        }

    def _work_item(self, _: object, *, id: str) -> Node:  # noqa: A002
        return self._item(_found(self._world, self._user, id))

    def _issue(self, _: object, *, id: str) -> Node | None:  # noqa: A002
        item = next((one for one in self._world.items if one.id == _number(id)), None)
        return _moved(item, self._user) if item is not None and can_see(self._user, item) else None

    def _is_seen(self, item: Item) -> bool:
        return can_see(self._user, item) and not (isinstance(item.home, Group) and self._world.tier == "free")

    def _shown(self, item: Item | None) -> Node | None:
        return self._item(item) if item is not None and self._is_seen(item) else None

    def _item(self, item: Item) -> Node:
        return {
            "id": f"gid://gitlab/WorkItem/{item.id}",
            "iid": str(item.iid),
            "title": item.title,
            "state": "CLOSED" if item.state == "closed" else "OPEN",
            "confidential": item.confidential,
            "webUrl": self._shapes.address(item),
            "createdAt": timestamp(item.created_at),
            "updatedAt": timestamp(item.updated_at),
            "closedAt": timestamp(item.closed_at) if item.closed_at else None,
            "workItemType": {"name": item.type_name.capitalize()},
            "namespace": {"id": _namespace_gid(item.home), "fullPath": item.home.path},
            "userPermissions": {
                "createNote": True,
                "updateWorkItem": can_edit(self._user, item),
                "markNoteAsInternal": is_planner(self._user, item.home),
            },
            "widgets": lambda _, onlyTypes=None: self._widgets(item, onlyTypes),  # noqa: N803
        }

    def _widgets(self, item: Item, wanted: list[str] | None) -> list[Node]:
        """Licensed widgets are not there in lower tiers."""
        plan = item.milestone
        widgets: dict[str, tuple[str, Node]] = {
            "LABELS": ("Labels", {"labels": {"nodes": [{"title": label} for label in sorted(item.labels)]}}),
            "MILESTONE": ("Milestone", {"milestone": None}),
            "START_AND_DUE_DATE": ("StartAndDueDate", {"dueDate": item.due.isoformat() if item.due else None}),
            "ASSIGNEES": ("Assignees", {"assignees": {"nodes": [_user(one) for one in item.assignees]}}),
            "NOTES": ("Notes", {"discussions": lambda _, **asked: self._discussions(item, **asked)}),
        }
        if plan is not None:
            due = f"{plan.due.isoformat()}T00:00:00Z" if plan.due else None
            shown = {"id": f"gid://gitlab/Milestone/{plan.id}", "title": plan.title, "dueDate": due}
            widgets["MILESTONE"] = ("Milestone", {"milestone": shown})
        if self._world.tier != "free":
            widgets["WEIGHT"] = ("Weight", {"weight": item.weight})
        if self._world.tier == "ultimate":
            widgets["HEALTH_STATUS"] = ("HealthStatus", {"healthStatus": _HEALTH.get(item.health or "")})
        return [
            {"__typename": f"WorkItemWidget{name}", "type": kind} | fields
            for kind, (name, fields) in widgets.items()
            if wanted is None or kind in wanted
        ]

    def _discussions(self, item: Item, *, first: int = _MOST, after: str | None = None, **_: object) -> Node:
        seen = [note for note in item.notes if can_see_note(self._user, item, note) and note.id > int(after or 0)]
        shown = seen[: min(first, _MOST)]
        last = str(shown[-1].id) if shown else None
        return {
            "pageInfo": {"hasNextPage": len(seen) > len(shown), "endCursor": last},
            "nodes": [{"notes": {"nodes": [_note(note)]}} for note in shown],
        }


class _Hands:
    """What one user does."""

    def __init__(self, world: World, *, user: User, work: Work, may_write: bool) -> None:
        self._world = world
        self._user = user
        self._work = work
        self._may_write = may_write

    def fields(self) -> Node:
        return {"createNote": self._create, "updateNote": self._update, "destroyNote": self._destroy}

    def _create(self, _: object, *, input: Node) -> Node:  # noqa: A002
        self._require_scope()
        item = _found(self._world, self._user, input["noteableId"])
        internal = bool(input.get("internal"))
        note = self._work.note(item, by=self._user, body=input["body"], internal=internal)
        return {"errors": [], "note": _note(note) if note else None}

    def _update(self, _: object, *, input: Node) -> Node:  # noqa: A002
        item, note = self._own_note(input["id"])
        self._work.change_note(item, note, by=self._user, body=input["body"])
        return {"errors": [], "note": _note(note)}

    def _destroy(self, _: object, *, input: Node) -> Node:  # noqa: A002
        item, note = self._own_note(input["id"])
        item.notes.remove(note)
        return {"errors": [], "note": None}

    def _own_note(self, gid: str) -> tuple[Item, Note]:
        self._require_scope()
        for item in self._world.items:
            for note in item.notes:
                if note.id == _number(gid) and can_change_note(self._user, item, note):
                    return item, note
        raise GraphQLError(_HIDDEN)

    def _require_scope(self) -> None:
        if not self._may_write:
            raise GraphQLError(_HIDDEN)


@cache
def _schema() -> GraphQLSchema:
    return build_schema(SCHEMA)


@lru_cache(maxsize=100)
def _read(query: str) -> tuple[DocumentNode | None, tuple[str, ...]]:
    """Parse and validate, which takes ten times as long as to answer."""
    try:
        document = parse(query)
    except GraphQLSyntaxError as error:
        return None, (error.message,)
    errors = validate(_schema(), document)
    return (None, tuple(error.message for error in errors)) if errors else (document, ())


def is_mutation(query: str) -> bool:
    return query.lstrip().startswith("mutation")


def _found(world: World, user: User, gid: str) -> Item:
    item = next((one for one in world.items if one.id == _number(gid)), None)
    if item is None or not can_see(user, item):
        raise GraphQLError(_HIDDEN)
    return item


def _moved(item: Item, user: User) -> Node:
    there = item.moved_to
    return {
        "id": f"gid://gitlab/Issue/{item.id}",
        "iid": str(item.iid),
        "projectId": item.home.id,
        "movedTo": _moved(there, user) if there is not None and can_see(user, there) else None,
    }


def _note(note: Note) -> Node:
    return {
        "id": f"gid://gitlab/Note/{note.id}",
        "body": note.body,
        "internal": note.internal,
        "createdAt": timestamp(note.created_at),
        "updatedAt": timestamp(note.updated_at),
        "author": _user(note.author),
    }


def _user(user: User) -> Node:
    return {"id": f"gid://gitlab/User/{user.id}", "username": user.username, "name": user.name}


def _namespace_gid(home: Namespace) -> str:
    return f"gid://gitlab/{'Namespaces::ProjectNamespace' if isinstance(home, Project) else 'Group'}/{home.id}"


def _cursor(item: Item) -> str:
    return f"{item.updated_at.isoformat(timespec='microseconds')} {item.id:012}"


def _number(gid: str) -> int:
    return int(gid.rpartition("/")[2])


def _normal(moment: str) -> str:
    return timestamp(datetime.fromisoformat(moment)) if moment else ""
