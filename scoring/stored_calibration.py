"""Read back the figures that a calibration was stored with."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from scoring.calibration import Calibration, Policy, Reference
from scoring.currency import Currencies


def restored(
    label: str, figures: Mapping[str, Any], *, policy: Policy, newer_rates: Mapping[str, Fraction]
) -> Calibration:
    """The calibration of `Calibration.figures`, with today's choices of people.

    The rates are the frozen ones; a currency that has come since has its newer rate. Raises `InvalidCalibration`.
    """
    one, two, three, four = (Reference(Fraction(middle), Fraction(high)) for middle, high in figures["references"])
    rates = {code: Fraction(rate) for code, rate in figures["rates"].items()}
    standard, strategic = figures["imputed"]
    return Calibration(
        label=label,
        currencies=Currencies(figures["currency"], {**newer_rates, **rates}),
        references=(one, two, three, four),
        family_cap=figures["family_cap"],
        p0_prior=Fraction(figures["p0_prior"]),
        imputed_standard=standard,
        imputed_strategic=strategic,
        owner_cap_on=figures["owner_cap_on"],
        policy=policy,
    )
