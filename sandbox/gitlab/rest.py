"""GitLab's REST API: the part that a bot of this kind uses."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.gitlab import listing
from sandbox.gitlab.access import (
    can_change_note,
    can_edit,
    can_manage_hooks,
    can_see,
    can_see_note,
    is_planner,
    role_in,
)
from sandbox.gitlab.calls import Answer, Call, Refused
from sandbox.gitlab.hooks import Delivery, Hook, Hooks
from sandbox.gitlab.shapes import Shapes, timestamp
from sandbox.gitlab.work import Work
from sandbox.gitlab.world import Item, Namespace, Note

_LONGEST_TITLE = 255
_PROJECT, _GROUP = "/api/v4/projects/{id}", "/api/v4/groups/{id}"
_ISSUE = _PROJECT + "/issues/{iid}"
Endpoint = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Operation:
    """`name` is what faults are scripted for."""

    name: str
    method: str
    path: str
    run: Endpoint


class Rest:
    """Every endpoint takes a call that is signed in, and returns an answer or raises `Refused`."""

    def __init__(self, *, work: Work, hooks: Hooks, shapes: Shapes) -> None:
        self._work = work
        self._hooks = hooks
        self._shapes = shapes

    def operations(self) -> list[Operation]:
        return [
            Operation("user.read", "GET", "/api/v4/user", lambda call: Answer(body=self._shapes.user(call.user))),
            Operation("version.read", "GET", "/api/v4/version", _version),
            Operation("token.read", "GET", "/api/v4/personal_access_tokens/self", self._token),
            Operation("project.read", "GET", _PROJECT, self._project),
            Operation("group.read", "GET", _GROUP, lambda call: Answer(body=self._shapes.group(call.group()))),
            Operation("member.read", "GET", _PROJECT + "/members/all/{user}", self._project_member),
            Operation("member.read", "GET", _GROUP + "/members/all/{user}", self._group_member),
            Operation("issues.list", "GET", _PROJECT + "/issues", self._project_issues),
            Operation("issues.list", "GET", _GROUP + "/issues", self._group_issues),
            Operation("issue.create", "POST", _PROJECT + "/issues", self._create),
            Operation("issue.read", "GET", _ISSUE, lambda call: Answer(body=self._shapes.issue(call.issue()))),
            Operation("issue.update", "PUT", _ISSUE, self._update),
            Operation("issue.events", "GET", _ISSUE + "/resource_state_events", self._events),
            Operation("notes.list", "GET", _ISSUE + "/notes", self._notes),
            Operation("note.create", "POST", _ISSUE + "/notes", self._add_note),
            Operation("note.read", "GET", _ISSUE + "/notes/{note}", self._note),
            Operation("note.update", "PUT", _ISSUE + "/notes/{note}", self._change_note),
            Operation("note.delete", "DELETE", _ISSUE + "/notes/{note}", self._delete_note),
            Operation("hooks.list", "GET", _PROJECT + "/hooks", self._list_hooks),
            Operation("hook.events", "GET", _PROJECT + "/hooks/{hook}/events", self._hook_events),
            Operation("hook.resend", "POST", _PROJECT + "/hooks/{hook}/events/{event}/resend", self._resend),
            Operation("epic.update", "PUT", _GROUP + "/epics/{iid}", self._update_epic),
        ]

    def _token(self, call: Call) -> Answer:
        return Answer(body=self._shapes.token(call.token))

    def _project(self, call: Call) -> Answer:
        return Answer(body=self._shapes.project(call.project(), to=call.user))

    def _project_member(self, call: Call) -> Answer:
        return self._member(call, call.project())

    def _group_member(self, call: Call) -> Answer:
        return self._member(call, call.group())

    def _member(self, call: Call, namespace: Namespace) -> Answer:
        user = next((one for one in call.world.users if one.id == call.number("user")), None)
        if user is None or not role_in(user, namespace):
            raise Refused(404, "404 Not found")
        return Answer(body=self._shapes.member(user, namespace))

    def _project_issues(self, call: Call) -> Answer:
        found = listing.filtered(call, call.world.issues_below(call.project()))
        rows, headers = listing.page(call, found)
        return Answer(body=[self._shapes.issue(item) for item in rows], headers=headers)

    def _group_issues(self, call: Call) -> Answer:
        found = listing.filtered(call, call.world.issues_below(call.group()))
        rows, headers = listing.page(call, found)
        return Answer(body=[self._shapes.issue(item) for item in rows], headers=headers)

    def _create(self, call: Call) -> Answer:
        wanted = dict(call.body)
        title = str(wanted.pop("title", "")).strip()
        if not title:
            raise Refused(400, "title is missing")
        if len(title) > _LONGEST_TITLE:
            raise Refused(400, "title is too long (maximum is 255 characters)")
        description = str(wanted.pop("description", None) or "")
        type_name = str(wanted.pop("issue_type", "issue"))
        item = self._work.create(
            call.project(), by=call.user, title=title, description=description, type_name=type_name, **wanted
        )
        return Answer(body=self._shapes.issue(item), status=201)

    def _update(self, call: Call) -> Answer:
        item = call.issue()
        if not can_edit(call.user, item):
            raise Refused(403, "403 Forbidden")
        self._work.edit(item, by=call.user, changes=call.body)
        return Answer(body=self._shapes.issue(item))

    def _events(self, call: Call) -> Answer:
        item = call.issue()
        rows, headers = listing.page(call, item.events)
        return Answer(body=[self._shapes.state_event(event, item) for event in rows], headers=headers)

    def _notes(self, call: Call) -> Answer:
        item = call.issue()
        seen = [note for note in item.notes if can_see_note(call.user, item, note)]
        ordered = sorted(seen, key=lambda note: note.id, reverse=call.asked("sort", "desc") == "desc")
        rows, headers = listing.page(call, ordered)
        return Answer(body=[self._shapes.note(note, item) for note in rows], headers=headers)

    def _add_note(self, call: Call) -> Answer:
        item = call.issue()
        text = str(call.body.get("body") or "")
        if not text.strip():
            raise Refused(400, "body is missing")
        internal = bool(call.body.get("internal", call.body.get("confidential", False)))
        note = self._work.note(item, by=call.user, body=text, internal=internal)
        if note is None:
            return Answer(body={"commands_changes": {}, "summary": ["Commands applied"]}, status=202)
        return Answer(body=self._shapes.note(note, item), status=201)

    def _note(self, call: Call) -> Answer:
        item, note = _found_note(call)
        return Answer(body=self._shapes.note(note, item))

    def _change_note(self, call: Call) -> Answer:
        item, note = _own_note(call)
        self._work.change_note(item, note, by=call.user, body=str(call.body["body"]))
        return Answer(body=self._shapes.note(note, item))

    def _delete_note(self, call: Call) -> Answer:
        item, note = _own_note(call)
        item.notes.remove(note)
        return Answer(body=None, status=204)

    def _list_hooks(self, call: Call) -> Answer:
        project = _managed(call)
        found = [hook for hook in self._hooks.hooks if hook.project is project]
        rows, headers = listing.page(call, found)
        now = call.world.clock()
        shown = [
            {
                "id": hook.id,
                "url": hook.url,
                "project_id": hook.project.id,
                "issues_events": True,
                "confidential_issues_events": hook.confidential,
                "note_events": True,
                "confidential_note_events": hook.confidential,
                "alert_status": hook.status(now),
                "disabled_until": timestamp(hook.disabled_until) if hook.disabled_until else None,
            }
            for hook in rows
        ]
        return Answer(body=shown, headers=headers)

    def _hook_events(self, call: Call) -> Answer:
        rows, headers = listing.page(call, self._hook(call).log)
        return Answer(body=[_logged(delivery) for delivery in rows], headers=headers)

    def _resend(self, call: Call) -> Answer:
        wanted = call.number("event")
        delivery = next((one for one in self._hook(call).log if one.id == wanted), None)
        if delivery is None:
            raise Refused(404, "404 Not found")
        self._hooks.send_soon(delivery)
        return Answer(body={"response_status": 200}, status=201)

    def _hook(self, call: Call) -> Hook:
        project, wanted = _managed(call), call.number("hook")
        hook = next((one for one in self._hooks.hooks if one.project is project and one.id == wanted), None)
        if hook is None:
            raise Refused(404, "404 Not found")
        return hook

    def _update_epic(self, call: Call) -> Answer:
        """Documented as deprecated, and absent from GitLab's own OpenAPI document."""
        item = call.world.item(call.group(), call.number("iid")) if call.world.tier != "free" else None
        if item is None or not can_see(call.user, item):
            raise Refused(404, "404 Not found")
        if not is_planner(call.user, item.home):
            raise Refused(403, "403 Forbidden")
        self._work.edit(item, by=call.user, changes=call.body)
        return Answer(body=self._shapes.epic(item))


def _version(call: Call) -> Answer:
    return Answer(body={"version": call.world.version, "revision": "0123456789a", "enterprise": True})


def _found_note(call: Call) -> tuple[Item, Note]:
    item, wanted = call.issue(), call.number("note")
    note = next((one for one in item.notes if one.id == wanted), None)
    if note is None or not can_see_note(call.user, item, note):
        raise Refused(404, "404 Not found")
    return item, note


def _own_note(call: Call) -> tuple[Item, Note]:
    item, note = _found_note(call)
    if not can_change_note(call.user, item, note):
        raise Refused(403, "403 Forbidden")
    return item, note


def _managed(call: Call) -> Namespace:
    project = call.project()
    if not can_manage_hooks(call.user, project):
        raise Refused(403, "403 Forbidden")
    return project


def _logged(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "url": delivery.hook.url,
        "trigger": "issue_hooks",
        "response_status": delivery.response,
        "request_headers": {"X-Gitlab-Event": delivery.event, "Idempotency-Key": delivery.key},
    }
