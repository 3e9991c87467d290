"""Write the CRM's accounts: families, owners, ARR that few of them make up most of, and the usual holes in the data."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sandbox.book import companies, salesforce_ids
from sandbox.book.dice import pick, stream
from sandbox.book.rows import Account, AccountKind
from sandbox.book.timing import TYPED_DAYS_AGO
from sandbox.book.workspace import COMPANY, NAMES, PETER, SELLER_BY_REGION, SUCCESS_BY_REGION

# Median ARR in dollars; the spread is log-normal, so a few accounts are worth as much as all the others.
_MEDIAN_ARR = {"Enterprise": 290_000, "Mid-Market": 74_000, "SMB": 15_000, "Public Sector": 110_000}
_SPREAD = {"Enterprise": 0.75, "Mid-Market": 0.6, "SMB": 0.55, "Public Sector": 0.6}
_DOLLARS = {"USD": 1.0, "EUR": 1.09, "GBP": 1.27, "JPY": 0.0067, "SEK": 0.095}
_HEALTH: tuple[str | None, ...] = ("green", "yellow", "red", None)
_HEALTH_WEIGHTS = (58, 25, 11, 6)
_ARR_MISSING, _ARR_ZERO, _RENEWAL_MISSING, _CSM_MISSING = 0.05, 0.02, 0.08, 0.1
# What Unicode does not decompose.
_TRANSLITERATED = str.maketrans("øØłŁßı", "oOlLsi")
_STRATEGIC = frozenset(
    {
        "Larkmoor Retail Group", "Grünwald Maschinenbau GmbH", "青嶺電機株式会社 (Aomine Electric)", "Östervik Bank AB",
        "Juniper Bend Hospitals", "Penhallow Building Society", "Königsmark Versicherung", "Westering Airlines",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    segment: str
    region: str
    currency: str
    is_child: bool
    kind: AccountKind
    in_crm: bool


def write_accounts(*, seed: int, as_of: date) -> tuple[Account, ...]:
    """Return all accounts, parents before their children, with ids from 1."""
    random = stream(seed, "accounts")
    written: list[Account] = []
    domains: set[str] = set()
    parent = 0
    for number, line in enumerate(_lines(), start=1):
        if not line.is_child:
            parent = number
        above = written[parent - 1] if line.is_child else None
        account = _account(number, line=line, parent=above, domains=domains, as_of=as_of, random=random)
        written.append(account)
    return tuple(written)


def in_dollars(account: Account) -> float:
    """About what the account pays, for choosing who speaks up; never shown."""
    minor = 1 if account.currency == "JPY" else 100
    return (account.arr or 0) / minor * _DOLLARS[account.currency]


def _lines() -> Iterator[_Line]:
    yield from _parse(companies.CUSTOMERS, kind="customer", in_crm=True)
    yield from _parse(companies.PROSPECTS, kind="prospect", in_crm=True)
    yield from _parse(companies.CHURNED, kind="churned", in_crm=True)
    yield from _parse(companies.TYPED, kind="prospect", in_crm=False)
    yield _Line(f"{COMPANY} (our own workspace)", "Mid-Market", "EMEA", "EUR", False, "internal", True)


def _parse(table: str, *, kind: AccountKind, in_crm: bool) -> Iterator[_Line]:
    for row in table.strip().splitlines():
        name, segment, region, currency = (cell.strip() for cell in row.removeprefix(">").split("|"))
        yield _Line(name, segment, region, currency, row.startswith(">"), kind, in_crm)


def _account(
    number: int, *, line: _Line, parent: Account | None, domains: set[str], as_of: date, random: Random
) -> Account:
    """Draw everything even where it is not used, so that one account's kind does not shift the next one's dice."""
    seller, success = _team(line, parent=parent, random=random)
    salesforce_id = salesforce_ids.new_id(salesforce_ids.ACCOUNT, random=random)
    arr, health = _arr(line, random=random), pick(_HEALTH, _HEALTH_WEIGHTS, random=random)
    renewal = as_of + timedelta(days=random.randint(9, 560))
    renewal_known, csm_known = random.random() >= _RENEWAL_MISSING, random.random() >= _CSM_MISSING
    is_customer = line.kind == "customer"
    csm = success if is_customer and csm_known else None
    as_of_morning = datetime.combine(as_of, time(9, tzinfo=UTC))
    created = as_of_morning - timedelta(days=random.randint(600, 1900))
    return Account(
        id=number,
        salesforce_id=salesforce_id if line.in_crm else None,
        name=line.name,
        domain=_domain(line, taken=domains),
        kind=line.kind,
        parent=parent.id if parent else None,
        segment=line.segment,
        region=line.region,
        currency=line.currency,
        strategic=line.name in _STRATEGIC,
        health=health if is_customer else None,
        arr=arr if is_customer else None,
        arr_as_of=datetime.combine(as_of, time(4, 30, tzinfo=UTC)) if is_customer and arr is not None else None,
        renewal=renewal if is_customer and renewal_known else None,
        owner_name=NAMES[seller],
        owner=seller if seller != PETER else None,
        csm_name=NAMES[csm] if csm else None,
        csm=csm,
        created_at=created if line.in_crm else as_of_morning - timedelta(days=TYPED_DAYS_AGO),
    )


def _team(line: _Line, *, parent: Account | None, random: Random) -> tuple[str, str]:
    """A family mostly has one seller; some accounts still belong to somebody who left."""
    seller = random.choice(SELLER_BY_REGION[line.region])
    success = random.choice(SUCCESS_BY_REGION[line.region])
    if parent and parent.owner and random.random() < 0.75:  # noqa: PLR2004  three in four
        seller = parent.owner
    elif line.segment == "SMB" and line.region == "EMEA" and random.random() < 0.2:  # noqa: PLR2004  one in five
        seller = PETER
    return seller, success


def _arr(line: _Line, *, random: Random) -> int | None:
    """Minor units, in steps a contract would have; unknown or zero for a few."""
    dollars = _MEDIAN_ARR[line.segment] * random.lognormvariate(0, _SPREAD[line.segment])
    if line.name in _STRATEGIC:
        dollars *= 3
    if line.is_child:
        dollars *= 0.6
    chance = random.random()
    if chance < _ARR_MISSING:
        return None
    if chance < _ARR_MISSING + _ARR_ZERO:
        return 0
    major = dollars / _DOLLARS[line.currency]
    if line.currency == "JPY":
        return round(major / 100_000) * 100_000
    return round(major / 300) * 300 * 100


def _domain(line: _Line, *, taken: set[str]) -> str:
    """Make a reserved address out of the name; a namesake gets its region into it."""
    latin = line.name.split("(")[-1].rstrip(")") if not line.name[0].isascii() and "(" in line.name else line.name
    latin = latin.split("(")[0].translate(_TRANSLITERATED)
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode().lower()
    kept = "".join(letter if letter.isalnum() else " " for letter in plain.replace("'", "").replace(".", ""))
    label = "-".join(word for word in kept.split() if word not in {"ab", "as", "gmbh", "ltd", "llp", "spa", "bv"})
    domain = f"{label}.example"
    if domain in taken:
        domain = f"{label}-{line.region.lower()}.example"
    taken.add(domain)
    return domain
