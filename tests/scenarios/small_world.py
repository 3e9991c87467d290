"""A company small enough to know by heart: six accounts, four gaps, four requests."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from domain.people import PersonKind
from domain.text import folded
from domain.words import AccountKind, GapState, Impact, OpportunityKind, OpportunityStage, Priority
from sandbox.slack.office import acme_office
from sandbox.slack.world import World
from storage.models import Account, Gap, Opportunity, Person, Request

MONTHS_AGO = timedelta(days=70)

MULLER, OBRIEN, NORDWIND, LODZ, APEX_RETAIL, APEX_HEALTH = 1, 2, 3, 4, 5, 6
SCIM, AUDIT_EXPORT, OFFLINE, DARK_MODE = 1, 2, 3, 4

POLICY = {
    "roles": {"admin": ["U0ADA"], "pm": ["S0PM"], "gtm": ["U0GWEN"], "product": ["U0PIET"], "engineering": ["U0ELI"]},
    "areas": [
        {"key": "auth", "name": "Auth & SSO", "dri": "U0PAT", "channel": "C0AREAAUTH"},
        {"key": "platform", "name": "Platform", "dri": "U0PRIYA", "channel": "C0AREAPLATFORM"},
        {"key": "mobile", "name": "Mobile <beta>"},
    ],
    "scoring": {"currency": "USD", "rates": {"EUR": "1.10", "PLN": "0.25", "JPY": "0.0067"}},
    "process": {"slack_threads": 16, "job_threads": 4},
}
"""The third area has neither a DRI nor a channel, and a name that needs escaping."""


def settle(world_seed: int = 0) -> World:
    """The office of Ava (sales), Cem (success), Pat and Priya (product), Gus (guest), Eve (external), Dan (left)."""
    return acme_office(seed=world_seed)


def load(session: Session, *, now: datetime) -> None:
    """Fill an empty database."""
    session.add_all(_accounts(now))
    session.flush()
    session.add_all(_opportunities(now.date()))
    session.add_all(_gaps(now - MONTHS_AGO))
    session.flush()
    session.add_all(_requests(now - MONTHS_AGO))


def mirror(session: Session, world: World, *, now: datetime) -> None:
    """Know everybody already, as after a first look at the workspace."""
    for user in world.users.values():
        kind = {"admin": PersonKind.MEMBER, "single_channel_guest": PersonKind.GUEST}.get(user.kind)
        session.add(
            Person(
                id=user.id,
                team_id=user.team_id,
                name=user.name,
                kind=PersonKind.DEACTIVATED if user.deleted else kind or PersonKind(user.kind),
                time_zone=user.timezone,
                seen_at=now,
            )
        )


def _accounts(now: datetime) -> list[Account]:
    renewal = now.date() + timedelta(days=90)
    return [
        _account(
            MULLER, "Müller & Söhne GmbH", "mueller-soehne.example", arr=(120_000_000, "EUR"), renewal_date=renewal
        ),
        _account(OBRIEN, "O’Brien Logistics", "obrien.example", arr=(24_000_000, "USD"), segment="Mid-Market"),
        _account(NORDWIND, "Nordwind AG", "nordwind.example", arr=(60_000_000, "EUR"), is_strategic=True),
        _account(LODZ, "Łódź Żelazo", "lodz.example", kind=AccountKind.PROSPECT),
        _account(APEX_RETAIL, "Apex", "apex-retail.example", arr=(3_000_000, "USD"), segment="Retail"),
        _account(APEX_HEALTH, "Apex", "apex-health.example", arr=(9_000_000, "USD"), segment="Healthcare"),
    ]


def _account(number: int, name: str, domain: str, *, arr: tuple[int, str] | None = None, **more: object) -> Account:
    minor, currency = arr or (None, None)
    given: dict[str, object] = {
        "kind": AccountKind.CUSTOMER,
        "salesforce_id": f"0015g00000SCEN{number:04d}",
        "arr_as_of": datetime(2026, 1, 5, tzinfo=UTC) if arr else None,
        "created_at": datetime(2024, 1, 1, tzinfo=UTC),
    }
    return Account(
        id=number,
        name=name,
        name_folded=folded(name),
        domain=domain,
        arr_minor=minor,
        arr_currency=currency,
        **{**given, **more},
    )


def _opportunities(today: date) -> list[Opportunity]:
    common = {"account_id": MULLER, "stage": OpportunityStage.OPEN, "stage_name": "Negotiation", "probability": 60}
    return [
        Opportunity(
            id=1,
            salesforce_id="0065g00000SCEN0001",
            name="Renewal and 200 seats",
            kind=OpportunityKind.EXPANSION,
            amount_minor=30_000_000,
            amount_currency="EUR",
            close_date=today + timedelta(days=60),
            **common,
        )
    ]


def _gaps(opened: datetime) -> list[Gap]:
    found = [
        (SCIM, "SCIM provisioning for groups", "auth", "U0PAT", GapState.BACKLOG),
        (AUDIT_EXPORT, "Export the audit log to S3", "platform", "U0PRIYA", GapState.TRIAGE),
        (OFFLINE, "Offline mode on Android", "mobile", None, GapState.NEW),
        (DARK_MODE, "Dark mode", "mobile", None, GapState.SHIPPED),
    ]
    return [
        Gap(
            id=number,
            title=title,
            area_key=area,
            dri_id=dri,
            state=state,
            created_at=opened,
            created_by="U0CEM",
            updated_at=opened,
        )
        for number, title, area, dri, state in found
    ]


def _requests(filed: datetime) -> list[Request]:
    found = [
        (1, SCIM, OBRIEN, Priority.P1, "U0CEM"),
        (2, SCIM, NORDWIND, Priority.P0, "U0CEM"),
        (3, AUDIT_EXPORT, APEX_HEALTH, Priority.NICE, "U0CEM"),
        (4, OFFLINE, LODZ, Priority.P1, "U0GWEN"),
    ]
    return [
        Request(
            id=number,
            gap_id=gap,
            account_id=account,
            title="As filed",
            priority=priority,
            impact=Impact.RISKS_CHURN,
            account_kind_then=AccountKind.CUSTOMER,
            requester_id=requester,
            source="command",
            created_at=filed,
            updated_at=filed,
            last_confirmed_at=filed,
        )
        for number, gap, account, priority, requester in found
    ]
