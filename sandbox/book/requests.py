"""Write the requests themselves: who filed them, when, how badly it is needed, and what the money looked like then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sandbox.book.demand import Ask
from sandbox.book.dice import pick
from sandbox.book.phrases import AFFECTED, TAILS
from sandbox.book.rows import Account, Opportunity, Priority
from sandbox.book.timing import asked_at, later
from sandbox.book.workspace import AREAS, BEN, BYSTANDERS, CS, KENJI, LENA, SALES, SHARED, WG

_PRIORITIES: tuple[Priority, ...] = ("P0", "P1", "NICE")
_ODDS = {
    "blocks_new_deal": (45, 42, 13), "risks_churn": (46, 42, 12), "risks_downgrade": (20, 60, 20),
    "blocks_expansion": (22, 56, 22), "none": (2, 38, 60),
}  # fmt: skip
# These two find everything urgent.
_LOUD_SELLERS = frozenset({BEN, KENJI})
_SOURCES = (("command", 52), ("shortcut", 24), ("conversation", 18), ("import", 6))
_WITHDRAWN, _CONFIRMED_AGAIN, _TYPED, _TYPED_OTHERWISE, _WORKAROUND, _NEEDED_BY = 0.045, 0.38, 0.34, 0.4, 0.68, 0.42
_RENEWAL_IS_NEAR = timedelta(days=210)
_YEN_STEP, _CENT_STEP = 100_000, 100_000
_AREA_CHANNELS = {area.key: area.channel for area in AREAS}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDraft:
    """A request before it and its gap have numbers."""

    ask: Ask
    opportunity: Opportunity | None
    use_case: str
    workaround: str | None
    priority: Priority
    impact: str
    needed_by: date | None
    typed: tuple[int, str] | None
    crm: tuple[int, str] | None
    requester: str
    source: str
    channel: str | None
    created_at: datetime
    last_confirmed_at: datetime
    withdrawn_at: datetime | None


def write_request(ask: Ask, *, deals: Mapping[int, Sequence[Opportunity]], as_of: date, random: Random) -> RequestDraft:
    """Draw one request."""
    requester = _requester(ask.account, random=random)
    left = min((deal.close for deal in deals.get(ask.account.id, ()) if deal.kind == "churn"), default=None)
    created = asked_at(ask.account, state=ask.draft.state, left=left, again=ask.again, as_of=as_of, random=random)
    impact, deal = _stake(ask.account, deals=deals.get(ask.account.id, ()), created=created, random=random)
    source = pick([name for name, _ in _SOURCES], [odds for _, odds in _SOURCES], random=random)
    withdrawn = later(created, as_of=as_of, random=random) if random.random() < _WITHDRAWN else None
    confirmed = later(created, as_of=as_of, random=random) if random.random() < _CONFIRMED_AGAIN else created
    return RequestDraft(
        ask=ask,
        opportunity=deal,
        use_case=_use_case(ask, impact=impact, random=random),
        workaround=random.choice(ask.draft.workarounds) if random.random() < _WORKAROUND else None,
        priority=_priority(impact, requester=requester, random=random),
        impact=impact,
        needed_by=_needed_by(ask.account, deal=deal, created=created, random=random),
        typed=_typed(ask.account, deal=deal, random=random),
        crm=_crm_then(ask.account, random=random),
        requester=requester,
        source=source,
        channel=_channel(ask, source=source, random=random),
        created_at=created,
        last_confirmed_at=min(confirmed, withdrawn) if withdrawn else confirmed,
        withdrawn_at=withdrawn,
    )


def _requester(account: Account, *, random: Random) -> str:
    """Mostly the account's seller or its customer success manager, sometimes whoever was in the room."""
    candidates = (account.owner or LENA, account.csm or account.owner or LENA, random.choice(BYSTANDERS))
    return pick(candidates, (50, 34, 16), random=random)


def _stake(
    account: Account, *, deals: Sequence[Opportunity], created: datetime, random: Random
) -> tuple[str, Opportunity | None]:
    """What is at stake for the account, and the deal it shows in."""
    open_deals: dict[str, Opportunity] = {deal.kind: deal for deal in deals if deal.stage == "open"}
    match account.kind:
        case "prospect":
            return "blocks_new_deal" if random.random() < 0.85 else "none", open_deals.get("new")  # noqa: PLR2004
        case "churned":
            return "risks_churn", deals[0] if deals else None
        case "internal":
            return "none", None
        case "customer":
            return _customer_stake(account, open_deals=open_deals, created=created, random=random)


def _customer_stake(
    account: Account, *, open_deals: Mapping[str, Opportunity], created: datetime, random: Random
) -> tuple[str, Opportunity | None]:
    near = account.renewal is not None and account.renewal - created.date() < _RENEWAL_IS_NEAR
    worry = {"red": 0.75, "yellow": 0.5}.get(account.health or "", 0.18) + (0.15 if near else 0)
    if random.random() < worry:
        return pick(("risks_churn", "risks_downgrade"), (7, 3), random=random), open_deals.get("renewal")
    if "expansion" in open_deals and random.random() < 0.6:  # noqa: PLR2004
        return "blocks_expansion", open_deals["expansion"]
    return pick(("none", "blocks_expansion", "risks_downgrade"), (62, 22, 16), random=random), None


def _priority(impact: str, *, requester: str, random: Random) -> Priority:
    odds = list(_ODDS[impact])
    if requester in _LOUD_SELLERS:
        odds[0] += 30
    return pick(_PRIORITIES, odds, random=random)


def _use_case(ask: Ask, *, impact: str, random: Random) -> str:
    affected = random.choice(AFFECTED).format(n=random.choice((12, 25, 40, 80, 150, 300, 650, 1200)))
    sentences = (random.choice(ask.draft.use_cases), affected, random.choice(TAILS[impact]))
    return " ".join(sentence for sentence in sentences if sentence)


def _needed_by(account: Account, *, deal: Opportunity | None, created: datetime, random: Random) -> date | None:
    """Often the day the money moves, else a round number of weeks."""
    if random.random() >= _NEEDED_BY:
        return None
    moves = deal.close if deal and deal.stage == "open" else account.renewal
    if moves and moves > created.date():
        return moves
    return created.date() + timedelta(weeks=random.choice((6, 8, 12, 16, 26)))


def _typed(account: Account, *, deal: Opportunity | None, random: Random) -> tuple[int, str] | None:
    """Sellers type a figure where the form has none, and at times one that differs from the CRM's."""
    step = _YEN_STEP if account.currency == "JPY" else _CENT_STEP
    known = account.arr or (deal.amount if deal else None)
    if known is None:
        guess = random.choice((20, 35, 60, 90, 120, 180)) * (1_500 if account.currency == "JPY" else 1_000) * 100
        return (guess, account.currency) if random.random() < 0.8 else None  # noqa: PLR2004
    if random.random() >= _TYPED:
        return None
    factor = random.uniform(0.75, 1.45) if random.random() < _TYPED_OTHERWISE else 1.0
    return max(step, round(known * factor / step) * step), account.currency


def _crm_then(account: Account, *, random: Random) -> tuple[int, str] | None:
    """The account's ARR on the day of the request; some have grown since."""
    grown = random.random() < 0.25  # noqa: PLR2004
    if account.arr is None:
        return None
    step = _YEN_STEP if account.currency == "JPY" else _CENT_STEP
    return (round(account.arr * 0.88 / step) * step if grown else account.arr), account.currency


def _channel(ask: Ask, *, source: str, random: Random) -> str | None:
    """Where it was said; forms opened from a direct message and imports have no channel."""
    if source == "import":
        return None
    if source == "shortcut" and ask.account.name.startswith("Larkmoor"):
        return SHARED
    return pick((SALES, CS, WG, _AREA_CHANNELS[ask.draft.area], None), (30, 26, 14, 14, 16), random=random)
