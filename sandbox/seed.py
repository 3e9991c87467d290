"""Put the invented book of business into a database, as months of use would have left it."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from domain.text import folded
from domain.words import AccountKind, GapState, Impact, OpportunityKind, OpportunityStage, Priority
from sandbox import book
from storage.database import Database
from storage.models import Account, Gap, Opportunity, Request

# PostgreSQL numbers on from its sequences, which know nothing of rows that came with their ids.
_NUMBERED = ("account", "opportunity", "gap", "request")


def seed(database: Database, written: book.Book) -> bool:
    """Load the book into a migrated database; False when there is data already, which stays as it is."""
    with database.write() as session:
        if session.scalar(select(func.count()).select_from(Gap)):
            return False
        _load(session, written)
        if not database.is_sqlite:
            for table in _NUMBERED:
                session.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608
                )
    return True


def _load(session: Session, written: book.Book) -> None:
    # Parents before children: the database checks each reference as it comes.
    for account in sorted(written.accounts, key=lambda one: (one.parent is not None, one.id)):
        session.add(_account(account))
        session.flush()
    session.add_all(_opportunity(one) for one in written.opportunities)
    for gap in sorted(written.gaps, key=lambda one: (one.merged_into is not None, one.id)):
        session.add(_gap(gap))
        session.flush()
    kinds = {account.id: AccountKind(account.kind) for account in written.accounts}
    session.add_all(_request(one, kinds[one.account]) for one in written.requests)
    session.flush()


def _account(one: book.Account) -> Account:
    return Account(
        id=one.id,
        salesforce_id=one.salesforce_id,
        name=one.name,
        name_folded=folded(one.name),
        domain=one.domain,
        kind=AccountKind(one.kind),
        is_verified=one.verified,
        parent_id=one.parent,
        segment=one.segment,
        region=one.region,
        is_strategic=one.strategic,
        health=one.health,
        owner_name=one.owner_name,
        owner_slack_id=one.owner,
        csm_name=one.csm_name,
        csm_slack_id=one.csm,
        arr_minor=one.arr,
        arr_currency=one.currency if one.arr is not None else None,
        arr_as_of=one.arr_as_of,
        renewal_date=one.renewal,
        created_at=one.created_at,
        created_by=None if one.verified else one.owner,
    )


def _opportunity(one: book.Opportunity) -> Opportunity:
    return Opportunity(
        id=one.id,
        salesforce_id=one.salesforce_id,
        account_id=one.account,
        name=one.name,
        kind=OpportunityKind(one.kind),
        stage=OpportunityStage(one.stage),
        stage_name=one.stage_name,
        amount_minor=one.amount,
        amount_currency=one.currency if one.amount is not None else None,
        probability=one.probability,
        close_date=one.close,
    )


def _gap(one: book.Gap) -> Gap:
    return Gap(
        id=one.id,
        title=one.title,
        problem=one.problem,
        area_key=one.area,
        dri_id=one.dri,
        state=GapState(one.state),
        merged_into_id=one.merged_into,
        effort_months=one.effort_months,
        created_at=one.created_at,
        created_by=one.created_by,
        updated_at=one.created_at,
    )


def _request(one: book.Request, account_kind: AccountKind) -> Request:
    return Request(
        id=one.id,
        gap_id=one.gap,
        account_id=one.account,
        opportunity_id=one.opportunity,
        title=one.title,
        use_case=one.use_case,
        workaround=one.workaround,
        priority=Priority(one.priority),
        impact=Impact(one.impact),
        needed_by=one.needed_by,
        arr_typed_minor=one.typed_arr,
        arr_typed_currency=one.typed_currency,
        arr_crm_minor=one.crm_arr,
        arr_crm_currency=one.crm_currency,
        arr_crm_as_of=one.created_at if one.crm_arr is not None else None,
        account_kind_then=account_kind,
        requester_id=one.requester,
        source=one.source,
        source_channel_id=one.channel,
        created_at=one.created_at,
        updated_at=one.withdrawn_at or one.last_confirmed_at,
        last_confirmed_at=one.last_confirmed_at,
        withdrawn_at=one.withdrawn_at,
    )
