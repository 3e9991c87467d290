"""The company's GitLab beside its Slack: its product's issues, kept in the demo's folder."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from starlette.routing import BaseRoute

from sandbox.book import Book
from sandbox.gitlab.book_world import book_world, group_of, project_of
from sandbox.gitlab.desk import Desk
from sandbox.gitlab.hooks import new_signing_token
from sandbox.gitlab.keeping import keep, kept
from sandbox.gitlab.server import GitLabServer
from sandbox.gitlab.world import Role, User, World

BOT = "gapbot"
_TOKEN, _WEBHOOK_TOKEN = "glpat-sandbox", "sandbox-webhook-token"
_SIGNING_SEED = b"a sandbox has no secrets to keep"


class Forge:
    """A neighbour of the local Slack, see `sandbox.neighbour`. What was changed in it is there the next time.

    Its port should stay the same, as the addresses of issues have it. `page` is where the sandbox's page shows them.
    """

    name = "gitlab"
    hint = "Open GitLab and close an issue by a merge: the product manager is asked whether the gap has shipped."

    def __init__(
        self, written: Book, *, folder: Path, clock: Callable[[], datetime], port: int = 0, page: str = ""
    ) -> None:
        self._file = folder / "gitlab.pickle"
        self._company = written.company
        self._general = written.areas[0].key
        self._world = kept(self._file, clock=clock) or book_world(written, clock=clock)
        self._bot = _bot_in(self._world)
        group = self._world.groups[0]
        group.members.setdefault(self._bot.id, Role.PLANNER)
        self._world.add_token(_TOKEN, self._bot)
        self.server = GitLabServer(self._world, port=port, page=page)
        engineer = next(one for one in self._world.users if one.name == _name(written, "engineering"))
        self._desk = Desk(self.server, group=group, by=engineer, bot=self._bot)

    def policy(self) -> str:
        return ""

    def routes(self) -> Sequence[BaseRoute]:
        return self._desk.routes()

    def start(self, *, bot_url: str) -> Mapping[str, str]:
        url = self.server.start()
        signing_token = new_signing_token(_SIGNING_SEED)
        for project in self._world.projects:
            self.server.hooks.add(
                project, f"{bot_url}/webhooks/gitlab", token=_WEBHOOK_TOKEN, signing_token=signing_token
            )
        return {
            "GITLAB_URL": url,
            "GITLAB_TOKEN": _TOKEN,
            "GITLAB_GROUP": group_of(self._company),
            "GITLAB_PROJECT": project_of(self._company, self._general),
            "GITLAB_WEBHOOK_TOKEN": _WEBHOOK_TOKEN,
            "GITLAB_WEBHOOK_SIGNING_TOKEN": signing_token,
        }

    def stop(self) -> None:
        self.server.stop()
        keep(self._world, self._file)


def _bot_in(world: World) -> User:
    return next((user for user in world.users if user.username == BOT), None) or world.add_user(BOT, name="gapbot")


def _name(written: Book, role: str) -> str:
    wanted = written.roles[role][0]
    return next(person.name for person in written.people if person.id == wanted)
