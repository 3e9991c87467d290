"""Rank a file without a database: for back-testing, what-if, and checking the ranking against worked examples.

The file is one JSON object; amounts are decimal text in whole units, ratios text like "2/5". The answer has the same
conventions. Whatever cannot be read is refused with the place in the file, never guessed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from scoring.calibration import Calibration
from scoring.portfolio import Portfolio
from scoring.ranking import Entry, Ranking, Unestimated, rank
from scoring.snapshot_calibration import read_calibration
from scoring.snapshot_fields import Fields, InvalidSnapshot
from scoring.snapshot_rows import read_portfolio
from scoring.standing import DIGITS

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
    return report(rank(snapshot.portfolio, snapshot.calibration, as_of=snapshot.as_of, model=model))


def rank_text(text: str, *, model: str) -> str:
    """Read, rank and write: the same text gives the same bytes."""
    return as_json(answer(parse(text), model=model))


def as_json(found: Mapping[str, object]) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False)


def report(ranking: Ranking, *, named: Callable[[str], str] = str) -> Mapping[str, object]:
    """A ranking of whatever origin in the answer's form; `named` turns a gap's id into what people call it."""
    return {
        "model": ranking.model,
        "as_of": ranking.as_of.isoformat(),
        "calibration": ranking.calibration.id,
        "currency": ranking.calibration.currencies.reporting,
        "ranking": [_entry(entry, model=ranking.model, named=named) for entry in ranking],
        "needs_estimate": [_unestimated(gap, model=ranking.model, named=named) for gap in ranking.needs_estimate],
        "unplaced_requests": list(ranking.unplaced_requests),
    }


def _entry(entry: Entry, *, model: str, named: Callable[[str], str]) -> dict[str, object]:
    metrics = entry.metrics
    return {
        "rank": entry.rank,
        "gap": named(entry.gap_id),
        "score": entry.score,
        "metrics": {
            "m1_usd": dollars(metrics.impacted_arr),
            "m2": str(metrics.accounts),
            "m3_usd": dollars(metrics.strategic_arr),
            "m4": str(metrics.p0_strength),
        },
        "multipliers": [factor.multiplier for factor in entry.factors],
        "flags": sorted({flag for cell in entry.evidence.cells for flag in cell.flags} | set(entry.evidence.flags)),
    } | _before_effort(entry.before_effort, model=model)


def _unestimated(gap: Unestimated, *, model: str, named: Callable[[str], str]) -> dict[str, object]:
    cost: dict[str, object] = {"gap": named(gap.gap_id), "cod_usd_month": whole(gap.monthly_cost)}
    return _before_effort(gap.before_effort, model=model) | cost


def _before_effort(value: float | None, *, model: str) -> dict[str, object]:
    """What the model divides by the effort, under the name that each has for it."""
    match model:
        case "cd3" if value is not None:
            return {"cod_usd_month": whole(value)}
        case "cipf" if value is not None:
            return {"priority_score_usd": whole(value)}
        case "rice" if value is not None:
            return {"reach_impact_confidence": value}
        case _:
            return {}


def whole(amount: float) -> str:
    """An amount that is rounded to six decimals already, as decimal text."""
    return _at_least_cents(f"{amount:.{DIGITS}f}")


def dollars(cents: Fraction) -> str:
    """Decimal text with two digits, or more where parts of a cent were counted."""
    exact = Decimal(cents.numerator) / Decimal(cents.denominator) / CENTS
    return _at_least_cents(f"{exact:.8f}")


def _at_least_cents(text: str) -> str:
    before, _, after = text.rstrip("0").partition(".")
    return f"{before}.{after.ljust(2, '0')}"


__all__ = ["InvalidSnapshot", "Snapshot", "answer", "as_json", "parse", "rank_text", "report"]
