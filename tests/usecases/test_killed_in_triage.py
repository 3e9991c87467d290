"""The process dies at a step of a merge, a split or a decision: nothing of it is left, and the next try does it."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from domain.errors import Refusal
from domain.top10 import Seat
from domain.words import GapState
from storage import merges, top10
from storage.base import Base
from storage.gaps import add_link
from storage.jobs import LostLease
from storage.models import Request
from storage.notices import follow
from tests.usecases.office import ADMIN, NOW, OTHER_SELLER, PM, SELLER, Office
from usecases.intake_job_kinds import LOOK_AT_QUEUES
from usecases.job_kinds import SlotCame

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
STRIDE = 7
"""Every seventh step dies, beginning at one of the first."""
WATCHED = (
    "gap", "request", "link", "follower", "gap_merge", "audit", "job", "top10_version", "top10_entry", "question",
    "demand_wait", "decision_reminder", "gap_change", "inbox", "gap_stem",
)  # fmt: skip


class Killed(BaseException):
    """The process is gone at this very statement."""


@contextmanager
def killed_at(office: Office, number: int) -> Iterator[None]:
    """Die before the statement, or the commit, of this number."""
    left = count(number, -1)

    def step(*_: object) -> None:
        if next(left) == 0:
            raise Killed

    def before_statement(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            step()

    engine = office.database.engine
    event.listen(engine, "before_cursor_execute", before_statement)
    event.listen(Session, "before_commit", step)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", before_statement)
        event.remove(Session, "before_commit", step)


def rows(office: Office) -> dict[str, list[Any]]:
    with office.database.read() as session:
        tables = Base.metadata.tables
        return {name: sorted(map(str, session.execute(select(tables[name])))) for name in WATCHED}


def merged(office: Office, one: int, two: int) -> int:
    office.use.intake.merge_gaps.merge(one, into=two, by=PM)
    merge = office.reading(lambda session: merges.latest(session, one))
    return int(merge.id)


def undo(office: Office, one: int, two: int) -> Callable[[], object]:
    merge_id = merged(office, one, two)
    return lambda: office.use.intake.merge_gaps.undo(merge_id, by=PM)


def swap(office: Office, one: int, two: int) -> Callable[[], object]:
    merge_id = merged(office, one, two)
    return lambda: office.use.intake.merge_gaps.swap(merge_id, by=PM)


def split(office: Office, one: int, _two: int) -> Callable[[], object]:
    chosen = office.reading(lambda session: session.scalars(select(Request.id).where(Request.gap_id == one)).first())
    return lambda: office.use.intake.split_gap(one, request_ids=[chosen], title="Other", by=PM, key="view:1")


def unsplit(office: Office, one: int, two: int) -> Callable[[], object]:
    new = split(office, one, two)()
    return lambda: office.use.intake.split_gap.undo(new.gap_id, by=PM)  # type: ignore[attr-defined]


def answer(office: Office, one: int, _two: int) -> Callable[[], object]:
    office.use.intake.triage.ask(one, text="Which one?", by=PM)
    return lambda: office.use.intake.triage.answer_question(1, text="This one", by=SELLER)


def wake(office: Office, one: int, _two: int) -> Callable[[], object]:
    office.move(one, state=GapState.BACKLOG)
    office.use.intake.triage.wait_for_demand(one, by=PM, wake_at=2)
    attempt = office.attempt(LOOK_AT_QUEUES, SlotCame(slot="now"))
    return lambda: office.use.intake.queues.look(attempt)


ACTS: dict[str, Callable[[Office, int, int], Callable[[], object]]] = {
    "merge": lambda office, one, two: lambda: office.use.intake.merge_gaps.merge(one, into=two, by=PM),
    "undo": undo,
    "swap": swap,
    "split": split,
    "unsplit": unsplit,
    "take": lambda office, one, _: lambda: office.use.intake.triage.take(one, by=ADMIN),
    "ask": lambda office, one, _: lambda: office.use.intake.triage.ask(one, text="Which one?", by=PM),
    "answer": answer,
    "wake": wake,
    "plan": lambda office, one, _: (
        lambda: office.use.notices.move_gap(
            one, wanted=GapState.PLANNED, by=PM, reason="", wording="", merged_into=None
        )
    ),
}


@pytest.mark.parametrize("act", sorted(ACTS))
def test_nothing_of_it_is_left_and_the_next_try_does_it(office: Office, act: str) -> None:
    one, two = office.gap("SCIM", state=GapState.TRIAGE, dri_id=PM), office.gap("Provisioning")
    for name, gap in (("Acme", one), ("Globex", one), ("Initech", two)):
        office.file(account_id=office.account(name), join_gap_id=gap)
    with office.database.write() as session:
        add_link(session.connection(), gap_id=one, url="https://gitlab.example.com/a/-/issues/1", by=PM, at=NOW)
        follow(session, gap_id=one, user_id=OTHER_SELLER, at=NOW)
        top10.publish(session, (Seat(one), Seat(two)), number=1, at=NOW)
    do = ACTS[act](office, one, two)
    before, deaths = rows(office), 0
    for number in count(random.randrange(1, 4), STRIDE):  # noqa: S311  another sample each time
        try:
            with killed_at(office, number):
                do()
            break
        except Killed:
            deaths += 1
            assert rows(office) == before, f"something is left of a {act} that died at step {number}"
    done = rows(office)
    assert deaths > 0
    assert done != before
    if act in {"take", "ask"}:  # whoever does them again has done them twice
        return
    with suppress(Refusal, LostLease):  # the answer was lost, and they try again
        do()
    assert rows(office) == done
