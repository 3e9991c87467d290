"""The portfolio holds what a ranking needs and no more: leaving the rest of the CRM out changes no rank."""

from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from sandbox.book import write_book
from sandbox.seed import seed
from storage import portfolio
from storage.database import Database
from storage.models import Account, Opportunity
from storage.portfolio import PortfolioRows
from tests.usecases.office import NOW, Office


def everything(session: Session) -> PortfolioRows:
    """The same columns of every account and deal."""
    rows = portfolio.read(session)
    accounts = select(*[getattr(Account, name) for name in rows.accounts[0]._fields])
    deals = select(*[getattr(Opportunity, name) for name in rows.opportunities[0]._fields])
    return replace(rows, accounts=list(session.execute(accounts)), opportunities=list(session.execute(deals)))


def test_the_rest_of_the_crm_changes_no_rank(database: Database) -> None:
    office = Office(database)
    seed(database, write_book(seed=7, as_of=NOW.date()))
    rows, whole = office.reading(portfolio.read), office.reading(everything)
    assert len(rows.accounts) < len(whole.accounts)
    assert len(rows.opportunities) < len(whole.opportunities)
    ranked, expected = (
        [(one.gap_id, one.rank, one.score, one.totals, one.evidence) for one in office.use.rank.ranking(read)]
        for read in (rows, whole)
    )
    assert ranked == expected
    assert any(totals.gross_arr for _, _, _, totals, _ in ranked)


def test_families_are_whole_even_in_a_circle(database: Database) -> None:
    office = Office(database)
    top, middle, asking, below, sibling, stranger = (office.account(f"A{number}") for number in range(6))
    parents = {middle: top, asking: middle, below: asking, sibling: top}
    with database.write() as session:
        for child, parent in parents.items():
            session.execute(update(Account).where(Account.id == child).values(parent_id=parent))
    office.file(account_id=asking)
    assert {row.id for row in office.reading(portfolio.read).accounts} == {top, *parents}
    with database.write() as session:
        session.execute(update(Account).where(Account.id == top).values(parent_id=below))
    assert {row.id for row in office.reading(portfolio.read).accounts} == {top, *parents}
    assert stranger not in {top, *parents}


def test_a_deleted_deal_counts_no_more(database: Database) -> None:
    office = Office(database)
    acme = office.account()
    office.file(account_id=acme, opportunity_id=office.opportunity(acme))
    assert len(office.reading(portfolio.read).opportunities) == 1
    with database.write() as session:
        session.execute(update(Opportunity).values(crm_deleted_at=NOW))
    assert office.reading(portfolio.read).opportunities == []


def test_an_account_that_the_crm_deleted_counts_no_more(database: Database) -> None:
    office = Office(database)
    acme = office.account("Acme")
    child = office.account("Acme Labs", parent_id=acme)
    office.file(account_id=acme)
    with database.write() as session:
        session.execute(update(Account).where(Account.id == child).values(crm_deleted_at=NOW))
    assert {row.id for row in office.reading(portfolio.read).accounts} == {acme}, "its money is not its parent's"
    with database.write() as session:
        session.execute(update(Account).values(crm_deleted_at=NOW))
    rows = office.reading(portfolio.read)
    assert (len(rows.accounts), len(rows.requests)) == (0, 1), "the request is kept"
