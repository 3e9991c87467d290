"""Build a digest from the kept rankings of days: it reads what it shows, however many gaps and requests there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from domain.digest import (
    DigestContent,
    DigestLine,
    FamilyPart,
    GapName,
    Mover,
    Subscription,
    Trend,
    causes,
    movement,
    week_of,
)
from domain.keys import gap_key
from domain.words import Priority
from storage import digests, issue_links, snapshots
from storage.digests import ShownGap
from storage.models import RankDay, RankPlace
from usecases.digest_filters import FilteredList, shown_filters
from usecases.list_gaps import ListedGap

A_WEEK = timedelta(days=7)
TREND_DAYS = timedelta(days=56)
IN_TREND = 5
MOST_MOVERS = 5
MOST_WAITING = 5


class NoRankingYet(LookupError):
    """No day's ranking was ever kept."""


@dataclass(frozen=True, slots=True)
class _Days:
    now: RankDay
    before: RankDay | None
    """Of a week ago, unless scores were made otherwise then: such days cannot be compared."""


def build(
    session: Session, wanted: Subscription, *, period: str, at: datetime, found: FilteredList | None = None
) -> DigestContent:
    """What the digest says, about what the filters have `found` where there are any; raise `NoRankingYet`."""
    days = _days(session, at.date())
    if found is not None:
        return _filtered(session, wanted, found, days, period=period, at=at)
    best = digests.best_places(session, days.now.day, areas=wanted.areas, limit=wanted.size)
    gap_ids = [place.gap_id for place, _ in best]
    then = _places_then(session, days, gap_ids)
    return DigestContent(
        period=period,
        as_of=days.now.day,
        compared_to=days.before.day if days.before else None,
        currency=days.now.currency,
        size=wanted.size,
        areas=wanted.areas,
        money=wanted.money,
        lines=_lines(session, best, then, days),
        movers=_movers(best, then),
        shipped=_names(digests.shipped_since(session, at - A_WEEK, areas=wanted.areas)),
        waiting=_names(digests.waiting_for_information(session, areas=wanted.areas, limit=MOST_WAITING)),
        trend=_trend(session, gap_ids[:IN_TREND], days.now.day),
        skipped=_skipped(session, wanted, at),
        built_at=at,
    )


def _filtered(
    session: Session, wanted: Subscription, found: FilteredList, days: _Days, *, period: str, at: datetime
) -> DigestContent:
    """The same for the requests that pass the filters: their places and sums, and movement among all gaps.

    There is no trend and nothing shipped in it: days are not kept for every filter.
    """
    ids = [one.gap_id for one in found.lines]
    now = {place.gap_id: place for place in snapshots.places(session, days.now.day, gap_ids=ids)}
    then = _places_then(session, days, ids)
    ever = snapshots.ever_ranked(session, ids, before=days.now.day)
    links = issue_links.of_gaps(session, ids)
    ranked = [
        (now[one.gap_id], ShownGap(one.gap_id, one.title, one.area_key, one.state))
        for one in found.lines
        if one.gap_id in now
    ]
    waiting = digests.waiting_for_information(session, areas=wanted.areas, limit=None)
    is_of_customers = bool(found.query.accounts or found.query.owners)
    return DigestContent(
        period=period,
        as_of=days.now.day,
        compared_to=days.before.day if days.before else None,
        currency=days.now.currency,
        size=wanted.size,
        areas=wanted.areas,
        money=wanted.money,
        lines=tuple(
            _filtered_line(one, now, then, ever, links.get(one.gap_id, ()), is_compared=days.before is not None)
            for one in found.lines
        ),
        movers=_movers(ranked, then),
        shipped=(),
        waiting=_names([one for one in waiting if one.gap_id in found.gap_ids][:MOST_WAITING]),
        trend=None,
        skipped=_skipped(session, wanted, at),
        built_at=at,
        filters=shown_filters(found.query),
        query="" if is_of_customers else wanted.filters,
        is_of_customers=is_of_customers,
    )


def _filtered_line(
    one: ListedGap,
    now: Mapping[int, RankPlace],
    then: Mapping[int, RankPlace],
    ever: Collection[int],
    links: Sequence[Any],
    *,
    is_compared: bool,
) -> DigestLine:
    rank, before = one.position or 0, then[one.gap_id].position if one.gap_id in then else None
    overall = now[one.gap_id].position if one.gap_id in now else one.rank or rank
    return DigestLine(
        gap_id=one.gap_id,
        title=one.title,
        rank=rank,
        overall=overall,
        before=before,
        movement=movement(before=before, now=overall, was_ever=one.gap_id in ever, is_compared=is_compared),
        score=one.score or 0.0,
        arr_minor=one.arr.minor,
        accounts=one.accounts,
        p0_accounts=one.p0_accounts,
        state=one.state.value,
        **_issue(links),
    )


def _days(session: Session, today: date) -> _Days:
    now = snapshots.latest_until(session, today)
    if now is None:
        raise NoRankingYet
    before = snapshots.latest_until(session, now.day - A_WEEK)
    is_alike = before is not None and before.model == now.model and before.model_version == now.model_version
    return _Days(now=now, before=before if is_alike else None)


def _places_then(session: Session, days: _Days, gap_ids: Sequence[int]) -> Mapping[int, RankPlace]:
    if days.before is None:
        return {}
    return {place.gap_id: place for place in snapshots.places(session, days.before.day, gap_ids=gap_ids)}


def _lines(
    session: Session, best: Sequence[tuple[RankPlace, ShownGap]], then: Mapping[int, RankPlace], days: _Days
) -> tuple[DigestLine, ...]:
    ids = [place.gap_id for place, _ in best]
    ever = snapshots.ever_ranked(session, ids, before=days.now.day)
    links = issue_links.of_gaps(session, ids)
    return tuple(
        DigestLine(
            gap_id=gap.gap_id,
            title=gap.title,
            rank=place.position,
            before=then[gap.gap_id].position if gap.gap_id in then else None,
            movement=movement(
                before=then[gap.gap_id].position if gap.gap_id in then else None,
                now=place.position,
                was_ever=gap.gap_id in ever,
                is_compared=days.before is not None,
            ),
            score=place.score,
            arr_minor=place.arr_minor,
            accounts=place.accounts,
            p0_accounts=place.p0_accounts,
            state=gap.state.value,
            **_issue(links.get(gap.gap_id, ())),
        )
        for place, gap in best
    )


def _issue(links: Sequence[Any]) -> dict[str, Any]:
    """The first linked issue that GitLab knows, else the first address."""
    known = next((link for link in links if link.issue is not None), None)
    if known is not None:
        return {"url": known.url, "milestone": known.issue.milestone_title, "due": known.issue.milestone_due}
    return {"url": links[0].url if links else None}


def _movers(best: Sequence[tuple[RankPlace, ShownGap]], then: Mapping[int, RankPlace]) -> tuple[Mover, ...]:
    """Those that moved furthest, with what moved them."""
    found = [
        Mover(
            gap_id=gap.gap_id,
            title=gap.title,
            before=then[gap.gap_id].position,
            now=place.position,
            causes=causes(_families(then[gap.gap_id]), _families(place)),
        )
        for place, gap in best
        if gap.gap_id in then and then[gap.gap_id].position != place.position
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.before - one.now), one.now))[:MOST_MOVERS])


def _families(place: RankPlace) -> list[FamilyPart]:
    return [
        FamilyPart(account_id=one["account"], counted=one["counted"], priority=Priority(one["priority"]))
        for one in place.parts.get("families", ())
    ]


def _names(gaps: Sequence[ShownGap]) -> tuple[GapName, ...]:
    return tuple(GapName(gap_id=one.gap_id, title=one.title) for one in gaps)


def _trend(session: Session, gap_ids: Sequence[int], until: date) -> Trend | None:
    """The scores of the best over the last weeks; None before there are two days to draw a line between."""
    rows = digests.scores(session, gap_ids=gap_ids, since=until - TREND_DAYS, until=until)
    by_gap: dict[int, dict[date, float]] = {gap_id: {} for gap_id in gap_ids}
    for row in rows:
        by_gap[row.gap_id][row.day] = row.score
    days = sorted({row.day for row in rows})
    if len(days) < 2:  # noqa: PLR2004  a line has two ends
        return None
    return Trend(
        days=tuple(days),
        scores={gap_key(gap_id): tuple(by_gap[gap_id].get(day, 0.0) for day in days) for gap_id in gap_ids},
    )


def _skipped(session: Session, wanted: Subscription, at: datetime) -> str | None:
    """Last week's period when it has no digest although there were some before."""
    first = digests.first_period(session, subscription=wanted.key)
    last_week = week_of(at.date() - A_WEEK)
    if first is None or first >= last_week:
        return None
    return None if digests.has_period(session, subscription=wanted.key, period=last_week) else last_week
