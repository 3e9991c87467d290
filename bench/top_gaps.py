"""How long a page of the ranked list takes after a filed request, the next one, a filtered one, why and what-if.

    python -m bench.top_gaps [--gaps 300] [--requests 3000]
    python -m bench.top_gaps --gaps 100000 --requests 1000000

Draws people, accounts and requests with fixed seeds into a fresh SQLite file; prints milliseconds, median of five.
"""

import argparse
import itertools
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot import clock
from bot.policy_file import Policy
from bot.wiring_of_ranking import RankingUseCases, build_ranking
from domain.gap_query import GapQuery
from domain.people import PersonKind
from domain.words import AccountKind, GapState, Impact, Priority
from storage import audit, schema
from storage.database import Database
from storage.models import Account, Gap, Person, Request
from usecases.calibrations import Calibrations
from usecases.current_rates import CurrentRates
from usecases.know_people import KnowPeople
from usecases.list_gaps import GapList
from usecases.rank_gaps import RankGaps
from usecases.try_settings import Settings

PM = "UPM"
RUNS = 5
AT_ONCE = 50_000
NEW = itertools.count()
RAW = GapQuery(model="raw_arr")
OTHER = Settings(weights=("1", "1", "1", "1"), balance="0", family_cap="", owner_cap=True, query=GapQuery())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gaps", type=int, default=300)
    parser.add_argument("--requests", type=int, default=3_000)
    wanted = parser.parse_args()
    with filled(gaps=wanted.gaps, requests=wanted.requests) as database:
        use = verbs(database)
        query = use.saved_views.query("segment:enterprise priority:P0", by=PM)

        def page(number: int = 0, asked: GapQuery | None = None) -> GapList:
            return use.list_gaps.page(asked or GapQuery(), by=PM, page=number)

        print(f"{wanted.gaps:,} gaps, {wanted.requests:,} requests")
        before = _weight()
        started = time.perf_counter()
        first, last = page().gaps[0].gap_id, page(10**9).gaps[-1].gap_id
        print(
            f"  read and ranked once in {time.perf_counter() - started:.1f} s, +{_weight() - before:.0f} MB at the most"
        )
        report("page after a request, first gap", page, lambda: file_one(database, first))
        report("page after a request, last gap", page, lambda: file_one(database, last))
        report("page after a new account's", page, lambda: file_one(database, last, is_new=True))
        report("next page", lambda: page(1))
        report("filtered, after a request", lambda: page(0, query), lambda: file_one(database, last))
        report("another model, after a request", lambda: page(0, RAW), lambda: file_one(database, last))
        report("why, first gap", lambda: use.explain(first, GapQuery(), by=PM))
        report("why, last gap", lambda: use.explain(last, GapQuery(), by=PM))
        report("what if", lambda: use.try_settings(OTHER, by=PM))


def report(what: str, act: Callable[[], object], change: Callable[[], object] = lambda: None) -> None:
    """Print the median; the change before each run is not timed."""
    taken, worked = [], []
    for _ in range(RUNS):
        change()
        started, busy = time.perf_counter(), time.process_time()
        act()
        taken.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    print(f"  {what:<32} {statistics.median(taken):>8.1f} ms, {statistics.median(worked):>8.1f} ms of processor time")


def file_one(database: Database, gap_id: int, *, is_new: bool = False) -> None:
    """A request more, as filing writes it."""
    with database.write() as session:
        now, account_id = clock.now(), 1
        if is_new:
            name = f"new {next(NEW)}"
            typed = Account(name=name, name_folded=name, kind=AccountKind.PROSPECT, is_verified=False, created_at=now)
            session.add(typed)
            session.flush()
            account_id = typed.id
        row = Request(**_asking(gap_id, account_id, requester="UNEW", days=0, at=now))
        session.add(row)
        session.flush()
        subject = f"request:{row.id}"
        audit.record(session.connection(), at=now, actor_id=PM, action="request.filed", subject=subject)


def _weight() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _asking(gap_id: int, account_id: int, *, requester: str, days: int, at: datetime) -> dict[str, Any]:
    return {
        "gap_id": gap_id,
        "account_id": account_id,
        "title": "As filed",
        "priority": list(Priority)[(gap_id + account_id) % len(Priority)],
        "impact": Impact.RISKS_CHURN,
        "account_kind_then": AccountKind.CUSTOMER,
        "requester_id": requester,
        "source": "bench",
        "last_confirmed_at": at - timedelta(days=days),
        "created_at": at,
        "updated_at": at,
    }


def verbs(database: Database) -> RankingUseCases:
    policy = Policy.model_validate({"roles": {"pm": [PM]}})
    rates = CurrentRates(database=database, policy=policy.exchange_rates(), now=clock.now)
    people = KnowPeople(database=database, organisation=policy.organisation(), now=clock.now)
    calibrations = Calibrations(database=database, now=clock.now)
    rank = RankGaps(rates=rates, now=clock.now, calibrations=calibrations)
    return build_ranking(
        database=database,
        policy=policy,
        people=people,
        rank=rank,
        calibrations=calibrations,
        rates=rates,
        now=clock.now,
    )


@contextmanager
def filled(*, gaps: int, requests: int) -> Iterator[Database]:
    dice, now = random.Random(7), clock.now()  # noqa: S311  invented data
    accounts = max(50, requests // 10)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        schema.upgrade(database)
        with database.write() as session:
            session.add(Person(id=PM, team_id="T", name="Pat", kind=PersonKind.MEMBER, time_zone=None, seen_at=now))
            session.execute(
                insert(Account),
                [
                    {
                        "id": number,
                        "salesforce_id": f"001{number:015d}",
                        "name": f"Account {number}",
                        "name_folded": f"account {number}",
                        "kind": AccountKind.CUSTOMER,
                        "segment": dice.choice(["Enterprise", "Mid-Market", "Small"]),
                        "owner_name": f"Owner {number % 40}",
                        "arr_minor": int(dice.lognormvariate(11, 1.4)) * 100,
                        "arr_currency": "USD",
                        "is_strategic": dice.random() < 0.04,
                        "created_at": now,
                    }
                    for number in range(1, accounts + 1)
                ],
            )
            times = {"created_at": now, "updated_at": now}
            session.execute(
                insert(Gap),
                [
                    {"id": number, "title": f"Gap {number}", "state": GapState.BACKLOG, "created_by": PM} | times
                    for number in range(1, gaps + 1)
                ],
            )
            for _ in range(0, requests, AT_ONCE):
                drawn = (
                    _asking(
                        # The most popular gap has a hundredth of all requests, as a backlog has.
                        1 + int(gaps * dice.random() ** 2.5),
                        dice.randint(1, accounts),
                        requester=f"U{dice.randint(1, 2_000)}",
                        days=dice.randint(0, 500),
                        at=now,
                    )
                    for _ in range(min(AT_ONCE, requests))
                )
                session.execute(insert(Request), list(drawn))
        yield database
        database.dispose()


if __name__ == "__main__":
    main()
