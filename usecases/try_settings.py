"""Try other weights, caps, models or filters: the Top 10 before and after, and why. Nothing is saved."""

import math
from dataclasses import dataclass, replace

from domain.errors import InvalidInput
from domain.gap_query import GapQuery, Sort
from domain.money import NotMoney, decimals, parse_money
from domain.policy import Action
from scoring import InvalidCalibration
from storage.database import Database
from usecases.know_people import KnowPeople
from usecases.listings import Listings
from usecases.live_list import order_of
from usecases.rank_gaps import RankGaps
from usecases.what_moved import TOP, Moved, what_moved

BALANCES = ("0", "0.5", "1", "-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What somebody wants to try, as they filled it in. Weights are relative: 2 1 1 1 is 0.4 0.2 0.2 0.2."""

    weights: tuple[str, str, str, str]
    balance: str
    family_cap: str
    owner_cap: bool
    query: GapQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The settings that hold now, for the form to begin with."""

    weights: tuple[float, float, float, float]
    balance: str
    family_cap: str
    owner_cap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Both lists in one, in the order of the tried settings; what falls out comes last."""

    moved: tuple[Moved, ...]
    model: str
    query: GapQuery
    weights: tuple[float, float, float, float]

    @property
    def changes(self) -> int:
        return sum(1 for one in self.moved if one.before != one.after)


@dataclass(frozen=True, slots=True)
class TrySettings:
    """Rank twice: as it is, and as somebody would like to see it."""

    database: Database
    people: KnowPeople
    rank: RankGaps
    listings: Listings

    def usual(self, *, by: str) -> Usual:
        """What holds now; raise `NotAllowed`."""
        with self.database.read() as session:
            self.people.authorised(session, by, Action.TRY_WEIGHTS)
        calibration = self.rank.terms().calibration
        currency = calibration.currencies.reporting
        cap = calibration.family_cap // 10 ** decimals(currency)
        return Usual(
            weights=calibration.policy.weights,
            balance=f"{calibration.policy.balance:g}",
            family_cap=f"{cap:,} {currency}",
            owner_cap=calibration.owner_cap_on,
        )

    def is_quick(self, wanted: Settings, *, by: str) -> bool:
        """Tell whether both lists are there before anybody stops waiting; raise `NotAllowed`, or what a call does."""
        self._settings(wanted)
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.TRY_WEIGHTS)
            # Ranking by other settings takes as long as filtering.
            return self.listings.is_quick(session, replace(wanted.query, sort=Sort.ARR), actor)

    def __call__(self, wanted: Settings, *, by: str) -> WhatIf:
        """The comparison; raise `InvalidInput` with a sentence per field, or `NotAllowed`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.TRY_WEIGHTS)
            now = self.listings(session, GapQuery(), actor)
            asked = replace(wanted.query, sort=GapQuery().sort, size=TOP)
            tried = self.listings(session, asked, actor)
            settings = self._settings(wanted)
            try:
                terms = self.rank.terms(model=wanted.query.model, settings=settings)
                after = order_of(session, tried.kept.rows, terms=terms, where=tried.where)
            except InvalidCalibration as refused:
                raise InvalidInput({"weights": f"These settings mean nothing: {refused}."}) from refused
        return WhatIf(
            moved=what_moved(now, after),
            model=after.model,
            query=asked,
            weights=after.calibration.policy.weights,
        )

    def _settings(self, wanted: Settings) -> dict[str, str]:
        wrong: dict[str, str] = {}
        weights = _weights(wanted.weights)
        if weights is None:
            wrong["weights"] = "Four numbers that are not negative and not all 0, like 2 1 1 1 or 0.4 0.2 0.2 0.2."
        currency = self.rank.rates().reporting
        cap = None
        if wanted.family_cap.strip():
            try:
                cap = self.rank.rates().convert(parse_money(wanted.family_cap, default_currency=currency))
            except NotMoney as refused:
                wrong["family_cap"] = refused.sentence
            except KeyError:
                wrong["family_cap"] = f"I have no rate for this currency. Write it in {currency}."
        if wanted.balance not in BALANCES:
            wrong["balance"] = f"Choose one of {', '.join(BALANCES)}."
        if wrong:
            raise InvalidInput(wrong)
        settings = {"weights": " ".join(map(repr, weights or ())), "balance": wanted.balance}
        if cap is not None:
            settings["family_cap"] = str(cap.minor // 10 ** decimals(currency))
        return settings | {"owner_cap": "on" if wanted.owner_cap else "off"}


def _weights(typed: tuple[str, str, str, str]) -> tuple[float, ...] | None:
    """Whatever they add up to, made to add up to 1."""
    try:
        numbers = [float(one.replace(",", ".").removesuffix("%").strip() or "0") for one in typed]
    except ValueError:
        return None
    total = math.fsum(numbers)
    if not all(math.isfinite(one) and one >= 0 for one in numbers) or not 0 < total < math.inf:
        return None
    shares = [one / total for one in numbers[:3]]
    return (*shares, max(0.0, 1 - math.fsum(shares)))
