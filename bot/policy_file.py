"""The file of policy, `gapbot.toml`: validated whole, every key optional."""

import re
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.recurrence import Weekly
from domain.digest import MoneyShown, Subscription
from domain.errors import Refusal
from domain.gap_query import GapQuery
from domain.money import LARGEST, ExchangeRates
from domain.organisation import EVERYONE, Area, Organisation
from domain.people import Role
from domain.quorum import Quorum
from domain.words import OpportunityKind
from scoring.calibration import MOST_BALANCE
from usecases.digest_filters import read_filters
from usecases.read_gap_query import NotUnderstood

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"[0-9]{1,6}[smhd]")
_DAYS = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WHOLE = 1e-9
# A look costs five calls of the organisation's day; a day is what the full pass at night is for.
_OFTEN, _RARELY = timedelta(seconds=5), timedelta(days=1)


def weekly(*, day: str, at: str, zone: str) -> Weekly:
    """A day, a time and a zone as they are written, as a rule for slots."""
    return Weekly(weekday=WEEKDAYS.index(day), at=time.fromisoformat(at), zone=ZoneInfo(zone))


class UnusablePolicy(Refusal):
    """The file of policy does not mean anything; the text says where and why."""


def _duration(value: object) -> object:
    if isinstance(value, str) and _DURATION.fullmatch(value):
        return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
    raise ValueError("write a duration like 30s, 5m, 8h or 7d")


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("not a time zone; write one like Europe/Berlin")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
SlackId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,30}$")]
Member = Annotated[str, Field(pattern=r"^(\*|[USW][A-Z0-9]{1,30})$")]
ChannelId = Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{1,30}$")]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,38}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
TimeZone = Annotated[str, AfterValidator(_zone)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Roles(_Section):
    """Slack user ids or user-group ids per role; `*` is every full member."""

    admin: frozenset[Member] = frozenset()
    pm: frozenset[Member] = frozenset()
    gtm: frozenset[Member] = frozenset()
    product: frozenset[Member] = frozenset()
    engineering: frozenset[Member] = frozenset()
    requester: frozenset[Member] = frozenset({EVERYONE})


class AreaSection(_Section):
    """A product area."""

    key: Key
    name: Annotated[str, Field(min_length=1, max_length=60)]
    dri: SlackId | None = None
    channel: ChannelId | None = None
    gitlab_project: str | None = None


class DigestSection(_Section):
    """One weekly digest."""

    channel: ChannelId
    day: _DAYS = "monday"
    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:00"
    timezone: TimeZone = "UTC"
    size: Annotated[int, Field(ge=1, le=20)] = 10
    areas: list[Key] = []
    filters: str = ""
    money: MoneyShown = MoneyShown.BAND
    owner: SlackId | None = None

    def query(self, areas: tuple[Area, ...]) -> GapQuery:
        """Everything that it is restricted to; raise `NotUnderstood`."""
        found = read_filters(self.filters, areas=areas)
        return replace(found, areas=tuple(sorted({*self.areas, *found.areas})))

    def as_subscription(self, query: GapQuery, *, key: str) -> Subscription:
        return Subscription(
            key=key,
            channel=self.channel,
            weekday=WEEKDAYS.index(self.day),
            at=self.time,
            time_zone=self.timezone,
            size=self.size,
            areas=query.areas,
            filters=str(replace(query, areas=())),
            money=self.money,
            owner=self.owner,
        )


class Top10Section(_Section):
    """Where proposals go, who must agree, how long they stay open, and when the weekly rule runs."""

    channel: ChannelId | None = None
    quorum: Annotated[list[Literal["gtm", "product", "engineering"]], Field(min_length=1)] = [
        "gtm",
        "product",
        "engineering",
    ]
    delegates: dict[Literal["gtm", "product", "engineering"], frozenset[SlackId]] = {}
    expires_after: Duration = timedelta(days=7)
    day: _DAYS = "monday"
    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "08:00"
    timezone: TimeZone = "UTC"

    @model_validator(mode="after")
    def _sane(self) -> "Top10Section":
        if len(set(self.quorum)) != len(self.quorum):
            raise ValueError("the quorum names a role twice")
        if self.expires_after < timedelta(hours=1):
            raise ValueError("a proposal needs at least an hour to be decided")
        return self

    def weekly(self) -> Weekly:
        return weekly(day=self.day, at=self.time, zone=self.timezone)

    def as_quorum(self) -> Quorum:
        return Quorum(
            roles=tuple(Role(role) for role in self.quorum),
            delegates={Role(role): people for role, people in self.delegates.items()},
            expires_after=self.expires_after,
            channel=self.channel,
        )


class ScoringSection(_Section):
    """How gaps are ranked, and what one unit of each other currency is worth in the reporting one."""

    model: Literal["composite", "rank_fusion", "cd3", "rice", "raw_arr", "cipf"] = "composite"
    currency: Currency = "USD"
    weights: tuple[float, float, float, float] = (0.4, 0.2, 0.2, 0.2)
    balance: Annotated[float, Field(ge=-MOST_BALANCE, le=MOST_BALANCE)] = 0.0
    rates: dict[Currency, Annotated[Decimal, Field(gt=0)]] = {}
    typed_cap: Annotated[int, Field(ge=0, le=LARGEST)] | None = None

    @property
    def typed_cap_cents(self) -> int | None:
        """What an ARR that somebody typed may count for where the CRM knows none; None for a typical account's."""
        return None if self.typed_cap is None else self.typed_cap * 100

    @model_validator(mode="after")
    def _sane(self) -> "ScoringSection":
        # Not a number is neither less than nor more than anything: ask for what is right.
        if not (min(self.weights) >= 0 and abs(sum(self.weights) - 1) <= _WHOLE):
            raise ValueError("weights must not be negative and must sum to 1")
        return self


class SalesforceSection(_Section):
    """Our name → this org's API name; its types of deals → what winning one does to the ARR; how often we look."""

    changes_every: Annotated[Duration, Field(ge=_OFTEN, le=_RARELY)] = timedelta(minutes=10)
    account: dict[str, str] = {}
    opportunity: dict[str, str] = {}
    kinds: dict[str, OpportunityKind] = {}


class DuplicatesSection(_Section):
    """Other words of this organisation for the same thing, beside the ones that come with the bot."""

    synonyms: list[Annotated[list[Annotated[str, Field(min_length=1, max_length=80)]], Field(min_length=2)]] = []


class IntakeSection(_Section):
    """How requests come in beside commands: the emoji's name that makes a request of a message; none by default."""

    reaction: Annotated[str, Field(pattern=r"^[a-z0-9_+'-]{1,60}$")] | None = None


class LanguageModelSection(_Section):
    """What is asked of LANGUAGE_MODEL_URL, where there is one: which model, how long it may take, what it may read."""

    model: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    timeout: Annotated[Duration, Field(ge=timedelta(seconds=1), le=timedelta(minutes=1))] = timedelta(seconds=8)
    customer_data: bool = False


class GitlabSection(_Section):
    """What is written to GitLab, and what is made of what happens there.

    `note_detail`: an internal note has links to Salesforce, or counts alone. `ship_after`: a gap whose issue a merged
    change closed counts as shipped after so long without a word of its DRI; without it, never by itself.
    """

    note_detail: Literal["links", "none"] = "links"
    confidential: bool = False
    ship_after: Duration | None = None
    poll_every: Annotated[Duration, Field(ge=timedelta(minutes=1))] = timedelta(minutes=5)


class ProcessSection(_Section):
    """How many threads answer Slack and how many work on jobs."""

    slack_threads: Annotated[int, Field(ge=1, le=256)] = 32
    job_threads: Annotated[int, Field(ge=1, le=64)] = 8


class Policy(_Section):
    """The whole file."""

    roles: Roles = Roles()
    areas: list[AreaSection] = []
    digests: list[DigestSection] = []
    top10: Top10Section = Top10Section()
    scoring: ScoringSection = ScoringSection()
    salesforce: SalesforceSection = SalesforceSection()
    duplicates: DuplicatesSection = DuplicatesSection()
    intake: IntakeSection = IntakeSection()
    language_model: LanguageModelSection = LanguageModelSection()
    gitlab: GitlabSection = GitlabSection()
    process: ProcessSection = ProcessSection()

    @model_validator(mode="after")
    def _keys_fit(self) -> "Policy":
        keys = [area.key for area in self.areas]
        if len(keys) != len(set(keys)):
            raise ValueError("two areas have the same key")
        unknown = {key for digest in self.digests for key in digest.areas} - set(keys)
        if unknown:
            raise ValueError(f"digests name areas that do not exist: {', '.join(sorted(unknown))}")
        for digest in self.digests:
            try:
                digest.query(self.organisation().areas)
            except NotUnderstood as unclear:
                raise ValueError(f"a digest's filters: {unclear.sentence}") from unclear
        return self

    def organisation(self) -> Organisation:
        return Organisation(
            areas=tuple(
                Area(
                    key=area.key,
                    name=area.name,
                    dri=area.dri,
                    channel=area.channel,
                    gitlab_project=area.gitlab_project,
                )
                for area in self.areas
            ),
            roles={role: frozenset(getattr(self.roles, role.value)) for role in Role},
        )

    def subscriptions(self) -> tuple[Subscription, ...]:
        """The digests of the file. A key says what is wanted and not when: another hour is no other digest."""
        seen = Counter[str]()
        found = []
        for digest in self.digests:
            query = digest.query(self.organisation().areas)
            # By their digest: filters can name a customer, and keys are logged.
            rest = f"+{sha256(str(replace(query, areas=())).encode()).hexdigest()[:8]}" if digest.filters else ""
            name = f"config:{digest.channel}:{','.join(query.areas) or '*'}"[:90] + rest
            seen[name] += 1
            found.append(digest.as_subscription(query, key=name if seen[name] == 1 else f"{name}#{seen[name]}"))
        return tuple(found)

    def exchange_rates(self) -> ExchangeRates:
        return ExchangeRates(
            reporting=self.scoring.currency,
            rates={code: Fraction(rate) for code, rate in self.scoring.rates.items() if code != self.scoring.currency},
        )


def load_policy(path: Path) -> Policy:
    """Read the file; one that does not exist means all defaults. Raise `UnusablePolicy`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Policy()
    except (OSError, UnicodeDecodeError) as unreadable:
        raise UnusablePolicy(f"{path}: cannot be read ({type(unreadable).__name__}).") from unreadable
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise UnusablePolicy(f"{path}: {broken}") from broken
    try:
        return Policy.model_validate(found)
    except ValidationError as invalid:
        lines = [
            f"{'.'.join(map(str, error['loc'])) or 'the file'}: {error['msg'].removeprefix('Value error, ')}"
            for error in invalid.errors(include_input=False, include_url=False)
        ]
        raise UnusablePolicy(f"{path} is not usable:\n  " + "\n  ".join(lines)) from None
