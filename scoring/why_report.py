"""One gap's explanation as JSON, for three kinds of readers.

`internal` has names and exact money, `team` has families by their ids and money in bands, `public` has ranks and counts
and nothing that a customer or an amount could be told from: it is the one for whatever is written to an issue.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scoring.breakdown import breakdown
from scoring.confidence import Confidence
from scoring.explanation import Explanation, FamilyLine, MetricLine, Neighbour, explain
from scoring.integrity import Integrity, integrity
from scoring.portfolio import Portfolio, fingerprint
from scoring.ranking import MODELS, Ranking, rank_all

_CENTS = 100
_BANDS = ((0, "$0"), (50_000, "$0-50k"), (250_000, "$50k-250k"), (1_000_000, "$250k-1M"))
_MONEY = frozenset({"impacted_arr", "strategic_arr"})


class Level(StrEnum):
    INTERNAL = "internal"
    TEAM = "team"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an explanation has besides one ranking; names of families are for `internal` alone."""

    rankings: Mapping[str, Ranking]
    inputs_hash: str
    integrity: Integrity
    previous_rank: int | None = None
    confidence: Confidence | None = None
    name_of: Callable[[str], str] = str


def why(
    portfolio: Portfolio,
    ranking: Ranking,
    gap_id: str,
    *,
    level: Level,
    confidence: Confidence | None = None,
    previous_rank: int | None = None,
    name_of: Callable[[str], str] = str,
) -> dict[str, object]:
    """Explain a place of a ranking of this portfolio; `name_of` names a family. Raise `UnknownGap`."""
    rankings = rank_all(portfolio, ranking.calibration, as_of=ranking.as_of, models=MODELS)
    usual = rankings["composite"]
    known = Known(
        rankings=rankings,
        inputs_hash=fingerprint(portfolio),
        integrity=integrity(usual, gap_id, portfolio=portfolio),
        confidence=confidence,
        previous_rank=previous_rank,
        name_of=name_of,
    )
    said = report(explain(usual, gap_id), known, level=level)
    if ranking.model == "composite":
        return said
    return said | {"breakdown": _broken_down(portfolio, ranking, gap_id, level=level)}


def report(found: Explanation, known: Known, *, level: Level) -> dict[str, object]:
    """All required fields; what a level may not see is left out or in bands, never there in another form."""
    is_public = level is Level.PUBLIC
    said: dict[str, object] = {
        "gap": found.gap_id,
        "level": level.value,
        "rank": found.rank,
        "of": found.of,
        "previous_rank": known.previous_rank,
        "model": found.model,
        "calibration_id": found.calibration_id,
        "as_of": found.as_of.isoformat(),
        "inputs_hash": known.inputs_hash,
        "metrics": [_metric(line, level=level) for line in found.lines],
        "confidence": _confidence(known.confidence),
        "other_models": {
            f"{model}_rank": _rank_in(known.rankings[model], found.gap_id)
            for model in MODELS
            if model != found.model and model in known.rankings
        },
        "counts": {
            "accounts": found.totals.accounts,
            "strategic_accounts": found.totals.strategic_accounts,
            "p0_accounts": found.totals.p0_accounts,
            "requests": found.totals.requests,
        },
    }
    if is_public:
        return said
    return said | {
        "score": found.score,
        "vs_above": _neighbour(found.vs_above),
        "vs_below": _neighbour(found.vs_below),
        "families": [_family(line, known, level=level) for line in found.families],
        "flags": list(found.flags),
        "integrity": _integrity(known.integrity),
    }


def band(cents: Fraction | int) -> str:
    """How much money it is, without saying how much."""
    return next((name for most, name in _BANDS if cents <= most * _CENTS), "$1M+")


def _metric(line: MetricLine, *, level: Level) -> dict[str, object]:
    """The multiplier gives the value away, so a level without exact money has the place on the scale in tenths."""
    said: dict[str, object] = {"metric": line.metric, "rank": line.rank, "of": line.of, "weight": line.weight}
    if level is Level.PUBLIC:
        return said
    is_money = line.metric in _MONEY
    if level is Level.TEAM and is_money:
        return said | {"display": band(line.value), "gross": band(line.gross), "sub_score": round(line.sub_score, 1)}
    return said | {
        "value": str(line.value / _CENTS if is_money else line.value),
        "display": f"{float(line.value) / _CENTS:,.2f}" if is_money else f"{float(line.value):.4g}",
        "gross": str(line.gross / _CENTS if is_money else line.gross),
        "sub_score": line.sub_score,
        "multiplier": line.multiplier,
    }


def _neighbour(found: Neighbour | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "gap": found.gap_id,
        "rank": found.rank,
        "ratio": found.ratio,
        "per_metric_ratio": list(found.per_metric_ratio),
    }


def _family(line: FamilyLine, known: Known, *, level: Level) -> dict[str, object]:
    is_exact = level is Level.INTERNAL
    said: dict[str, object] = {
        "id": line.family,
        "severity": line.priority.value,
        "exposure": line.exposure / _CENTS if is_exact else band(line.exposure),
        "counted": float(line.counted) / _CENTS if is_exact else band(line.counted),
        "imputed": "imputed" in line.flags,
        "capped_by": list(line.capped_by),
    }
    return said | {"name": known.name_of(line.family)} if is_exact else said


def _integrity(found: Integrity) -> dict[str, object]:
    return {
        "top_owner_share": round(float(found.top_owner_share), 4),
        "top2_owner_share": round(float(found.top2_owner_share), 4),
        "new_submissions_14d": found.new_requests,
        "owners_14d": found.new_owners,
    }


def _confidence(found: Confidence | None) -> dict[str, object] | None:
    return None if found is None else {"p_top10": found.p_top10, "label": found.label.value}


def _rank_in(ranking: Ranking, gap_id: str) -> int | None:
    return ranking[gap_id].rank if gap_id in ranking else None


def _broken_down(portfolio: Portfolio, ranking: Ranking, gap_id: str, *, level: Level) -> dict[str, object]:
    """What another model's score is made of; its lines are money, so only `internal` has them."""
    said: dict[str, object] = {"model": ranking.model, "rank": _rank_in(ranking, gap_id)}
    made = breakdown(portfolio, ranking.calibration, as_of=ranking.as_of, model=ranking.model, gap_id=gap_id)
    if made is None or level is not Level.INTERNAL:
        return said
    return said | {
        "score": made.score,
        "lines": {line.name: str(line.value) for line in made.lines},
        "effort_months": None if made.effort is None else str(made.effort),
    }
