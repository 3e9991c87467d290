"""One call of GitLab's API, and what it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from sandbox.gitlab.access import can_see, can_see_namespace
from sandbox.gitlab.world import Group, Item, Project, Token, User, World


class Refused(Exception):
    """An answer with an error status. `location` is where a renamed project is now."""

    def __init__(self, status: int, message: str, *, location: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.location = location
        self.body: dict[str, Any] = {"message": message}


@dataclass(slots=True, kw_only=True)
class Answer:
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`parameters` are those of the path, still encoded; `query` has lists, as `iids[]` comes often."""

    world: World
    token: Token
    method: str
    url: str
    parameters: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Mapping[str, Any]

    @property
    def user(self) -> User:
        return self.token.user

    def asked(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[-1]

    def number(self, name: str) -> int:
        text = self.parameters[name]
        if not text.isdigit():
            raise Refused(400, f"{name} is invalid")
        return int(text)

    def project(self) -> Project:
        """Find by number or path; 404 for what is hidden, and a redirect (of reads only) from an old path."""
        key = unquote(self.parameters["id"])
        project = self.world.project(key)
        if project is None and (renamed := self.world.renamed_project(key)) is not None:
            self._redirect(renamed)
        if project is None or not can_see_namespace(self.user, project):
            raise Refused(404, "404 Project Not Found")
        return project

    def group(self) -> Group:
        group = self.world.group(unquote(self.parameters["id"]))
        if group is None or not can_see_namespace(self.user, group):
            raise Refused(404, "404 Group Not Found")
        return group

    def issue(self) -> Item:
        item = self.world.item(self.project(), self.number("iid"))
        if item is None or not can_see(self.user, item):
            raise Refused(404, "404 Not found")
        return item

    def _redirect(self, project: Project) -> None:
        if not can_see_namespace(self.user, project):
            raise Refused(404, "404 Project Not Found")
        if self.method != "GET":
            raise Refused(405, "405 Non GET methods are not allowed for moved projects")
        there = self.url.replace(f"/projects/{self.parameters['id']}", f"/projects/{project.id}", 1)
        raise Refused(301, "This resource has been moved permanently", location=there)
