"""The rows of the database as the ranking takes them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import scoring
from domain.money import ExchangeRates, Money
from domain.words import OpportunityStage
from scoring import Portfolio
from storage.portfolio import PortfolioRows


def as_portfolio(rows: PortfolioRows, rates: ExchangeRates) -> Portfolio:
    """The rows as the ranking takes them. Unpacked by position: naming each column would take longer than ranking.

    Money in a currency that nobody has a rate for counts as unknown: one account must not spoil the ranking for all.
    A closed deal is worth what it was on its day, where the organisation keeps the rates of former days.
    """
    return Portfolio(
        accounts=as_accounts(rows.accounts, rates),
        opportunities=as_deals(rows.opportunities, rates),
        gaps=as_gaps(rows.gaps),
        requests=as_requests(rows.requests, rates),
        active_families=rows.active_families,
    )


def as_accounts(rows: Sequence[Any], rates: ExchangeRates) -> tuple[scoring.Account, ...]:
    convertible = frozenset((*rates.known, None))
    return tuple(
        scoring.Account(
            id=str(id_),
            parent=_text(parent),
            arr=arr if arr_currency in convertible else None,
            currency=arr_currency or rates.reporting,
            kind=kind,
            strategic=strategic,
            owner=owner,
            segment=segment,
            health=_health(health),
            renewal=renewal,
            verified=verified,
        )
        for id_, parent, kind, strategic, verified, owner, segment, health, renewal, arr, arr_currency in rows
    )


def as_deals(rows: Sequence[Any], rates: ExchangeRates) -> tuple[scoring.Opportunity, ...]:
    convertible = frozenset((*rates.known, None))
    return tuple(
        scoring.Opportunity(
            id=str(id_),
            account=str(account),
            kind=kind,
            stage=stage,
            amount=amount if amount_currency in convertible else None,
            currency=amount_currency or rates.reporting,
            close=close,
            probability=None if probability is None else Fraction(probability, 100),
        )
        for id_, account, kind, stage, amount, amount_currency, close, probability in _as_closed(rows, rates)
    )


def as_gaps(rows: Sequence[Any]) -> tuple[scoring.Gap, ...]:
    return tuple(
        scoring.Gap(
            id=str(id_),
            state=state,
            merged_into=_text(merged_into),
            # By its text: 0.1 is a tenth, not the binary fraction next to it.
            duration_months=None if effort is None else Fraction(str(effort)),
            reach=_decimal(reach),
            impact=_decimal(impact),
            confidence=_decimal(confidence),
        )
        for id_, state, merged_into, _title, _area, _dri, effort, reach, impact, confidence in rows
    )


def as_requests(rows: Sequence[Any], rates: ExchangeRates) -> tuple[scoring.Request, ...]:
    convertible = frozenset((*rates.known, None))
    return tuple(
        scoring.Request(
            id=str(id_),
            gap=str(gap),
            account=str(account),
            priority=priority,
            requester=requester,
            last_confirmed=last_confirmed.date(),
            first_asked=created.date(),
            opportunity=_text(opportunity),
            typed_arr=typed if typed_currency in convertible else None,
            typed_currency=typed_currency or rates.reporting,
        )
        for id_, gap, account, opportunity, priority, requester, last_confirmed, created, typed, typed_currency in rows
    )


def _as_closed(deals: Sequence[Any], rates: ExchangeRates) -> Iterator[tuple[Any, ...]]:
    """The deals, closed ones in other currencies already converted at the rate of their day."""
    for deal in deals:
        id_, account, kind, stage, amount, currency, close, probability = deal
        is_past = stage is not OpportunityStage.OPEN and close is not None and amount is not None
        if rates.periods and is_past and rates.knows(currency):
            then = rates.convert(Money(amount, currency), on=close)
            yield id_, account, kind, stage, then.minor, then.currency, close, probability
        else:
            yield deal


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _text(id_: int | None) -> str | None:
    return None if id_ is None else str(id_)


def _health(word: str | None) -> scoring.Health | None:
    """The CRM's word where it is one of the three that ranking knows."""
    return scoring.Health(word) if word in _HEALTHS else None


_HEALTHS = frozenset(scoring.Health)
