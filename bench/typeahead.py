"""What a letter costs in the account's type-ahead, by the size of the CRM. Run: `python -m bench.typeahead`.

The whole use case is timed, the look at the person's rights included, not the way through Slack. What is typed are the
first one to six letters of words of names that exist, so that short ones match a tenth of all accounts. The two sizes
take turns, so that a slow moment meets both. The ratio is the result: it must not be over 2, nor p99 over 50 ms.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bot.policy_file import Policy
from bot.wiring import build_use_cases
from domain.directory import DirectoryAccount
from domain.people import PersonKind
from storage import mirror
from storage.database import Database
from storage.models import Person
from tests.databases import SqliteFiles, postgres_server
from usecases.allowance import Allowance
from usecases.find_accounts import FindAccounts
from usecases.mirror_rows import account_row

SIZES = (2_000, 200_000)
PAGE = 500
PROBES = 600
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
WHO = "UBENCH"
# First, middle and last syllables of names, and what companies call themselves besides.
_SYLLABLES = (
    "Al Be Ca Da El Fa Ge Ha In Ju Ka La Mo Na Or Pa Qu Ro Sö Tel Ur Va Wa Xe Yo Ze Bra Cle Fri Gro Sta Tri",
    "ba co da fi go ha ki lo mi no pa ri so ta ve zo nde rmo lli sse tte",
    "n r x s l ta ra nix lio men dor que",
    "Systems Robotics Foods Energy Bank Health Logistics Media Group Labs Holding Analytics",
)


@dataclass(frozen=True)
class Filled:
    """A database with so many accounts, and what people type to find them."""

    find: FindAccounts
    typed: list[str]


def main() -> None:
    names = _names(max(SIZES))
    for name, fresh in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with ExitStack() as open_ones:
            _report(name, [_fill(open_ones.enter_context(fresh()), names[:size]) for size in SIZES])


def _report(name: str, filled: list[Filled]) -> None:
    times = _times(filled)
    percentiles = [(statistics.median(one), statistics.quantiles(one, n=100)[98]) for one in times]
    for size, (median, last) in zip(SIZES, percentiles, strict=True):
        print(f"{name:<11} {size:>8,} accounts: p50 {median * 1e3:6.2f} ms   p99 {last * 1e3:6.2f} ms")
    medians, lasts = zip(*percentiles, strict=True)
    print(f"{name:<11} ratio:             p50 {medians[1] / medians[0]:6.2f} x    p99 {lasts[1] / lasts[0]:6.2f} x")


def _times(filled: list[Filled]) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in filled]
    for probe in range(-20, PROBES):  # the first ones warm caches and are not counted
        for one, kept in zip(filled, times, strict=True):
            typed = one.typed[probe % len(one.typed)]
            started = time.perf_counter()
            found = one.find.matching(typed, by=WHO)
            spent = time.perf_counter() - started
            assert found, "what is typed is in a name"
            if probe >= 0:
                kept.append(spent)
    return times


def _fill(database: Database, names: list[str]) -> Filled:
    started = time.perf_counter()
    for first in range(0, len(names), PAGE):
        rows = [
            account_row(
                DirectoryAccount(id=f"001{number:015d}", name=name, modified_at=NOW, website=_website(number)), at=NOW
            )
            for number, name in enumerate(names[first : first + PAGE], first)
        ]
        with database.write() as session:
            mirror.write_accounts(session, rows)
    with database.write() as session:
        session.add(Person(id=WHO, team_id="T1", name="Bench", kind=PersonKind.MEMBER, time_zone=None, seen_at=NOW))
    print(f"{'':<11} {len(names):>8,} accounts written at {len(names) / (time.perf_counter() - started):,.0f}/s")
    use = build_use_cases(database=database, policy=Policy(), gitlab_url=None, now=lambda: NOW)
    random = Random(2)  # noqa: S311
    typed = [random.choice(random.choice(names).split())[: random.randint(1, 6)] for _ in range(PROBES)]
    tireless = Allowance(at_once=10**9, per_second=0.0, now=lambda: NOW)
    return Filled(find=replace(use.find_accounts, allowance=tireless), typed=typed)


def _names(count: int) -> list[str]:
    random = Random(1)  # noqa: S311
    starts, middles, ends, kinds = (line.split() for line in _SYLLABLES)

    def name() -> str:
        first = random.choice(starts) + random.choice(middles) + random.choice(middles) + random.choice(ends)
        return f"{first} {random.choice(starts)}{random.choice(ends)} {random.choice(kinds)}"

    return [name() for _ in range(count)]


def _website(number: int) -> str:
    return f"https://www.company-{number}.example"


@contextmanager
def _sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder, SqliteFiles(Path(folder)).fresh(Path(folder)) as database:
        yield database


@contextmanager
def _postgres() -> Iterator[Database]:
    with postgres_server() as server:
        server.create_template()
        with server.fresh() as database:
            yield database


if __name__ == "__main__":
    main()
