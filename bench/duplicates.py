"""How long it takes to find alike gaps among many: `make bench-duplicates`, on both databases.

The gaps are put together from the labelled titles' words and invented ones, with frequencies like those of a language:
a few words are in a tenth of all gaps, most in a handful.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from sqlalchemy import insert, text

from domain.words import GapState
from storage import gap_index
from storage.database import Database
from storage.models import Gap
from tests.databases import SqliteFiles, postgres_server
from tests.usecases.labelled_titles import OPEN_GAPS, TYPED
from usecases.duplicates.find import FindDuplicates
from usecases.duplicates.synonyms import read_synonyms

SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ka",
    "le",
    "mi",
    "no",
    "pu",
    "ra",
    "se",
    "ti",
    "vo",
    "xu",
    "za",
    "bri",
    "cla",
    "dro",
)
VOCABULARY = 12_000
AT = datetime(2026, 11, 2, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gaps", type=int, default=100_000)
    parser.add_argument("--lookups", type=int, default=600)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, SqliteFiles(Path(folder)).fresh(Path(folder)) as database:
        measure("sqlite", database, asked.gaps, asked.lookups)
    with postgres_server(durable=True) as server:
        server.create_template()
        with server.fresh() as database:
            measure("postgresql", database, asked.gaps, asked.lookups)


def measure(name: str, database: Database, gaps: int, lookups: int) -> None:
    dice = random.Random(7)  # noqa: S311  invented titles, not secrets
    titles = invented(dice, gaps)
    started = time.perf_counter()
    fill(database, titles)
    filled = time.perf_counter() - started
    find = FindDuplicates(synonyms=read_synonyms())
    typed = [misspelt(dice, dice.choice([*TYPED, *titles])) for _ in range(lookups)]
    took = []
    for title in typed:
        with database.read() as session:
            started = time.perf_counter()
            find(session, title, limit=5)
            took.append((time.perf_counter() - started) * 1000)
    cuts = quantiles(took, n=100)
    print(
        f"{name:>10}: {gaps:,} gaps indexed in {filled:.0f} s; {lookups} lookups: median {cuts[49]:.1f} ms, "
        f"p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, worst {max(took):.1f} ms"
    )


def invented(dice: random.Random, count: int) -> list[str]:
    words = ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(VOCABULARY)]
    real = sorted({word for title in OPEN_GAPS.values() for word in title.split()})
    ranked = real + words
    weights = [1 / (rank + 3) for rank in range(len(ranked))]
    return [" ".join(dice.choices(ranked, weights, k=dice.randint(3, 7))) for _ in range(count)]


def fill(database: Database, titles: Sequence[str]) -> None:
    rows = [
        {"title": title[:150], "state": GapState.BACKLOG, "created_at": AT, "created_by": "UPM", "updated_at": AT}
        for title in titles
    ]
    with database.write() as session:
        for first in range(0, len(rows), 5_000):
            session.connection().execute(insert(Gap), rows[first : first + 5_000])
    more = True
    while more:
        with database.write() as session:
            more = gap_index.index_missing(session) > 0
    with database.write() as session:
        session.execute(text("ANALYZE"))


def misspelt(dice: random.Random, title: str) -> str:
    """Every third title has a letter too few, as titles have that people type."""
    if dice.randrange(3) or len(title) < 6:
        return title
    at = dice.randrange(1, len(title) - 1)
    return title[:at] + title[at + 1 :]


if __name__ == "__main__":
    main()
