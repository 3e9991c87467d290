"""Rank a file without a database: for back-testing, what-if, and checking the ranking against worked examples.

The file is one JSON object; amounts are decimal text in whole units, ratios text like "2/5". The answer has the same
conventions. Whatever cannot be read is refused with the place in the file, never guessed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from scoring.calibration import Calibration
from scoring.portfolio import Portfolio
from scoring.ranking import Entry, Unestimated, rank
from scoring.snapshot_calibration import read_calibration
from scoring.snapshot_fields import Fields, InvalidSnapshot
from scoring.snapshot_rows import read_portfolio

CENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything one ranking needs."""

    as_of: date
    portfolio: Portfolio
    calibration: Calibration


def parse(text: str) -> Snapshot:
    """Read a snapshot; raise `InvalidSnapshot` with the place and the problem, or `UnknownCurrency`."""
    try:
        found = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise InvalidSnapshot("", f"not JSON: {error}") from None
    fields = Fields.of(found, at="snapshot")
    as_of = fields.day("as_of")
    portfolio = read_portfolio(fields)
    calibration = read_calibration(fields, portfolio=portfolio, as_of=as_of)
    return Snapshot(as_of=as_of, portfolio=portfolio, calibration=calibration)


def answer(snapshot: Snapshot, *, model: str) -> Mapping[str, object]:
    """Rank a snapshot and put the result in a form that JSON keeps exactly; raise `UnknownModel`."""
    ranking = rank(snapshot.portfolio, snapshot.calibration, as_of=snapshot.as_of, model=model)
    return {
        "model": ranking.model,
        "as_of": ranking.as_of.isoformat(),
        "calibration": ranking.calibration.id,
        "ranking": [_entry(entry, model=model) for entry in ranking],
        "needs_estimate": [_unestimated(gap, model=model) for gap in ranking.needs_estimate],
        "unplaced_requests": list(ranking.unplaced_requests),
    }


def rank_text(text: str, *, model: str) -> str:
    """Read, rank and write: the same text gives the same bytes."""
    return json.dumps(answer(parse(text), model=model), indent=2, ensure_ascii=False)


_BEFORE_EFFORT = {"cd3": "cod_usd_month", "cipf": "priority_score_usd", "rice": "reach_impact_confidence"}


def _entry(entry: Entry, *, model: str) -> dict[str, object]:
    metrics = entry.metrics
    shown: dict[str, object] = {
        "rank": entry.rank,
        "gap": entry.gap_id,
        "score": entry.score,
        "metrics": {
            "m1_usd": dollars(metrics.impacted_arr),
            "m2": str(metrics.accounts),
            "m3_usd": dollars(metrics.strategic_arr),
            "m4": str(metrics.p0_strength),
        },
        "multipliers": [factor.multiplier for factor in entry.factors],
        "flags": sorted({flag for cell in entry.evidence.cells for flag in cell.flags} | set(entry.evidence.flags)),
    }
    if entry.before_effort is not None:
        shown[_BEFORE_EFFORT[model]] = entry.before_effort
    return shown


def _unestimated(gap: Unestimated, *, model: str) -> dict[str, object]:
    return {"gap": gap.gap_id, _BEFORE_EFFORT[model]: gap.before_effort}


def dollars(cents: Fraction) -> str:
    """Decimal text with two digits, or more where parts of a cent were counted."""
    exact = Decimal(cents.numerator) / Decimal(cents.denominator) / CENTS
    text = f"{exact:.8f}".rstrip("0")
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.ljust(2, '0')}"


__all__ = ["InvalidSnapshot", "Snapshot", "answer", "parse", "rank_text"]
