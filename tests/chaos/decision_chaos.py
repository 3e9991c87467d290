"""People who decide at the same moment: `python -m tests.chaos.decision_chaos 1000` races on both databases.

In each race 2, 4 or 8 people click at once; some hold the same role, some click twice. Each role has one word in the
end, each person too, who was too late is told, and the list has changed exactly if all roles agreed.
"""

import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from domain.errors import Overtaken, Refusal
from domain.quorum import ProposalState
from storage.database import Database, DatabaseBusy
from tests.chaos.weekly_chaos import say
from tests.databases import PostgresMissing, SqliteFiles, postgres_server
from tests.usecases.top10_world import ELI, GUY, GWEN, PIET, Council

CROWD = (GWEN, GUY, PIET, ELI, GWEN, GUY, PIET, ELI)
SIZES = (2, 4, 8)


@dataclass
class Races:
    """Races in one office; each is about another order of the list."""

    council: Council
    faults: list[str] = field(default_factory=list)

    def race(self, clicks: int) -> None:
        """Run one, and note what should not have happened."""
        number = self.council.official().number
        order = ", ".join(f"GAP-{gap}" for gap in reversed(self.council.official().gap_ids))
        proposal = self.council.wish("reorder", order=order)
        crowd = CROWD[:clicks]
        results = self._at_once(proposal, crowd)
        words = [one for one in self.council.decisions() if one.proposal_id == proposal]
        won = [one for one in results if isinstance(one, ProposalState)]
        told = [one for one in results if isinstance(one, Overtaken)]
        checks = {
            "a word was lost": len(won) == len(words) == len(set(crowd) - {GUY}),
            "a role spoke twice": len({one.role for one in words}) == len(words),
            "a person spoke twice": len({one.decided_by for one in words}) == len(words),
            "a loser was not told": len(won) + len(told) == clicks,
            "the list is wrong": self.council.official().number == number + (len(words) == 3),
        }
        self.faults += [f"{fault} ({clicks} clicks)" for fault, is_fine in checks.items() if not is_fine]
        if len(words) < 3:
            self.council.agree(proposal, *[one for one in (PIET, ELI) if one not in {w.decided_by for w in words}])

    def _at_once(self, proposal: int, crowd: Sequence[str]) -> list[object]:
        ready = threading.Barrier(len(crowd))

        def click(by: str) -> object:
            ready.wait()
            while True:
                try:
                    return self.council.govern.decide(proposal, approved=True, by=by)
                except DatabaseBusy:
                    continue  # they are asked to click again, and do
                except Refusal as refusal:
                    return refusal

        with ThreadPoolExecutor(len(crowd)) as people:
            return list(people.map(click, crowd))


def run(database: Database, races: int) -> list[str]:
    """Run so many races; return what should not have happened."""
    council = Council(database)
    council.ask()
    council.publish_first()
    office = Races(council)
    for number in range(races):
        office.race(SIZES[number % len(SIZES)])
    return office.faults


def main(races: int) -> None:
    """Race on SQLite, and on PostgreSQL where there is one."""
    faults: list[str] = []
    with ExitStack() as running, tempfile.TemporaryDirectory() as folder:
        databases = {"SQLite": running.enter_context(SqliteFiles(Path(folder)).fresh(Path(folder)))}
        try:
            server = running.enter_context(postgres_server())
            server.create_template()
            databases["PostgreSQL"] = running.enter_context(server.fresh())
        except PostgresMissing as missing:
            say(f"no PostgreSQL: {missing}")
        for name, database in databases.items():
            found = run(database, races)
            say(f"{name}: {races} races of 2, 4 and 8: {len(found)} faults {found[:5]}")
            faults += found
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
