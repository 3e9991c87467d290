"""Worker processes killed at random moments: nothing promised is lost, lanes keep their order, slots come once."""

import os
import random
import signal
import time
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from storage.database import Database
from storage.jobs import Job, enqueue
from tests.bot.worker_world import SOON, eventually
from tests.chaos.worker_process import FAILS_ONCE, STAY, STEP, TICK, Effect, Effects, Orders, Step, processes, start

LANES = 6
PER_LANE = 10
PER_LANE_OF_CONTROL = 4
MOST_ROUNDS_OF_CONTROL = 10
"""One is nearly always enough; whether a kill meets the gap between 'done' and the effect is chance."""
LOOSE = "loose"


@dataclass
class World:
    database: Database
    effects: Effects
    orders: Orders


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    url = database.engine.url.render_as_string(hide_password=False)
    effects = tmp_path / "effects"
    return World(database, Effects(effects), Orders(url=url, effects=effects))


def _enqueue(world: World, number: int, *, lanes: bool = True) -> None:
    """Promise one step of each lane and a few outside of lanes, in one transaction; another one takes it back."""
    with world.database.write() as session:
        for lane in (f"lane{lane}" for lane in range(LANES)):
            enqueue(session, STEP, Step(lane, number), lane=lane if lanes else None)
        for extra in range(3):
            enqueue(session, STEP, Step(LOOSE, 3 * number + extra))
    with world.database.write() as session:
        enqueue(session, STEP, Step("never", number))
        session.rollback()


def _kill(victims: list[ForkServerProcess], world: World, orders: Orders, dice: random.Random) -> None:
    """Kill one process that is at work, at a random moment, and start another in its place."""
    number = dice.randrange(len(victims))
    victim = victims[number]
    eventually(lambda: not _open(world.database) or victim.pid in {effect.process for effect in world.effects.read()})
    time.sleep(dice.uniform(0, 0.15))
    victim.kill()
    victim.join(SOON)
    victims[number] = start(orders)


def _open(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(Job.state == "open", Job.kind == STEP.name)) or 0


def _promised(per_lane: int = PER_LANE) -> set[tuple[str, str]]:
    lanes = {(f"lane{lane}", str(number)) for lane in range(LANES) for number in range(per_lane)}
    return lanes | {(LOOSE, str(number)) for number in range(3 * per_lane)}


def _lost(effects: list[Effect], promised: set[tuple[str, str]]) -> set[tuple[str, str]]:
    return promised - {(effect.lane, effect.what) for effect in effects}


def _out_of_order(effects: list[Effect]) -> int:
    """Count the steps that were done before the one ahead in their lane. That a step is repeated is allowed."""
    lanes = {effect.lane for effect in effects} - {LOOSE, "tick"}
    runs = (list(dict.fromkeys(int(effect.what) for effect in effects if effect.lane == lane)) for lane in lanes)
    return sum(later < earlier for run in runs for earlier, later in pairwise(run))


def _taken_over(effects: list[Effect]) -> list[Effect]:
    steps = [effect for effect in effects if effect.lane != "tick"]
    return [effect for effect in steps if effect.attempt > 1 and int(effect.what) % 11 != FAILS_ONCE]


def test_killed_workers_lose_nothing(world: World) -> None:
    dice = random.Random(20261122)  # noqa: S311  the same chaos each time
    with processes(world.orders, 3) as running:
        for number in range(PER_LANE):
            _enqueue(world, number)
            _kill(running, world, world.orders, dice)
        eventually(lambda: _open(world.database) == 0, within=60)
        for process in running:
            process.terminate()
        for process in running:
            process.join(SOON)
        assert {process.exitcode for process in running} <= {0, -signal.SIGTERM}  # a new one may not be up yet
    effects = world.effects.read()
    assert _lost(effects, _promised()) == set()
    assert _out_of_order(effects) == 0
    assert not [effect for effect in effects if effect.lane == "never"]
    assert len(effects) < 2 * len(_promised()), "far more repeated than kills can explain"
    with world.database.read() as session:
        states = list(session.scalars(select(Job.state).where(Job.kind == STEP.name)))
        slots = list(session.scalars(select(Job.key).where(Job.kind == TICK.name)))
    assert states == ["done"] * len(_promised())
    assert _taken_over(effects), "no kill met a running job: this was no chaos"
    first = [effect.what for effect in effects if effect.lane == "tick" and effect.attempt == 1]
    assert len(first) == len(set(first)), "a slot was fired twice"
    assert len(slots) == len(set(slots)) >= 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_chaos_finds_workers_that_forget_and_lanes_that_are_none(world: World) -> None:
    """The negative control: the same checks fail for a worker that says done first, and for jobs without lanes."""
    dice = random.Random(7)  # noqa: S311  the same chaos each time
    orders = Orders(url=world.orders.url, effects=world.orders.effects, forgetful=True)
    with processes(orders, 3) as running:
        for round_ in range(MOST_ROUNDS_OF_CONTROL):
            for number in range(PER_LANE_OF_CONTROL):
                _enqueue(world, round_ * PER_LANE_OF_CONTROL + number, lanes=False)
            while _open(world.database):
                _kill(running, world, orders, dice)
            effects = world.effects.read()
            lost = _lost(effects, _promised((round_ + 1) * PER_LANE_OF_CONTROL))
            if lost and _out_of_order(effects):
                return
    pytest.fail("no kill met a job between its end and its effect: the checks above prove nothing")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_frozen_worker_is_replaced_and_its_late_end_is_refused(world: World) -> None:
    """On PostgreSQL only: a process frozen while it reads a SQLite file would hold up everybody."""
    with processes(world.orders, 1) as running:
        with world.database.write() as session:
            job_id = enqueue(session, STAY, Step("frozen", 1))
        eventually(lambda: Effect("frozen", "1", 1) in world.effects.read())
        [frozen] = running
        _freeze(frozen, world.database)
        running.append(start(world.orders))
        eventually(lambda: _job(world.database, job_id).state == "done")
        replaced = _job(world.database, job_id)
        world.effects.path.with_suffix(".go").touch()
        _signal(frozen, signal.SIGCONT)
        frozen.terminate()
        frozen.join(SOON)
        assert frozen.exitcode == 0
    late = _job(world.database, job_id)
    assert (late.state, late.attempts, late.ended_at, late.error) == ("done", 2, replaced.ended_at, None)
    assert [effect for effect in world.effects.read() if effect.lane == "frozen"] == [
        Effect("frozen", "1", 1),
        Effect("frozen", "1", 2),
    ]


def _freeze(process: ForkServerProcess, database: Database) -> None:
    """Stop a process at a moment at which it holds no lock in the database."""
    in_transaction = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
    while True:
        _signal(process, signal.SIGSTOP)
        with database.read() as session:
            if not session.scalar(in_transaction):
                return
        _signal(process, signal.SIGCONT)
        time.sleep(0.01)


def _signal(process: ForkServerProcess, number: signal.Signals) -> None:
    assert process.pid is not None
    os.kill(process.pid, number)


def _job(database: Database, job_id: int | None) -> Job:
    with database.read() as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()
