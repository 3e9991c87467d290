"""Explain a gap's place down to the account: each figure, what it was made of, and what would change it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

import scoring
from domain.errors import NotFound
from domain.gap_query import USUAL_PAGE, GapQuery, Sort
from domain.keys import gap_key
from domain.money import Money
from domain.people import Actor
from domain.policy import Action, may
from domain.words import Priority
from scoring import Explanation
from scoring.breakdown import MONEY_BY_FAMILY
from scoring.confidence import Label, label
from scoring.explanation import FamilyLine, MetricLine, Neighbour
from scoring.urgency import retention_urgency
from storage import family_facts, snapshots
from storage.database import Database
from usecases.explain_model import ModelPlace, ModelWhy, explain_composite, explain_in_model, places_in_models
from usecases.know_people import KnowPeople
from usecases.listings import COMPOSITE, Listing, Listings
from usecases.rank_gaps import RankGaps

MOST_FAMILIES = 20
MOST_READ = 4_000
"""Requests of one gap that are read and weighed while Slack waits (about a second)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyWhy:
    """One family's part in the impacted ARR. Its name is only in it for who may see customers."""

    name: str
    priority: Priority
    counted: Money
    gross: Money
    basis: str
    strategic: bool
    last_confirmed: date
    urgency: Fraction
    renewal: date | None
    health: str | None
    crm_as_of: datetime | None
    capped_by: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourWhy:
    """The gap above or below, and how the two scores relate."""

    key: str
    title: str
    position: int
    ratios: Neighbour


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverWhy:
    """The family without which the score would differ most."""

    name: str
    score_without: float
    position_without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedDeal:
    """A deal that counts for what a person said instead of what the CRM says."""

    opportunity_id: int
    name: str
    crm: Money | None
    corrected: Money
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Everything that a reader may know of why a gap is where it is. The lines' product is a hundredth of the score."""

    gap_id: int
    title: str
    query: GapQuery
    position: int
    of: int
    rank: int | None
    score: float
    calibration_id: str
    as_of: date
    currency: str
    lines: tuple[MetricLine, ...]
    families: tuple[FamilyWhy, ...]
    more_families: int
    in_model: ModelWhy | None
    above: NeighbourWhy | None
    below: NeighbourWhy | None
    lever: LeverWhy | None
    models: tuple[ModelPlace, ...]
    chance: float | None
    corrected: tuple[CorrectedDeal, ...]
    effort_months: float | None
    flags: tuple[str, ...]
    shows_exact_money: bool
    sees_customers: bool
    may_correct: bool
    may_estimate: bool

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)

    @property
    def confidence(self) -> Label | None:
        return None if self.chance is None else label(self.chance)


@dataclass(frozen=True, slots=True)
class ExplainPlace:
    """Explain a place in the usual model, among all gaps or in the list of a query."""

    database: Database
    people: KnowPeople
    rank: RankGaps
    listings: Listings

    def __call__(self, gap_id: int, query: GapQuery, *, by: str) -> Why:
        """The explanation for this reader; raise `NotAllowed` or `NotFound`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_RANKING)
            usual = _in_the_composite(query, is_usual=self.rank.model == COMPOSITE)
            listing = self.listings(session, usual, actor)
            number = listing.kept.rows.number(str(gap_id))
            position = None if number is None else listing.position(number)
            if number is None or position is None:
                raise NotFound(_no_place(gap_id, usual))
            found = explain_composite(session, listing, number)
            sees = may(actor, Action.SEE_CUSTOMERS)
            facts = family_facts.accounts(session, {int(line.family) for line in found.families}) if sees else {}
            gap = listing.kept.gaps[str(gap_id)]
            return Why(
                gap_id=gap_id,
                title=gap.title,
                query=usual,
                position=position,
                of=len(listing.listed),
                rank=listing.among_all.place(number),
                score=found.score,
                calibration_id=found.calibration_id,
                as_of=found.as_of,
                currency=self.rank.rates().reporting,
                lines=found.lines,
                families=self._families(found, facts) if sees else (),
                more_families=max(0, len(found.families) - MOST_FAMILIES) if sees else len(found.families),
                in_model=self._in_model(session, query, listing, number, actor),
                above=_neighbour(found.vs_above, listing),
                below=_neighbour(found.vs_below, listing),
                lever=_lever(found, listing, facts),
                models=places_in_models(session, listing, number),
                chance=snapshots.chance_of(session, gap_id),
                corrected=_corrected(session, gap_id) if sees else (),
                effort_months=getattr(gap, "effort_months", None),
                flags=found.flags,
                shows_exact_money=may(actor, Action.SEE_EXACT_MONEY),
                sees_customers=sees,
                may_correct=may(actor, Action.CORRECT_DEAL),
                may_estimate=may(actor, Action.ESTIMATE_GAP),
            )

    def is_quick(self, gap_id: int, query: GapQuery, *, by: str) -> bool:
        """Tell whether the explanation is there before anybody stops waiting; raise `NotAllowed`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_RANKING)
            usual = _in_the_composite(query, is_usual=self.rank.model == COMPOSITE)
            if not self.listings.is_quick(session, usual, actor):
                return False
            listing = self.listings(session, usual, actor)
            gap = listing.kept.rows.number(str(gap_id))
            return gap is None or len(listing.requests_of(gap)) <= MOST_READ

    def _families(self, found: Explanation, facts: Mapping[int, Any]) -> tuple[FamilyWhy, ...]:
        currency = self.rank.rates().reporting
        return tuple(
            _family(line, facts.get(int(line.family)), currency=currency, as_of=found.as_of)
            for line in found.families[:MOST_FAMILIES]
        )

    def _in_model(self, session: Session, query: GapQuery, listing: Listing, gap: int, actor: Actor) -> ModelWhy | None:
        """The model that the reader's list is by, where it is another one than the composite."""
        model = query.model or self.rank.model
        if model == COMPOSITE:
            return None
        # The usual model goes without saying, so that the list that was just shown is found again.
        asked = replace(query, model=None if model == self.rank.model else model, sort=Sort.RANK)
        found = explain_in_model(session, listing, self.listings(session, asked, actor).order, gap)
        if model not in MONEY_BY_FAMILY:
            return found
        if not (may(actor, Action.SEE_EXACT_MONEY) and may(actor, Action.SEE_CUSTOMERS)):
            return replace(found, score=None, made=None)
        families = {int(line.name) for line in found.made.lines} if found.made else set()
        return found.with_names({id_: row.name for id_, row in family_facts.accounts(session, families).items()})


def _in_the_composite(query: GapQuery, *, is_usual: bool) -> GapQuery:
    """The same requests in the model whose score is a product of parts, in the order of rank.

    The usual model goes without saying, so that the list that was just shown is found again.
    """
    return replace(query, model=None if is_usual else COMPOSITE, sort=Sort.RANK, size=USUAL_PAGE)


def _no_place(gap_id: int, query: GapQuery) -> str:
    key = gap_key(gap_id)
    if query.filters:
        return f"{key} is not in this list any more. `/gap {key} why` explains its place among all gaps."
    return f"{key} has no place in the ranking: nobody asks for it at present, it is closed, or I do not know it."


def _family(line: FamilyLine, account: Any, *, currency: str, as_of: date) -> FamilyWhy:
    health = account.health if account and account.health in set(scoring.Health) else None
    renewal = account.renewal_date if account else None
    return FamilyWhy(
        name=account.name if account else "An account that is gone",
        priority=line.priority,
        counted=Money(minor=round(line.counted), currency=currency),
        gross=Money(minor=line.gross, currency=currency),
        basis=line.basis.value,
        strategic=line.strategic,
        last_confirmed=line.last_confirmed,
        urgency=retention_urgency(health=scoring.Health(health) if health else None, renewal=renewal, as_of=as_of),
        renewal=renewal,
        health=health,
        crm_as_of=account.arr_as_of if account else None,
        capped_by=line.capped_by,
        flags=line.flags,
    )


def _neighbour(found: Neighbour | None, listing: Listing) -> NeighbourWhy | None:
    number = listing.kept.rows.number(found.gap_id) if found else None
    position = None if number is None else listing.position(number)
    if found is None or position is None:
        return None
    title = listing.kept.gaps[found.gap_id].title
    return NeighbourWhy(key=gap_key(int(found.gap_id)), title=title, position=position, ratios=found)


def _lever(found: Explanation, listing: Listing, facts: Mapping[int, Any]) -> LeverWhy | None:
    lever = found.would_change_most
    if lever is None:
        return None
    account, order = facts.get(int(lever.family)), listing.order
    better = int((order.scored.scores[order.order] > lever.score_without).sum()) - (found.score > lever.score_without)
    return LeverWhy(
        name=account.name if account else "the account that counts most",
        score_without=lever.score_without,
        position_without=better + 1,
    )


def _corrected(session: Session, gap_id: int) -> tuple[CorrectedDeal, ...]:
    return tuple(
        CorrectedDeal(
            opportunity_id=row.id,
            name=row.name,
            crm=None if row.amount_minor is None else Money(row.amount_minor, row.amount_currency),
            corrected=Money(row.corrected_minor, row.corrected_currency),
            reason=row.reason,
            by=row.corrected_by,
            at=row.corrected_at,
        )
        for row in family_facts.deals_of(session, [gap_id])
        if row.corrected_minor is not None
    )
