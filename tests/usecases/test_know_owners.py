"""Owners of the CRM become people of Slack: each address is asked for once, and the accounts follow."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select, update

from domain.directory import DirectoryAccount
from storage.models import Account
from tests.usecases.office import NOW, Office
from usecases import mirror_rows
from usecases.know_owners import KnowOwners

IDS = {"lena@example.com": "ULENA", "tom@example.com": "UTOM"}


class Slack:
    """Knows some addresses, and remembers which it was asked for."""

    def __init__(self, known: Mapping[str, str] = IDS) -> None:
        self.known = dict(known)
        self.asked: list[str] = []

    def __call__(self, email: str) -> str | None:
        self.asked.append(email)
        return self.known.get(email)


@pytest.fixture
def know(office: Office) -> KnowOwners:
    return KnowOwners(database=office.database, now=office.clock)


def people(office: Office) -> dict[str, tuple[str | None, str | None]]:
    query = select(Account.name, Account.owner_slack_id, Account.csm_slack_id)
    return {name: (owner, csm) for name, owner, csm in office.reading(lambda session: session.execute(query).all())}


def test_each_address_is_asked_for_once_and_every_account_knows(office: Office, know: KnowOwners) -> None:
    office.account("A", owner_email="lena@example.com", csm_email="tom@example.com")
    office.account("B", owner_email="tom@example.com", csm_email="nobody@example.com")
    office.account("C", owner_email=None)
    office.account("Gone", owner_email="gone@example.com", crm_deleted_at=office.clock())
    slack = Slack()
    assert know(slack) == 3
    assert slack.asked == ["lena@example.com", "nobody@example.com", "tom@example.com"]
    assert people(office) == {"A": ("ULENA", "UTOM"), "B": ("UTOM", None), "C": (None, None), "Gone": (None, None)}
    assert know(slack) == 0


def test_a_new_account_of_a_known_owner_needs_no_question(office: Office, know: KnowOwners) -> None:
    office.account("A", owner_email="lena@example.com")
    know(Slack())
    office.account("B", owner_email="lena@example.com")
    slack = Slack()
    know(slack)
    assert (slack.asked, people(office)["B"]) == ([], ("ULENA", None))


def test_an_account_with_another_owner_follows(office: Office, know: KnowOwners) -> None:
    office.account("A", owner_email="lena@example.com")
    know(Slack())
    for address, right in (("tom@example.com", "UTOM"), ("nobody@example.com", None)):
        with office.database.write() as session:
            session.execute(update(Account).values(owner_email=address))
        know(Slack())
        assert people(office)["A"] == (right, None)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_came_or_left_is_noticed_after_a_while(office: Office, know: KnowOwners) -> None:
    office.account("A", owner_email="lena@example.com", csm_email="new@example.com")
    know(Slack())
    office.clock.move(days=8)
    slack = Slack({"new@example.com": "UNEW"})
    know(slack)
    assert (slack.asked, people(office)["A"]) == (["new@example.com"], ("ULENA", "UNEW"))
    office.clock.move(days=31)
    know(slack)
    assert people(office)["A"] == (None, "UNEW")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_answers_before_a_failure_are_kept(office: Office, know: KnowOwners) -> None:
    office.account("A", owner_email="lena@example.com", csm_email="tom@example.com")

    def ask(email: str) -> str | None:
        if email.startswith("tom"):
            raise TimeoutError
        return IDS[email]

    with pytest.raises(TimeoutError):
        know(ask)
    assert people(office)["A"] == ("ULENA", None)
    slack = Slack()
    know(slack)
    assert slack.asked == ["tom@example.com"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [(" Lena@Example.COM ", "lena@example.com"), ("", None), (None, None), ("n/a", None), (f"{'x' * 250}@a.de", None)],
)
def test_an_address_is_kept_as_slack_compares_it(given: str | None, kept: str | None) -> None:
    one = DirectoryAccount(id="1", name="A", modified_at=NOW, owner_email=given, csm_email=given)
    row = mirror_rows.account_row(one, at=NOW)
    assert (row["owner_email"], row["csm_email"]) == (kept, kept)
