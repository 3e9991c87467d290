"""A week of the Top 10 and its digest, lived again and again while the process dies at every step of it.

A week: the rule proposes the first list, three people approve it, it is announced, the digest is posted with its
thread, a gap ships, it leaves the list, everybody who asked hears, and so does the thread that a request came from. The
process can die before and after every commit and every call of Slack's; whoever takes over finds the database and
Slack as they were left. People whose click was lost click again. What is in Slack and in the database at the end must
be what a quiet week leaves.

`python -m tests.chaos.weekly_chaos 500` dies once at every step, and then twice at random so many times, in as many
processes as the machine has cores for.
"""

import atexit
import multiprocessing
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import event, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from bot import clock
from bot.attempts import Attempts, Backoff
from bot.manifest import manifest
from bot.policy_file import Policy
from bot.wiring import UseCases, build_use_cases
from bot.wiring_of_digests import digest_handlers
from bot.wiring_of_notices import notice_handlers
from bot.wiring_of_top10 import governance_handlers
from domain.errors import Refusal
from domain.quorum import AlreadyDecided
from domain.words import GapState
from handlers import messenger as messengers
from handlers.messenger import Messenger
from sandbox.slack.server import SlackServer
from storage.database import Database
from storage.jobs import Job, Rate, enqueue
from storage.jobs.claims import Claims
from storage.models import Decision, Digest, GapChange, Notice, RequestOrigin, Top10Version
from tests.databases import SqliteFiles
from tests.scenarios import small_world
from tests.scenarios.weekly import COUNCIL, WORKING_GROUP
from usecases import job_kinds
from usecases.move_gap import Move, move

POLICY = Policy.model_validate(
    {**small_world.POLICY, "top10": {"channel": COUNCIL}, "digests": [{"channel": WORKING_GROUP}]}
)
PERIOD = "2026-W48"
DECIDERS = ("U0GWEN", "U0PIET", "U0ELI")


class Killed(BaseException):
    """The process is gone at this very step."""


@dataclass
class Fate:
    """Counts the steps, and kills at chosen ones."""

    deadly: set[int] = field(default_factory=set)
    steps: int = 0

    def step(self, *_: object, **__: object) -> None:
        self.steps += 1
        if self.steps in self.deadly:
            raise Killed


class DyingClient(WebClient):
    """Slack's client; the process can die before a call and after its effect."""

    fate: Fate

    def api_call(self, *arguments: Any, **named: Any) -> Any:
        self.fate.step()
        answer = super().api_call(*arguments, **named)
        self.fate.step()
        return answer


@dataclass
class Week:
    """One run: a database, a Slack, and the fate of whoever serves them."""

    database: Database
    slack: SlackServer
    fate: Fate

    def live(self) -> None:
        """Live the week; each part is begun again until it is through."""
        for part in (self._propose, *(self._decide(by) for by in DECIDERS), self._digest, self._ship):
            while not self._survived(part):
                pass
            self._work()

    def _propose(self, _use: UseCases) -> None:
        self._once(job_kinds.RUN_TOP10, job_kinds.PeriodCame(period=PERIOD), key="top10.run@1")

    def _digest(self, use: UseCases) -> None:
        (wanted,) = use.digests.post.subscriptions()
        due = job_kinds.DigestDue(subscription=wanted.key, period=PERIOD)
        self._once(job_kinds.DIGEST_DUE, due, key="digest@1")

    def _decide(self, by: str) -> Callable[[UseCases], None]:
        def decide(use: UseCases) -> None:
            try:
                use.govern.decide(1, approved=True, by=by)
            except AlreadyDecided:
                return  # the first click was kept after all, and they are told so

        return decide

    def _ship(self, _use: UseCases) -> None:
        with self.database.write() as session:
            try:
                move(session, Move(gap_id=1, wanted=GapState.SHIPPED, by="U0PAT", at=clock.now()))
            except Refusal:
                return  # it has shipped already

    def _once(self, kind: Any, payload: Any, *, key: str) -> None:
        with self.database.write() as session:
            enqueue(session, kind, payload, key=key)

    def _survived(self, part: Callable[[UseCases], None]) -> bool:
        try:
            part(self._use())
        except Killed:
            return False
        return True

    def _work(self) -> None:
        """One worker after the other, until nothing is left to do."""
        while True:
            try:
                if self._worked_off():
                    return
            except Killed:
                continue

    def _worked_off(self) -> bool:
        claims, attempts = self._worker()
        while True:
            with self.database.read() as session:
                if not session.scalar(select(func.count()).select_from(Job).where(Job.state == "open")):
                    return True
            for claim in claims.claim(1):
                outcome = attempts.run(claim)
                assert outcome in {"done", "postponed", "retried"}, (outcome, claim.kind)

    def _use(self) -> UseCases:
        return build_use_cases(database=self.database, policy=POLICY, gitlab_url=None, now=clock.now)

    def _worker(self) -> tuple[Claims, Attempts]:
        """A fresh process: everything it knows is in the database. Its predecessor's leases have ended."""
        use, client = self._use(), DyingClient(token="xoxb-sandbox", base_url=self.slack.api_url)
        client.fate = self.fate
        messenger = Messenger(client=client, database=self.database, now=clock.now)
        handlers: dict[Any, Any] = {
            **governance_handlers(use.govern, messenger=messenger),
            **digest_handlers(use.digests, POLICY, messenger=messenger, client=client),
            **notice_handlers(use.notices, messenger=messenger, client=client),
            job_kinds.SHOW_HOME: lambda _attempt: None,
        }
        claims = Claims(self.database, kinds=tuple(handlers), rates={}, lease=0.0)
        attempts = Attempts(
            self.database, claims=claims, handlers=handlers, rates={}, backoff=Backoff(first=0.0), explained=(Refusal,),
            record_for=1.0, clock=lambda _session: clock.now(), random=random.Random(0),  # noqa: S311
        )  # fmt: skip
        return claims, attempts

    def left(self) -> dict[str, Any]:
        """What the week has left: each message by its marker, and what the tables hold."""
        messages: Counter[tuple[str, str, str]] = Counter()
        for channel in self.slack.world.channels.values():
            for one in channel.messages:
                marker = ((one.metadata or {}).get("event_payload") or {}).get("marker", "?")
                buttons = str([block["type"] for block in one.blocks])
                where = channel.other_end(self.slack.app.bot_user_id) or channel.id
                marks = f"{bool(one.thread_ts)} {sorted(one.reactions)}"
                # The message that it stands below is another one each week.
                marker = marker.rpartition(":")[0] if ":below:" in marker else marker
                messages[where, marker, f"{one.text} {buttons} {marks}"] += 1
        with self.database.read() as session:
            rows = {
                "decisions": sorted((one.role.value, one.decided_by) for one in session.scalars(select(Decision))),
                "versions": [one.number for one in session.scalars(select(Top10Version).order_by(Top10Version.number))],
                "digests": [one.period for one in session.scalars(select(Digest))],
                "changes": [one.kind for one in session.scalars(select(GapChange))],
                "notices": sorted((one.user_id, one.batch) for one in session.scalars(select(Notice))),
                "dead": session.scalar(select(func.count()).select_from(Job).where(Job.state == "dead")),
            }
        return {"messages": dict(messages), **rows}


@dataclass
class Chaos:
    """Prepares weeks, and compares what they leave with what a quiet one does."""

    folder: Path
    files: SqliteFiles

    def __post_init__(self) -> None:
        messengers.PER_CHANNEL = Rate(per_second=1e6, burst=10**6)
        quiet = Fate()
        self.expected = self.lived(quiet)
        self.steps = quiet.steps

    def lived(self, fate: Fate) -> dict[str, Any]:
        with self._week(fate) as week:
            week.live()
            return week.left()

    def survives(self, *deadly: int) -> bool:
        """Whether dying at these steps makes no difference in the end."""
        return self.lived(Fate(deadly=set(deadly))) == self.expected

    @contextmanager
    def _week(self, fate: Fate) -> Iterator[Week]:
        world = small_world.settle()
        slack = SlackServer(world, manifest=manifest(url="https://bot.example"))
        with self.files.fresh(self.folder) as database:
            with database.write() as session:
                small_world.load(session, now=clock.now())
                small_world.mirror(session, world, now=clock.now())
                session.execute(sql("UPDATE gap SET dri_id = 'U0PAT' WHERE id = 1"))
            a_message_became_a_request(slack, database)
            database.on_commit(fate.step)

            def about_to_commit(session: Session) -> None:
                if session.get_bind() is database.engine:
                    fate.step()

            event.listen(Session, "before_commit", about_to_commit)
            slack.start()
            try:
                for channel in list(world.channels.values()):
                    if channel.kind != "im" and not channel.archived:
                        slack.join(channel, slack.app.bot_user_id)
                yield Week(database, slack, fate)
            finally:
                event.remove(Session, "before_commit", about_to_commit)
                slack.stop()


def a_message_became_a_request(slack: SlackServer, database: Database) -> None:
    message = slack.as_user("cem").post("They need SCIM", channel="area-auth")
    where = slack.world.channel("area-auth").id
    with database.write() as session:
        session.add(RequestOrigin(request_id=1, channel_id=where, ts=message.ts, thread_ts=message.ts))


_CHAOS: list[Chaos] = []
"""The one of this process."""


def _prepare() -> None:
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    _CHAOS.append(Chaos(Path(folder.name), SqliteFiles(Path(folder.name))))


def _survives(death: tuple[int, ...]) -> bool:
    return _CHAOS[0].survives(*death)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(doubles: int) -> None:
    """Die at every single step, then at so many random pairs; print and end with 1 when a death made a difference."""
    _prepare()
    chaos = _CHAOS[0]
    chance = random.Random(20261122)  # noqa: S311  the same week every time
    pairs = [tuple(sorted(chance.sample(range(1, chaos.steps + 20), 2))) for _ in range(doubles)]
    deaths: list[tuple[int, ...]] = [*((step,) for step in range(1, chaos.steps + 1)), *pairs]
    say(f"{chaos.steps} steps, {sum(chaos.expected['messages'].values())} messages in a quiet week")
    bad = []
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawned, initializer=_prepare) as processes:
        survived = processes.map(_survives, deaths, chunksize=5)
        for number, (death, is_well) in enumerate(zip(deaths, survived, strict=True), start=1):
            bad += [] if is_well else [death]
            if number % 50 == 0:
                say(f"{number} of {len(deaths)}: {len(bad)} left something else {bad[:3]}")
    say(f"{len(deaths)} weeks with deaths: {len(bad)} left something else than a quiet one {bad[:10]}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
