"""Decide who asks for which gap: a few gaps get most of the requests, and each audience has its own troubles."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from sandbox.book.accounts import in_dollars
from sandbox.book.dice import pick
from sandbox.book.drafts import Audience, GapDraft
from sandbox.book.rows import Account
from sandbox.book.timing import could_ask

_ZIPF = 0.7
_REPEATED = 0.12
"""The share of requests that say again what the same account has said before."""
_LOUDNESS = 0.22
"""Larger accounts are heard more, but far less than in proportion."""
_BY_KIND = {"customer": 1.0, "prospect": 1.9, "churned": 0.35, "internal": 0.12}
# How much more often an audience's accounts ask than the others.
_FIT = 6.0
_FEW = frozenset({"new", "triage", "needs_info"})
_MOST_FOR_FEW = 5


@dataclass(frozen=True, slots=True)
class Ask:
    """One account asks for one gap; `again` when it is not the first time."""

    draft: GapDraft
    account: Account
    again: bool


def spread(drafts: Sequence[GapDraft], *, accounts: Sequence[Account], total: int, random: Random) -> Iterator[Ask]:
    """Yield about so many asks, at least one for each gap; `drafts` come with the most wanted first."""
    counts = _counts(drafts, total=total, random=random)
    for draft, count in zip(drafts, counts, strict=True):
        weights = [_interest(account, draft=draft) for account in accounts]
        asked: list[Account] = []
        for _ in range(count):
            if asked and random.random() < _REPEATED:
                yield Ask(draft, random.choice(asked), again=True)
                continue
            account = pick(accounts, weights, random=random)
            weights[account.id - 1] = 0.0
            asked.append(account)
            yield Ask(draft, account, again=False)


def _counts(drafts: Sequence[GapDraft], *, total: int, random: Random) -> list[int]:
    """One each, the others by Zipf's law; nobody has heard yet of gaps that are new."""
    counts = [1] * len(drafts)
    weights = [0.0 if draft.state == "new" else 1 / rank**_ZIPF for rank, draft in enumerate(drafts, start=1)]
    places = range(len(drafts))
    for _ in range(total - len(drafts)):
        place = pick(places, weights, random=random)
        counts[place] += 1
        if drafts[place].state in _FEW and counts[place] >= _MOST_FOR_FEW + drafts[place].heat:
            weights[place] = 0.0
    return counts


def _interest(account: Account, *, draft: GapDraft) -> float:
    if not could_ask(account, state=draft.state):
        return 0.0
    loud = math.pow(1_000 + in_dollars(account), _LOUDNESS)
    return _BY_KIND[account.kind] * loud * (_FIT if _fits(account, audience=draft.audience) else 1.0)


def _fits(account: Account, *, audience: Audience) -> bool:
    match audience:
        case "broad":
            return True
        case "enterprise":
            return account.segment == "Enterprise"
        case "small":
            return account.segment == "SMB"
        case "regulated":
            return account.segment == "Public Sector" or any(word in account.name for word in _REGULATED)
        case "emea" | "apac":
            return account.region == audience.upper()


_REGULATED = (
    "Bank", "Building Society", "Assurances", "Insurance", "Versicherung", "Mutual", "Securities", "Klinik",
    "Hospitals", "Health", "Pharma", "Biotech", "Credit", "Pension", "Energy", "Clinics", "Medical", "Pojišťovna",
    "Fintech", "Payments",
)  # fmt: skip
