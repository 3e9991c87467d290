"""Write the CRM's opportunities: renewals to come, expansions, new business, and what was won and lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.book import salesforce_ids
from sandbox.book.dice import pick, stream
from sandbox.book.rows import Account, DealKind, DealStage, Opportunity
from sandbox.book.timing import CHURNED_DAYS_AGO

_OPEN_STAGES = (("Discovery", 20), ("Evaluation", 40), ("Proposal", 60), ("Negotiation", 80))
_EXPANSIONS = ("more seats", "second region", "Premium plan", "rollout to operations", "embedded reports")
_AMOUNT_MISSING, _OVERDUE, _LONG_OVERDUE = 0.06, 0.12, 0.05
_NEW_DEAL = {"Enterprise": 260_000, "Mid-Market": 70_000, "SMB": 14_000, "Public Sector": 120_000}
_PER_DOLLAR = {"USD": 1.0, "EUR": 0.92, "GBP": 0.79, "JPY": 150.0, "SEK": 10.5}


@dataclass(frozen=True, slots=True)
class _Deal:
    name: str
    kind: DealKind
    stage: DealStage
    amount: int | None
    close: date


def write_opportunities(accounts: tuple[Account, ...], *, seed: int, as_of: date) -> tuple[Opportunity, ...]:
    """Return the opportunities of all accounts the CRM knows, with ids from 1."""
    random = stream(seed, "opportunities")
    written: list[Opportunity] = []
    for account in accounts:
        if account.salesforce_id is None or account.kind == "internal":
            continue
        for deal in _deals(account, as_of=as_of, random=random):
            written.append(_opportunity(len(written) + 1, account=account, deal=deal, random=random))
    return tuple(written)


def _deals(account: Account, *, as_of: date, random: Random) -> Iterator[_Deal]:
    match account.kind:
        case "customer":
            yield from _customer_deals(account, as_of=as_of, random=random)
        case "prospect":
            yield from _prospect_deals(account, as_of=as_of, random=random)
        case "churned":
            lost = as_of - timedelta(days=random.randint(20, CHURNED_DAYS_AGO))
            yield _Deal(f"{lost.year} renewal", "churn", "lost", _new_amount(account, random=random), lost)
        case "internal":
            return


def _customer_deals(account: Account, *, as_of: date, random: Random) -> Iterator[_Deal]:
    if account.renewal and random.random() < 0.62:  # noqa: PLR2004  the share whose renewal is in the CRM already
        yield _Deal(f"{account.renewal.year} renewal", "renewal", "open", account.arr, account.renewal)
    if random.random() < 0.44:  # noqa: PLR2004
        close = _close(as_of, random=random)
        yield _Deal(random.choice(_EXPANSIONS), "expansion", "open", _share(account, random=random), close)
    if random.random() < 0.34:  # noqa: PLR2004
        won = as_of - timedelta(days=random.randint(5, 500))
        yield _Deal(f"{won.year} {random.choice(_EXPANSIONS)}", "expansion", "won", _share(account, random=random), won)
    if random.random() < 0.2:  # noqa: PLR2004
        lost = as_of - timedelta(days=random.randint(5, 700))
        name = f"{lost.year} {random.choice(_EXPANSIONS)}"
        yield _Deal(name, "expansion", "lost", _share(account, random=random), lost)


def _prospect_deals(account: Account, *, as_of: date, random: Random) -> Iterator[_Deal]:
    close = _close(as_of, random=random)
    yield _Deal("first contract", "new", "open", _new_amount(account, random=random), close)
    if random.random() < 0.4:  # noqa: PLR2004  the ones that said no once already
        lost = as_of - timedelta(days=random.randint(120, 650))
        yield _Deal(f"{lost.year} evaluation", "new", "lost", _new_amount(account, random=random), lost)


def _close(as_of: date, *, random: Random) -> date:
    """Mostly in the next three quarters; some slipped, and some nobody has looked at for months."""
    chance = random.random()
    if chance < _LONG_OVERDUE:
        return as_of - timedelta(days=random.randint(95, 210))
    if chance < _LONG_OVERDUE + _OVERDUE:
        return as_of - timedelta(days=random.randint(2, 60))
    return as_of + timedelta(days=random.randint(6, 270))


def _share(account: Account, *, random: Random) -> int | None:
    """An expansion is worth a tenth to three fifths of what the account pays."""
    if not account.arr:
        return _new_amount(account, random=random)
    return _rounded(account.arr * random.uniform(0.1, 0.6), currency=account.currency)


def _new_amount(account: Account, *, random: Random) -> int | None:
    if random.random() < _AMOUNT_MISSING:
        return None
    major = _NEW_DEAL[account.segment] * random.lognormvariate(0, 0.5) * _PER_DOLLAR[account.currency]
    return _rounded(major * (1 if account.currency == "JPY" else 100), currency=account.currency)


def _rounded(minor: float, *, currency: str) -> int:
    step = 100_000 if currency == "JPY" else 50_000
    return max(step, round(minor / step) * step)


def _opportunity(number: int, *, account: Account, deal: _Deal, random: Random) -> Opportunity:
    name, probability = pick(_OPEN_STAGES, (2, 3, 3, 2), random=random)
    if deal.stage != "open":
        name, probability = ("Closed Won", 100) if deal.stage == "won" else ("Closed Lost", 0)
    return Opportunity(
        id=number,
        salesforce_id=salesforce_ids.new_id(salesforce_ids.OPPORTUNITY, random=random),
        account=account.id,
        name=f"{account.name}: {deal.name}",
        kind=deal.kind,
        stage=deal.stage,
        stage_name=name,
        amount=deal.amount,
        currency=account.currency,
        probability=probability,
        close=deal.close,
    )
