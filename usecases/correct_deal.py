"""Let a deal count for what it is really worth to a gap's ranking; the CRM's own figure stays beside it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.errors import InvalidInput, NotFound
from domain.keys import gap_key
from domain.money import Money, NotMoney, parse_money
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean
from storage import audit, estimates, family_facts, gaps, inbox
from storage.database import Database
from usecases.current_rates import Rates
from usecases.know_people import KnowPeople

REASON_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A deal that a request for the gap names."""

    opportunity_id: int
    name: str
    crm: Money | None
    corrected: Money | None
    reason: str | None
    close_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DealsOfGap:
    """What can be corrected for a gap."""

    gap_id: int
    title: str
    deals: tuple[Deal, ...]

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class CorrectDeal:
    """Corrections count for every gap that the deal is named for, from the next look on."""

    database: Database
    people: KnowPeople
    rates: Rates
    now: Clock

    def open(self, gap_id: int, *, by: str) -> DealsOfGap:
        """The deals behind a gap; raise `NotAllowed` or `NotFound`."""
        with self.database.read() as session:
            self.people.authorised(session, by, Action.CORRECT_DEAL)
            gap = gaps.find(session, gap_id)
            if gap is None:
                raise NotFound(f"I do not know {gap_key(gap_id)}. `/top-gaps` lists the ones there are.")
            rows = family_facts.deals_of(session, [gap_id])
        return DealsOfGap(gap_id=gap_id, title=gap.title, deals=tuple(_deal(row) for row in rows))

    def save(self, gap_id: int, *, opportunity_id: int, amount: str, reason: str, key: str, by: str) -> None:
        """Correct a deal, or with an empty amount let the CRM's figure count again.

        The same key twice corrects once. Raise `InvalidInput`, `NotAllowed` or `NotFound`.
        """
        at, why = self.now(), clean(reason)[:REASON_LENGTH]
        with self.database.write() as session:
            self.people.authorised(session, by, Action.CORRECT_DEAL)
            deals = {row.id: row for row in family_facts.deals_of(session, [gap_id])}
            if opportunity_id not in deals:
                raise NotFound("No request for this gap names this deal any more.")
            deal = deals[opportunity_id]
            counts = self._read(amount, deal)
            if counts is not None and not why:
                raise InvalidInput({"reason": "Say why: whoever asks later reads it here."})
            if not inbox.first_time(session.connection(), key=key, at=at, subject=f"opportunity:{opportunity_id}"):
                return
            if counts is None:
                estimates.forget_correction(session, opportunity_id)
            else:
                estimates.correct(session, opportunity_id=opportunity_id, amount=counts, reason=why, by=by, at=at)
            audit.record(
                session.connection(),
                at=at,
                actor_id=by,
                action="deal.corrected" if counts else "deal.correction_withdrawn",
                subject=f"opportunity:{opportunity_id}",
                before=_plain(deal.corrected_minor, deal.corrected_currency),
                after=_plain(counts.minor, counts.currency) if counts else None,
                reason=why or None,
            )

    def _read(self, amount: str, deal: Any) -> Money | None:
        if not amount.strip():
            return None
        rates = self.rates()
        try:
            found = parse_money(amount, default_currency=deal.amount_currency or rates.reporting)
        except NotMoney as refused:
            raise InvalidInput({"amount": refused.sentence}) from refused
        if found.currency not in rates.known:
            raise InvalidInput({"amount": f"I have no rate for {found.currency}. I know {', '.join(rates.known)}."})
        return found


def _deal(row: Any) -> Deal:
    return Deal(
        opportunity_id=row.id,
        name=row.name,
        crm=None if row.amount_minor is None else Money(row.amount_minor, row.amount_currency),
        corrected=None if row.corrected_minor is None else Money(row.corrected_minor, row.corrected_currency),
        reason=row.reason,
        close_date=row.close_date,
    )


def _plain(minor: int | None, currency: str | None) -> dict[str, Any] | None:
    return None if minor is None else {"amount_minor": minor, "amount_currency": currency}
