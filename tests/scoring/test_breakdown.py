"""Every model's score is what its lines say: added up or multiplied, and divided by the effort, to the last digit."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import MODELS, Calibration, Portfolio, rank_all
from scoring.breakdown import MONEY_BY_FAMILY, breakdown
from tests.scoring.worlds import CALIBRATION, DAY, account, calibrations, portfolios, request, world


def estimated(found: Portfolio, months: int) -> Portfolio:
    return replace(
        found,
        gaps=tuple(replace(gap, duration_months=Fraction(months, 3) if months else None) for gap in found.gaps),
    )


@settings(max_examples=25)
@given(portfolio=portfolios(), calibration=calibrations, months=st.integers(0, 20))
def test_the_lines_make_the_score_on_any_data(portfolio: Portfolio, calibration: Calibration, months: int) -> None:
    found = estimated(portfolio, months)
    rankings = rank_all(found, calibration, as_of=DAY, models=MODELS)
    for model, ranking in rankings.items():
        for entry in rankings["composite"]:
            said = breakdown(found, calibration, as_of=DAY, model=model, gap_id=entry.gap_id)
            assert said is not None
            assert said.computed == said.score == (ranking[entry.gap_id].score if entry.gap_id in ranking else None)
            if model in MONEY_BY_FAMILY:
                assert {line.name for line in said.lines} <= {cell.family for cell in entry.evidence.cells}


def test_the_families_that_ask_are_enough_for_models_of_money() -> None:
    """One account's other needs count, those of strangers do not."""
    found = estimated(
        world(
            accounts=(account("A"), account("B"), account("C")),
            gaps=("g1", "g2"),
            requests=(request("1", "A"), request("2", "A", gap="g2"), request("3", "B"), request("4", "C", gap="g2")),
        ),
        6,
    )
    own = replace(found, requests=found.requests[:3])
    for model in MONEY_BY_FAMILY:
        whole, part = (breakdown(each, CALIBRATION, as_of=DAY, model=model, gap_id="g1") for each in (found, own))
        assert whole == part


def test_a_gap_that_is_not_there_has_none() -> None:
    assert breakdown(world(), CALIBRATION, as_of=DAY, model="cd3", gap_id="g9") is None
