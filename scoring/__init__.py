"""Rank gaps by what they really cost, and say why.

    calibration = calibrate(portfolio, currencies=Currencies("USD", {"USD": Fraction(1)}), as_of=day, label="FY26Q1")
    ranking = rank(portfolio, calibration, as_of=day)
    ranking["GAP-42"].rank
    explain(ranking, "GAP-42").lines
    snapshot.rank_text(text, model="cd3")

Pure functions over frozen values: no clock, no database, no randomness. Money is in integer minor units; figures that
are sums or shares are exact fractions; only the composite score itself is a float, rounded to six decimals.
"""

from scoring.calibrate import calibrate
from scoring.calibration import METRICS, Calibration, InvalidCalibration, Policy, Reference, cold_start
from scoring.currency import Currencies, UnknownCurrency
from scoring.explanation import Explanation, explain
from scoring.portfolio import Account, ConflictingRows, Gap, Health, Opportunity, Portfolio, Request, fingerprint
from scoring.ranking import (
    MODELS,
    STANDING_ALONE,
    Entry,
    Ranking,
    Unestimated,
    UnknownGap,
    UnknownModel,
    places,
    rank,
    rank_all,
)
from scoring.what_if import SETTINGS, altered

__all__ = [
    "METRICS",
    "MODELS",
    "SETTINGS",
    "STANDING_ALONE",
    "Account",
    "Calibration",
    "ConflictingRows",
    "Currencies",
    "Entry",
    "Explanation",
    "Gap",
    "Health",
    "InvalidCalibration",
    "Opportunity",
    "Policy",
    "Portfolio",
    "Ranking",
    "Reference",
    "Request",
    "Unestimated",
    "UnknownCurrency",
    "UnknownGap",
    "UnknownModel",
    "altered",
    "calibrate",
    "cold_start",
    "explain",
    "fingerprint",
    "places",
    "rank",
    "rank_all",
]
