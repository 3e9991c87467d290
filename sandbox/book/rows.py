"""The shapes of the book of business: what a CRM, a chat workspace and a year of requests would hold.

Words (`kind`, `state`, `priority` …) are the product's own values as plain text. Money is in minor units, times are
UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

PersonKind = Literal["member", "admin", "guest", "external", "deactivated"]
AccountKind = Literal["customer", "prospect", "churned", "internal"]
DealKind = Literal["new", "expansion", "renewal", "churn"]
DealStage = Literal["open", "won", "lost"]
Priority = Literal["P0", "P1", "NICE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the workspace; `persona` people can be played in the demo."""

    id: str
    name: str
    title: str
    kind: PersonKind = "member"
    timezone: str = "Europe/Berlin"
    persona: bool = False

    @property
    def handle(self) -> str:
        return self.name.lower().replace(" ", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    id: str
    name: str
    topic: str
    members: tuple[str, ...]
    private: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A product area with the person who owns its gaps and the channel that hears of them."""

    key: str
    name: str
    dri: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A company; `salesforce_id` is missing where a seller typed the name and the CRM has never heard of it."""

    id: int
    salesforce_id: str | None
    name: str
    domain: str
    kind: AccountKind
    parent: int | None
    segment: str
    region: str
    currency: str
    strategic: bool
    health: str | None
    arr: int | None
    arr_as_of: datetime | None
    renewal: date | None
    owner_name: str
    owner: str | None
    csm_name: str | None
    csm: str | None
    created_at: datetime

    @property
    def verified(self) -> bool:
        return self.salesforce_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    id: int
    salesforce_id: str
    account: int
    name: str
    kind: DealKind
    stage: DealStage
    stage_name: str
    amount: int | None
    currency: str
    probability: int
    close: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    id: int
    title: str
    problem: str
    area: str
    dri: str
    state: str
    merged_into: int | None
    effort_months: float | None
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One account's need. `crm_arr` is what the CRM said on the day it was filed, `typed_arr` what the seller wrote."""

    id: int
    gap: int
    account: int
    opportunity: int | None
    title: str
    use_case: str
    workaround: str | None
    priority: Priority
    impact: str
    needed_by: date | None
    typed_arr: int | None
    typed_currency: str | None
    crm_arr: int | None
    crm_currency: str | None
    requester: str
    source: str
    channel: str | None
    created_at: datetime
    last_confirmed_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something said in a channel before the demo starts, so that there is a conversation to join."""

    channel: str
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One invented company's world on one day."""

    company: str
    as_of: date
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    areas: tuple[Area, ...]
    roles: Mapping[str, tuple[str, ...]]
    rates_to_usd: Mapping[str, str]
    accounts: tuple[Account, ...]
    opportunities: tuple[Opportunity, ...]
    gaps: tuple[Gap, ...]
    requests: tuple[Request, ...]
    messages: tuple[Message, ...]

    @property
    def personas(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.persona)
