"""Time a digest over many requests: `python -m bench.digest [requests]`, a million if nothing is said.

The night's ranking is kept before (that is the night's work); timed is what happens when the digest is due.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from domain.digest import Subscription
from domain.words import AccountKind, GapState, Impact, Priority
from storage import schema
from storage.database import Database
from storage.models import Account, Gap, RankDay, RankPlace, Request
from usecases.build_digest import build

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GAPS, ACCOUNTS, AT_ONCE, ROUNDS = 5_000, 20_000, 50_000, 20


def fill(database: Database, requests: int) -> None:
    """Gaps, accounts and requests, and two days' rankings of all gaps."""
    with database.write() as session:
        session.execute(insert(Account), [_account(number) for number in range(1, ACCOUNTS + 1)])
        session.execute(insert(Gap), [_gap(number) for number in range(1, GAPS + 1)])
    for start in range(0, requests, AT_ONCE):
        with database.write() as session:
            session.execute(insert(Request), [_request(one) for one in range(start, min(start + AT_ONCE, requests))])
    with database.write() as session:
        for age in (0, 7):
            day = NOW.date() - timedelta(days=age)
            session.execute(insert(RankDay), [_day(day)])
            session.execute(insert(RankPlace), list(_places(day, turned=age)))


def _account(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Account {number}",
        "name_folded": f"account {number}",
        "kind": AccountKind.CUSTOMER,
        "salesforce_id": f"001{number:015d}",
        "created_at": NOW,
    }


def _gap(number: int) -> dict[str, Any]:
    state = GapState.SHIPPED if number % 50 == 0 else GapState.BACKLOG
    times = {"created_at": NOW, "updated_at": NOW}
    return {"id": number, "title": f"Gap number {number}", "state": state, "created_by": "U1", **times}


def _request(number: int) -> dict[str, Any]:
    times = {"created_at": NOW, "updated_at": NOW, "last_confirmed_at": NOW}
    return {
        "gap_id": number % GAPS + 1,
        "account_id": number * 7 % ACCOUNTS + 1,
        "title": "As filed",
        "priority": Priority.P1,
        "impact": Impact.RISKS_CHURN,
        "account_kind_then": AccountKind.CUSTOMER,
        "requester_id": f"U{number % 400}",
        "source": "command",
        **times,
    }


def _day(day: Any) -> dict[str, Any]:
    named = {"model": "composite", "model_version": 1, "calibration_id": "c", "calibration": {}, "currency": "USD"}
    return {"day": day, "taken_at": NOW, "inputs_hash": "0", "gaps": GAPS, **named}


def _places(day: Any, *, turned: int) -> Iterator[dict[str, Any]]:
    families = [{"account": one, "counted": 5_000_000 * (one + turned), "priority": "P1"} for one in range(1, 26)]
    for place in range(GAPS):
        yield {
            "day": day,
            "gap_id": (place + turned) % GAPS + 1,
            "position": place + 1,
            "score": 100 - place / 60,
            "arr_minor": 10**9,
            "accounts": 200,
            "strategic_accounts": 3,
            "p0_accounts": 7,
            "parts": {"metrics": [], "families": families},
            "p_top10": None,
        }


def main(requests: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        schema.upgrade(database)
        fill(database, requests)
        wanted = Subscription(key="bench", channel="C1", weekday=0, at="09:00", time_zone="UTC", size=20)
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            with database.read() as session:
                content = build(session, wanted, period="2026-W48", at=NOW)
            times.append(time.perf_counter() - started)
        database.dispose()
    times.sort()
    print(
        f"{requests:,} requests, {GAPS:,} gaps: a digest of {len(content.lines)} gaps and {len(content.movers)} movers"
    )
    print(f"built in {times[len(times) // 2] * 1000:.1f} ms (median of {ROUNDS}), worst {times[-1] * 1000:.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
