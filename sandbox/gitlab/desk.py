"""GitLab as people work with it, for the sandbox's page: look, close, plan, move, and have bad days."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.routing import Route

from sandbox.desk_routes import Run, Unusable, desk_routes
from sandbox.gitlab.access import role_in
from sandbox.gitlab.moods import MOODS
from sandbox.gitlab.server import GitLabServer
from sandbox.gitlab.shapes import timestamp
from sandbox.gitlab.world import Group, Item, Note, Project, Role, User
from sandbox.moods import choices

SHOWN, CALLS_SHOWN = 60, 12
_ROLES = {"guest": Role.GUEST, "planner": Role.PLANNER, "maintainer": Role.MAINTAINER}


class Desk:
    """Serve `/client/gitlab/*`. `by` is who closes and plans there; `bot` is the user whose role can be changed."""

    def __init__(self, gitlab: GitLabServer, *, group: Group, by: User, bot: User) -> None:
        self._gitlab = gitlab
        self._group = group
        self._by = by
        self._bot = bot
        self._mood = MOODS[0]

    def routes(self) -> list[Route]:
        gets: dict[str, Run] = {"issues": self.issues, "issue": self.issue, "state": self.state}
        posts: dict[str, Run] = {
            "issue/close": lambda body: self._gitlab.work.close(self._item(body), by=self._by),
            "issue/merge": lambda body: self._gitlab.work.close_by_merge(self._item(body), by=self._by),
            "issue/reopen": lambda body: self._gitlab.work.reopen(self._item(body), by=self._by),
            "issue/delete": lambda body: self._gitlab.work.delete(self._item(body)),
            "issue/move": self.move,
            "issue/plan": self.plan,
            "issue/note": self.note,
            "milestone/due": self.reschedule,
            "mood": self.feel,
            "role": self.give_role,
            "hooks": self.turn_hooks,
        }
        return desk_routes(
            gets={name: self._locked(run) for name, run in gets.items()},
            posts={name: self._locked(run) for name, run in posts.items()},
            gone="That is not there any more.",
        )

    def issues(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """Issues and epics with these words in their titles, the latest changed first."""
        words = str(query.get("text", "")).lower().split()
        found = [item for item in self._gitlab.world.items if all(word in item.title.lower() for word in words)]
        found.sort(key=lambda item: (item.updated_at, item.id), reverse=True)
        return {"total": len(found), "issues": [_line(item) for item in found[:SHOWN]]}

    def issue(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """One issue, as the public sees it (not at all, when it is confidential) and as members do."""
        item = self._item(query)
        shown = _line(item) | {
            "address": self._gitlab.shapes.address(item),
            "description": item.description,
            "milestone": item.milestone.id if item.milestone else None,
            "weight": item.weight,
            "health": item.health,
            "assignees": [user.name for user in item.assignees],
            "is_epic": isinstance(item.home, Group),
        }
        public = [note for note in item.notes if not note.internal]
        return {
            "public": None if item.confidential else shown | {"notes": [_note(note) for note in public]},
            "members": shown | {"notes": [_note(note) for note in item.notes]},
        }

    def state(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """What the view needs besides issues."""
        world = self._gitlab.world
        now = world.clock()
        return {
            "projects": [{"id": one.id, "path": one.path} for one in world.projects],
            "milestones": [
                {"id": one.id, "title": one.title, "due": one.due.isoformat() if one.due else ""}
                for one in world.milestones
            ],
            "mood": self._mood.key,
            "moods": choices(MOODS),
            "role": next((key for key, role in _ROLES.items() if role == role_in(self._bot, self._group)), "planner"),
            "hooks": any(hook.status(now) == "executable" for hook in self._gitlab.hooks.hooks),
            "calls": [
                {
                    "at": call.at.isoformat(),
                    "operation": call.operation,
                    "status": call.status,
                }
                for call in self._gitlab.records.calls[: -CALLS_SHOWN - 1 : -1]
            ],
        }

    def move(self, body: Mapping[str, Any]) -> None:
        item = self._item(body)
        to = self._gitlab.world.project(str(body["project"]))
        if to is None or to is item.home or not isinstance(item.home, Project):
            raise Unusable("Choose another project.")
        self._gitlab.work.move(item, to=to, by=self._by)

    def plan(self, body: Mapping[str, Any]) -> None:
        wanted = body.get("milestone")
        milestone = next((one for one in self._gitlab.world.milestones if one.id == wanted), None)
        self._gitlab.work.plan(self._item(body), milestone, by=self._by)

    def note(self, body: Mapping[str, Any]) -> None:
        text = str(body.get("body", "")).strip()
        if not text:
            raise Unusable("A comment needs some text.")
        self._gitlab.work.note(self._item(body), by=self._by, body=text, internal=bool(body.get("internal")))

    def reschedule(self, body: Mapping[str, Any]) -> None:
        """Move a milestone's due date; its issues do not change, as in GitLab."""
        milestone = next((one for one in self._gitlab.world.milestones if one.id == body["milestone"]), None)
        if milestone is None:
            raise KeyError(body["milestone"])
        try:
            milestone.due = date.fromisoformat(str(body["due"]))
        except ValueError:
            raise Unusable("Choose a day.") from None

    def feel(self, body: Mapping[str, Any]) -> None:
        mood = next((one for one in MOODS if one.key == body["mood"]), None)
        if mood is None:
            raise Unusable("There is no such mood.")
        self._mood = mood
        mood.settle(self._gitlab.faults)

    def give_role(self, body: Mapping[str, Any]) -> None:
        """As a guest, the bot would write public notes if it did not ask first."""
        self._group.members[self._bot.id] = _ROLES[str(body["role"])]

    def turn_hooks(self, body: Mapping[str, Any]) -> None:
        """Off is what GitLab does to hooks that failed too often: nothing is sent, and nothing says so."""
        for hook in self._gitlab.hooks.hooks:
            hook.is_stopped, hook.failures, hook.disabled_until = not body["on"], 0, None

    def _item(self, given: Mapping[str, Any]) -> Item:
        wanted = int(given["id"])
        found = next((item for item in self._gitlab.world.items if item.id == wanted), None)
        if found is None:
            raise KeyError(wanted)
        return found

    def _locked(self, run: Run) -> Run:
        def work(given: Mapping[str, Any]) -> object:
            with self._gitlab.world.lock:
                return run(given)

        return work


def _line(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "reference": item.reference,
        "title": item.title,
        "state": item.state,
        "labels": sorted(item.labels),
        "milestone_title": item.milestone.title if item.milestone else None,
        "confidential": item.confidential,
        "moved_to": item.moved_to.reference if item.moved_to else None,
        "author": item.author.name,
        "updated_at": timestamp(item.updated_at),
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "author": note.author.name,
        "body": note.body,
        "internal": note.internal,
        "at": timestamp(note.created_at),
    }
