"""How long a page of the ranked list takes: the first after a change, the next one, a filtered one, and why.

    python -m bench.top_gaps [--gaps 300] [--requests 2700]

Draws people, accounts and requests with fixed seeds into a fresh SQLite file; prints milliseconds, median of five.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

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
from usecases.current_rates import CurrentRates
from usecases.know_people import KnowPeople
from usecases.rank_gaps import RankGaps

PM = "UPM"
RUNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gaps", type=int, default=300)
    parser.add_argument("--requests", type=int, default=2_700)
    wanted = parser.parse_args()
    with filled(gaps=wanted.gaps, requests=wanted.requests) as database:
        use = verbs(database)
        query = use.saved_views.query("segment:enterprise priority:P0", by=PM)
        first = use.list_gaps.page(GapQuery(), by=PM, page=0).gaps[0].gap_id
        print(f"{wanted.gaps:,} gaps, {wanted.requests:,} requests")
        report("first page after a change", lambda: use.list_gaps.page(GapQuery(), by=PM, page=0), database)
        report("next page", lambda: use.list_gaps.page(GapQuery(), by=PM, page=1))
        report("filtered, after a change", lambda: use.list_gaps.page(query, by=PM, page=0), database)
        report("why", lambda: use.explain(first, GapQuery(), by=PM))


def report(what: str, act: Callable[[], object], changed: Database | None = None) -> None:
    """Print the median; with a database, something happens in it before each run."""
    taken, worked = [], []
    for number in range(RUNS):
        if changed is not None:
            with changed.write() as session:
                audit.record(
                    session.connection(), at=clock.now(), actor_id=PM, action="bench.changed", subject=f"bench:{number}"
                )
        started, busy = time.perf_counter(), time.process_time()
        act()
        taken.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    print(f"  {what:<28} {statistics.median(taken):>8.1f} ms, {statistics.median(worked):>8.1f} ms of processor time")


def verbs(database: Database) -> RankingUseCases:
    policy = Policy.model_validate({"roles": {"pm": [PM]}})
    rates = CurrentRates(database=database, policy=policy.exchange_rates(), now=clock.now)
    people = KnowPeople(database=database, organisation=policy.organisation(), now=clock.now)
    rank = RankGaps(rates=rates, now=clock.now)
    return build_ranking(database=database, policy=policy, people=people, rank=rank, rates=rates, now=clock.now)


@contextmanager
def filled(*, gaps: int, requests: int) -> Iterator[Database]:
    dice, now = random.Random(7), clock.now()  # noqa: S311  invented data
    accounts = max(50, requests // 3)
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
            session.execute(
                insert(Request),
                [
                    {
                        "gap_id": min(gaps, 1 + int(dice.paretovariate(0.6))),
                        "account_id": dice.randint(1, accounts),
                        "title": "As filed",
                        "priority": dice.choice(list(Priority)),
                        "impact": Impact.RISKS_CHURN,
                        "account_kind_then": AccountKind.CUSTOMER,
                        "requester_id": f"U{dice.randint(1, 60)}",
                        "source": "bench",
                        "last_confirmed_at": now - timedelta(days=dice.randint(0, 500)),
                    }
                    | times
                    for _ in range(requests)
                ],
            )
        yield database
        database.dispose()


if __name__ == "__main__":
    main()
