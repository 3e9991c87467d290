"""The same data is the same ranking, byte by byte: in either database, after a restart, in any order of its rows."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from sandbox.book import write_book
from sandbox.seed import seed
from scoring import MODELS
from scoring.snapshot import as_json, report
from storage import portfolio
from storage.database import Database
from storage.portfolio import PortfolioRows
from tests.databases import SqliteFiles
from tests.usecases.office import NOW, Office


def said(office: Office, rows: PortfolioRows) -> dict[str, str]:
    return {model: as_json(report(office.use.rank.ranking(rows, model=model))) for model in MODELS}


def shuffled(rows: PortfolioRows) -> PortfolioRows:
    chance = random.Random(5)  # noqa: S311 - chance, not secrets
    mixed = {name: list(getattr(rows, name)) for name in ("accounts", "opportunities", "gaps", "requests")}
    for table in mixed.values():
        chance.shuffle(table)
    return replace(rows, **mixed)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_every_model_says_the_same_everywhere(
    database: Database, second_door: Database, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    def whole(session: Session) -> PortfolioRows:
        return portfolio.read(session)

    with sqlite_files.fresh(tmp_path) as file:
        answers = []
        for each in (database, file):
            seed(each, write_book(seed=7, as_of=NOW.date()))
            office = Office(each)
            rows = office.reading(whole)
            answers += [said(office, rows), said(office, shuffled(rows))]
        restarted = Office(second_door)
        answers.append(said(restarted, restarted.reading(whole)))
    assert all(answer == answers[0] for answer in answers)
    assert len(json.loads(answers[0]["composite"])["ranking"]) > 20
