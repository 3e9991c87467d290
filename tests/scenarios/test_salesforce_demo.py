"""The demo's Salesforce: the bot loads it by itself, and follows what people change in it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import clock
from bot.policy_file import Policy
from domain.money import Money
from sandbox import book, town
from sandbox.crm import LOOKS_EVERY_SECONDS, Crm
from storage.models import Account
from tests.scenarios import salesforce_world
from tests.scenarios.conftest import OpenOffice
from usecases.job_kinds import MIRROR_CUSTOMERS


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def crm(whole_book: book.Book, tmp_path: Path) -> Iterator[Crm]:
    crm = Crm(whole_book, folder=tmp_path, clock=clock.now)
    yield crm
    crm.stop()


def started(crm: Crm) -> dict[str, Any]:
    given = crm.start(bot_url="http://127.0.0.1:1")
    return {key.lower(): value if key.endswith("URL") else SecretStr(value) for key, value in given.items()}


def test_the_first_load_needs_nobody_and_changes_are_followed(
    open_office: OpenOffice, whole_book: book.Book, crm: Crm
) -> None:
    settings = started(crm)
    office = open_office(seed="book", more_policy=tomllib.loads(crm.policy()), more_settings=settings)
    office.wait_for_job(MIRROR_CUSTOMERS.name, lambda job: job.state == "done")
    office.settle(hasten=True)
    assert '"is_full": true' in office.logs
    assert '"missing_fields": []' in office.logs
    of_the_book = {one.salesforce_id for one in whole_book.accounts if one.salesforce_id}
    assert {one.salesforce_id for one in office.rows(Account, Account.salesforce_id.is_not(None))} == of_the_book

    (found,) = crm.desk.accounts({"text": "Larkmoor Retail Group"})["accounts"]
    crm.desk.change({**found, "arr": "2000000"})
    salesforce_world.sync(office)
    (changed,) = office.rows(Account, Account.salesforce_id == found["id"])
    assert changed.arr == Money(2_000_000_00, "USD")


def test_the_policy_is_one_that_the_bot_takes(whole_book: book.Book, crm: Crm) -> None:
    policy = Policy.model_validate(tomllib.loads(town.policy_text(whole_book) + "\n" + crm.policy()))
    assert policy.salesforce.changes_every.total_seconds() == LOOKS_EVERY_SECONDS


def test_what_was_changed_is_there_the_next_time(whole_book: book.Book, tmp_path: Path, crm: Crm) -> None:
    (found,) = crm.desk.accounts({"text": "Larkmoor Retail Group"})["accounts"]
    crm.desk.change({**found, "name": "Larkmoor Reborn"})
    again = Crm(whole_book, folder=tmp_path, clock=clock.now)
    assert again.desk.accounts({"text": "reborn"})["total"] == 1
    again.stop()
