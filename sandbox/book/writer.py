"""Put the book together: number everything in the order in which it happened."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from sandbox.book import gaps_access, gaps_data, workspace
from sandbox.book.accounts import write_accounts
from sandbox.book.demand import spread
from sandbox.book.dice import office_time, stream
from sandbox.book.drafts import GapDraft
from sandbox.book.opportunities import write_opportunities
from sandbox.book.phrases import CHATTER
from sandbox.book.requests import RequestDraft, write_request
from sandbox.book.rows import Account, Book, Gap, Message, Opportunity, Request

REQUESTS = 400
CATALOGUE: tuple[GapDraft, ...] = (
    *gaps_access.AUTH, *gaps_access.ADMIN, *gaps_access.COMPLIANCE,
    *gaps_data.INTEGRATIONS, *gaps_data.REPORTING, *gaps_data.API, *gaps_data.MOBILE,
)  # fmt: skip
# Frozen on the day the book was invented; a demo needs rates, not the market's.
RATES_TO_USD = {"USD": "1", "EUR": "1.09", "GBP": "1.27", "JPY": "0.0067", "SEK": "0.095"}


def write_book(*, seed: int, as_of: date) -> Book:
    """Write the whole book as it stands on the morning of a day."""
    accounts = write_accounts(seed=seed, as_of=as_of)
    opportunities = write_opportunities(accounts, seed=seed, as_of=as_of)
    drafts = _request_drafts(accounts, opportunities, seed=seed, as_of=as_of)
    gaps = _gaps(drafts)
    numbers = {gap.title: gap.id for gap in gaps}
    return Book(
        company=workspace.COMPANY,
        as_of=as_of,
        people=workspace.PEOPLE,
        channels=workspace.CHANNELS,
        areas=workspace.AREAS,
        roles=workspace.ROLES,
        rates_to_usd=RATES_TO_USD,
        accounts=accounts,
        opportunities=opportunities,
        gaps=gaps,
        requests=tuple(
            _request(number, draft=draft, gap=numbers[draft.ask.draft.title])
            for number, draft in enumerate(drafts, start=1)
        ),
        messages=_messages(as_of=as_of, random=stream(seed, "messages")),
    )


def _request_drafts(
    accounts: Sequence[Account], opportunities: Sequence[Opportunity], *, seed: int, as_of: date
) -> list[RequestDraft]:
    """All requests, oldest first; the sort is stable, so two of the same second keep the order of the dice."""
    random = stream(seed, "requests")
    deals: dict[int, list[Opportunity]] = {}
    for opportunity in opportunities:
        deals.setdefault(opportunity.account, []).append(opportunity)
    wanted = sorted(CATALOGUE, key=lambda draft: -draft.heat)
    asks = list(spread(wanted, accounts=accounts, total=REQUESTS, random=random))
    drafts = [write_request(ask, deals=deals, as_of=as_of, random=random) for ask in asks]
    return sorted(drafts, key=lambda draft: draft.created_at)


def _gaps(drafts: Sequence[RequestDraft]) -> tuple[Gap, ...]:
    """Number gaps by their first request, whose author they are by."""
    first: dict[str, RequestDraft] = {}
    for draft in drafts:
        first.setdefault(draft.ask.draft.title, draft)
    numbers = {title: number for number, title in enumerate(first, start=1)}
    return tuple(_gap(draft, numbers=numbers) for draft in first.values())


def _gap(first: RequestDraft, *, numbers: Mapping[str, int]) -> Gap:
    draft = first.ask.draft
    owners = {area.key: area.dri for area in workspace.AREAS}
    return Gap(
        id=numbers[draft.title],
        title=draft.title,
        problem=draft.problem,
        area=draft.area,
        dri=owners[draft.area],
        state=draft.state,
        merged_into=numbers[draft.same_as] if draft.same_as else None,
        effort_months=draft.months,
        created_by=first.requester,
        created_at=first.created_at,
    )


def _request(number: int, *, draft: RequestDraft, gap: int) -> Request:
    typed, typed_currency = draft.typed or (None, None)
    crm, crm_currency = draft.crm or (None, None)
    return Request(
        id=number,
        gap=gap,
        account=draft.ask.account.id,
        opportunity=draft.opportunity.id if draft.opportunity else None,
        title=draft.ask.draft.title,
        use_case=draft.use_case,
        workaround=draft.workaround,
        priority=draft.priority,
        impact=draft.impact,
        needed_by=draft.needed_by,
        typed_arr=typed,
        typed_currency=typed_currency,
        crm_arr=crm,
        crm_currency=crm_currency,
        requester=draft.requester,
        source=draft.source,
        channel=draft.channel,
        created_at=draft.created_at,
        last_confirmed_at=draft.last_confirmed_at,
        withdrawn_at=draft.withdrawn_at,
    )


def _messages(*, as_of: date, random: Random) -> tuple[Message, ...]:
    """A week of talk in the order of the script, so that there is something to use the message shortcut on."""
    moments = sorted(office_time(as_of - timedelta(random.randint(1, 7)), random=random) for _ in CHATTER)
    return tuple(
        Message(channel=channel, author=author, text=text, at=at)
        for at, (channel, author, text) in zip(moments, CHATTER, strict=True)
    )
