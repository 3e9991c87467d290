"""Read rankings in tests: what a reader sees, and small changes to a portfolio."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from scoring import (
    Calibration,
    Portfolio,
    Ranking,
    Request,
    rank,
)
from scoring.evidence import GapEvidence, gather
from tests.scoring.worlds import CALIBRATION, DAY


def ranked(portfolio: Portfolio, calibration: Calibration = CALIBRATION) -> Ranking:
    return rank(portfolio, calibration, as_of=DAY)


def results(ranking: Ranking) -> list[tuple[object, ...]]:
    """Everything a reader sees, without the ids of the requests that it came from."""
    return [(entry.rank, entry.gap_id, entry.score, entry.metrics) for entry in ranking]


def scores(ranking: Ranking, *, without: Iterable[str] = ()) -> list[tuple[str, float]]:
    left_out = set(without)
    return [(entry.gap_id, entry.score) for entry in ranking if entry.gap_id not in left_out]


def of_gap(portfolio: Portfolio, gap: str, calibration: Calibration = CALIBRATION) -> GapEvidence:
    return next(each for each in gather(portfolio, calibration=calibration, as_of=DAY).gaps if each.gap == gap)


def adding(portfolio: Portfolio, *requests: Request) -> Portfolio:
    return replace(portfolio, requests=(*portfolio.requests, *requests))


def changing_requests(portfolio: Portfolio, change: Callable[[Request], Request]) -> Portfolio:
    return replace(portfolio, requests=tuple(change(request) for request in portfolio.requests))
