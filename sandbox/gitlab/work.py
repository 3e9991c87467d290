"""What users do to issues in the local GitLab, with its silences: what one may not set is left out, not refused."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.gitlab import metadata, payloads
from sandbox.gitlab.access import can_edit, can_see, is_planner
from sandbox.gitlab.hooks import Hooks
from sandbox.gitlab.quick_actions import Command, extract
from sandbox.gitlab.shapes import Shapes
from sandbox.gitlab.world import Group, Item, Milestone, Namespace, Note, Project, StateEvent, User, World


class Work:
    """Every method takes who does it, keeps the history, and announces what happened to the webhooks."""

    def __init__(self, world: World, *, hooks: Hooks, shapes: Shapes) -> None:
        self._world = world
        self._hooks = hooks
        self._shapes = shapes

    def create(
        self, home: Namespace, *, by: User, title: str, description: str = "", type_name: str = "", **rest: Any
    ) -> Item:
        """Open an issue in a project or an epic in a group. Strangers' labels are dropped; confidentiality is not."""
        now = self._world.clock()
        text, commands = extract(description)
        item = Item(
            id=self._world.new_id(),
            iid=self._world.next_iid(home),
            home=home,
            type_name=type_name or ("epic" if isinstance(home, Group) else "issue"),
            title=title,
            description=text,
            author=by,
            created_at=now,
            updated_at=now,
            confidential=bool(rest.pop("confidential", False)),
        )
        self._world.items.append(item)
        if is_planner(by, home):
            metadata.change(self._world, item, rest)
        self._run(item, commands, by=by)
        self._announce(item, by=by, action="open")
        return item

    def edit(self, item: Item, *, by: User, changes: Mapping[str, Any]) -> None:
        """Change what the user may change: text and state as author, the rest as planner."""
        wanted = dict(changes)
        event = wanted.pop("state_event", None)
        before = _summary(item)
        if can_edit(by, item):
            item.title = wanted.pop("title", item.title)
            text, commands = extract(wanted.pop("description", item.description))
            item.description = text
            self._run(item, commands, by=by)
        if is_planner(by, item.home):
            metadata.change(self._world, item, wanted)
        if event and can_edit(by, item):
            self._turn(item, by=by, closed=event == "close")
        if _summary(item) != before:
            self._touch(item)
            self._announce(item, by=by, action="update")

    def close(self, item: Item, *, by: User) -> None:
        self.edit(item, by=by, changes={"state_event": "close"})

    def reopen(self, item: Item, *, by: User) -> None:
        self.edit(item, by=by, changes={"state_event": "reopen"})

    def close_by_merge(self, item: Item, *, by: User) -> int:
        """A merged change closes the issue; return the merge request's global id."""
        merge_request = self._world.new_id()
        self._turn(item, by=by, closed=True, merge_request=merge_request)
        self._touch(item)
        self._announce(item, by=by, action="close")
        return merge_request

    def move(self, item: Item, *, to: Project, by: User) -> Item:
        """A copy opens there; the old one closes and points at it. Notes go along, internal ones as such."""
        copy = self.create(to, by=item.author, title=item.title, description=item.description)
        copy.confidential, copy.labels, copy.weight = item.confidential, list(item.labels), item.weight
        copy.notes = [
            Note(**{name: getattr(note, name) for name in note.__slots__} | {"id": self._world.new_id()})
            for note in item.notes
        ]
        item.moved_to = copy
        self._turn(item, by=by, closed=True)
        self._touch(item)
        self._announce(item, by=by, action="close")
        return copy

    def delete(self, item: Item) -> None:
        """Gone, without a webhook."""
        self._world.items.remove(item)

    def note(self, item: Item, *, by: User, body: str, internal: bool = False) -> Note | None:
        """Comment. `internal` is dropped when the user may not set it, and the note is public. Commands alone: None."""
        text, commands = extract(body)
        self._run(item, commands, by=by)
        if not text:
            return None
        now = self._world.clock()
        hidden = internal and is_planner(by, item.home)
        note = Note(id=self._world.new_id(), body=text, author=by, internal=hidden, created_at=now, updated_at=now)
        item.notes.append(note)
        self._touch(item)
        if isinstance(item.home, Project):
            payload = payloads.note_payload(item, note, project=item.home, by=by, base_url=self._shapes.base_url)
            self._hooks.announce(item.home, event=payloads.note_event(item, note), payload=payload)
        return note

    def change_note(self, item: Item, note: Note, *, by: User, body: str) -> None:
        text, commands = extract(body)
        self._run(item, commands, by=by)
        note.body, note.updated_at = text, self._world.clock()

    def plan(self, item: Item, milestone: Milestone | None, *, by: User) -> None:
        self.edit(item, by=by, changes={"milestone_id": milestone.id if milestone else 0})

    def rename(self, project: Project, path: str) -> None:
        """GitLab keeps the old path as a redirect, for reads."""
        project.old_paths.add(project.path)
        project.path = path

    def _turn(self, item: Item, *, by: User, closed: bool, merge_request: int | None = None) -> None:
        if (item.state == "closed") is closed:
            return
        now = self._world.clock()
        item.state, item.closed_at = ("closed", now) if closed else ("opened", None)
        state = "closed" if closed else "reopened"
        event = StateEvent(id=self._world.new_id(), state=state, user=by, at=now, merge_request=merge_request)
        item.events.append(event)

    def _run(self, item: Item, commands: Iterable[Command], *, by: User) -> None:
        for command in commands:
            self._run_one(item, command, by=by)

    def _run_one(self, item: Item, command: Command, *, by: User) -> None:
        if command.name in {"close", "reopen"} and can_edit(by, item):
            self._turn(item, by=by, closed=command.name == "close")
        elif command.name == "title" and can_edit(by, item):
            item.title = command.argument
        elif command.name == "duplicate" and can_edit(by, item):
            self._duplicate(item, command.argument, by=by)
        elif is_planner(by, item.home):
            metadata.change(self._world, item, metadata.of_command(command))

    def _duplicate(self, item: Item, reference: str, *, by: User) -> None:
        iid = reference.removeprefix("#")
        other = self._world.item(item.home, int(iid)) if iid.isdigit() else None
        if other is not None and can_see(by, other):
            item.duplicate_of = other
            self._turn(item, by=by, closed=True)

    def _touch(self, item: Item) -> None:
        item.updated_at = self._world.clock()

    def _announce(self, item: Item, *, by: User, action: str) -> None:
        if isinstance(item.home, Project):
            payload = payloads.issue_payload(
                item, project=item.home, by=by, action=action, base_url=self._shapes.base_url
            )
            self._hooks.announce(item.home, event=payloads.issue_event(item), payload=payload)


def _summary(item: Item) -> tuple[object, ...]:
    return (
        *(item.title, item.description, item.state, tuple(item.labels), item.milestone, item.due, item.weight),
        *(item.health, tuple(item.assignees), item.confidential, item.duplicate_of),
    )
