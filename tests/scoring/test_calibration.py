"""The figures that a quarter is held against."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.words import Priority
from scoring import Calibration, Currencies, InvalidCalibration, Policy, Portfolio, Reference, calibrate, cold_start
from scoring.calibrate import quantile
from tests.scoring.worlds import CALIBRATION, CURRENCIES, DAY, K, account, request, world


def a_portfolio(*, gaps: int = 30, owners: int = 3) -> Portfolio:
    """Gap n is asked for by account n alone, which pays n thousand; every third is strategic, every fifth P1."""
    numbers = range(1, gaps + 1)
    return world(
        gaps=tuple(f"g{number}" for number in numbers),
        accounts=tuple(
            account(f"A{number}", arr=number * K, owner=f"r{number % owners}", strategic=number % 3 == 0)
            for number in numbers
        ),
        requests=tuple(
            request(f"s{number}", f"A{number}", gap=f"g{number}", priority="P1" if number % 5 == 0 else "P0")
            for number in numbers
        ),
    )


def calibrated(portfolio: Portfolio, *, as_of: date = DAY, label: str = "FY26Q1") -> Calibration:
    return calibrate(portfolio, currencies=CURRENCIES, as_of=as_of, label=label)


class TestColdStart:
    def test_a_young_organisation_gets_the_written_figures(self) -> None:
        assert calibrated(a_portfolio(gaps=29), label="cold-start") == CALIBRATION

    def test_they_are_those_of_the_definition(self) -> None:
        one, two, three, four = CALIBRATION.references
        assert (one.middle, one.high) == (100 * K, 3_100 * K)
        assert (two.middle, two.high) == (1, 15)
        assert (three.middle, three.high) == (100 * K, 1_500 * K)
        assert (four.middle, four.high) == (Fraction("0.1"), Fraction("0.7"))
        assert (CALIBRATION.family_cap, CALIBRATION.p0_prior) == (1_000 * K, Fraction(2, 5))
        assert (CALIBRATION.imputed_standard, CALIBRATION.imputed_strategic) == (90 * K, 600 * K)

    def test_they_are_dollars_wherever_the_dollar_has_a_rate(self) -> None:
        euros = cold_start(Currencies("EUR", {"EUR": Fraction(1), "USD": Fraction(9, 10)}))
        assert euros.family_cap == 900 * K
        assert cold_start(Currencies("EUR", {"EUR": Fraction(1)})).family_cap == 1_000 * K


class TestMeasured:
    def test_thirty_requested_gaps_are_enough(self) -> None:
        calibration = calibrated(a_portfolio())
        assert calibration.label == "FY26Q1"
        assert calibration.family_cap == round(Fraction(2971, 100) * K)  # P99 of 1..30 thousand: 29.71
        assert calibration.p0_prior == Fraction(24, 30)
        # Of 1..30 without the multiples of three the middle two are 14 and 16; of those multiples 15 and 18.
        assert calibration.imputed_standard == 15 * K
        assert calibration.imputed_strategic == round(16.5 * K)
        heads = calibration.references[1]
        assert heads == CALIBRATION.references[1]  # one account each: P99 is not above the median, so the written pair

    def test_money_is_scaled_from_its_median_to_its_p99(self) -> None:
        impacted = calibrated(a_portfolio()).references[0]
        values = sorted(min(n, Fraction(2971, 100)) * K * (Fraction(2, 5) if n % 5 == 0 else 1) for n in range(1, 31))
        assert impacted.middle == (values[14] + values[15]) / 2
        assert impacted.high == pytest.approx(values[28] + Fraction(71, 100) * (values[29] - values[28]))

    def test_without_strategic_accounts_their_scale_is_the_written_one(self) -> None:
        portfolio = a_portfolio()
        plain = replace(portfolio, accounts=tuple(replace(each, strategic=False) for each in portfolio.accounts))
        assert calibrated(plain).references[2] == CALIBRATION.references[2]
        assert calibrated(plain).imputed_strategic == CALIBRATION.imputed_strategic

    def test_a_share_has_a_scale_below_one(self) -> None:
        mostly_mild = a_portfolio()
        mild = tuple(
            replace(each, priority=Priority.P0 if each.gap in {"g1", "g2"} else Priority.NICE)
            for each in mostly_mild.requests
        )
        strength = calibrated(replace(mostly_mild, requests=mild)).references[3]
        # Prior 2/30: (0 + 8/15) / 9 for most, (1 + 8/15) / 9 for the two; P99 of thirty lies within those two.
        assert float(strength.middle) == pytest.approx(8 / 135, abs=1e-6)
        assert float(strength.high) == pytest.approx(23 / 135, abs=1e-6)

    def test_gaps_nobody_asks_for_lower_the_p99_but_not_the_median(self) -> None:
        asked = a_portfolio()
        more = replace(asked, gaps=(*asked.gaps, *world(gaps=("x1", "x2", "x3", "x4", "x5")).gaps))
        assert calibrated(more).references[0].middle == calibrated(asked).references[0].middle
        assert calibrated(more).references[0].high < calibrated(asked).references[0].high

    def test_one_kind_of_priority_leaves_the_prior_inside(self) -> None:
        portfolio = a_portfolio()
        urgent = replace(portfolio, requests=tuple(replace(each, priority=Priority.P0) for each in portfolio.requests))
        mild = replace(portfolio, requests=tuple(replace(each, priority=Priority.NICE) for each in portfolio.requests))
        assert calibrated(urgent).p0_prior == Fraction(31, 32)
        assert calibrated(mild).p0_prior == Fraction(1, 32)
        one = replace(mild, requests=(replace(mild.requests[0], priority=Priority.P0), *mild.requests[1:]))
        assert calibrated(one).p0_prior == Fraction(1, 30)

    @pytest.mark.parametrize(("owners", "on"), [(2, False), (3, True)])
    def test_the_owner_cap_needs_three_owners(self, owners: int, on: bool) -> None:
        assert calibrated(a_portfolio(owners=owners)).owner_cap_on == on
        assert calibrated(a_portfolio(gaps=4, owners=owners)).owner_cap_on == on

    def test_an_organisation_without_any_money_keeps_the_written_figures(self) -> None:
        portfolio = a_portfolio()
        poor = replace(portfolio, accounts=tuple(replace(each, arr=None) for each in portfolio.accounts))
        calibration = calibrated(poor)
        assert calibration.family_cap == CALIBRATION.family_cap
        assert calibration.imputed_standard == CALIBRATION.imputed_standard

    def test_is_the_same_in_any_order(self) -> None:
        portfolio = a_portfolio()
        mixed = replace(portfolio, requests=portfolio.requests[::-1], accounts=portfolio.accounts[::-1])
        assert calibrated(mixed) == calibrated(portfolio)


class TestName:
    def test_changes_with_any_figure_and_with_nothing_else(self) -> None:
        names = {
            CALIBRATION.id,
            replace(CALIBRATION, family_cap=1).id,
            replace(CALIBRATION, owner_cap_on=False).id,
            replace(CALIBRATION, p0_prior=Fraction(1, 3)).id,
            CALIBRATION.with_policy(Policy(half_life_days=100)).id,
            replace(CALIBRATION, currencies=Currencies("USD", {"USD": Fraction(1)})).id,
        }
        assert len(names) == 6
        assert cold_start(CURRENCIES).id == CALIBRATION.id
        assert CALIBRATION.id.startswith("cold-start-")


class TestQuantile:
    @pytest.mark.parametrize(
        ("share", "value"), [("0", 1), ("1/2", Fraction(5, 2)), ("1", 4), ("1/3", 2), ("99/100", Fraction(397, 100))]
    )
    def test_lies_between_its_neighbours(self, share: str, value: Fraction) -> None:
        assert quantile([4, 1, 3, 2], Fraction(share)) == value

    @given(st.lists(st.integers(), min_size=1), st.fractions(0, 1))
    def test_never_leaves_the_range(self, values: list[int], share: Fraction) -> None:
        assert min(values) <= quantile(values, share) <= max(values)

    def test_of_nothing_does_not_exist(self) -> None:
        with pytest.raises(ValueError, match="no values"):
            quantile([], Fraction(1, 2))


class TestNonsenseIsRefused:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"weights": (0.5, 0.2, 0.2, 0.2)},
            {"weights": (1.2, -0.2, 0.0, 0.0)},
            {"floor": 0.0},
            {"floor": 1.0},
            {"p1_permille": 1001},
            {"nice_permille": 401},
            {"nice_permille": -1},
            {"half_life_days": 0},
            {"lost_half_life_days": 0},
            {"p0_prior_strength": 0},
            {"owner_kappa": Fraction(-1)},
            {"owner_keeps": 0},
        ],
        ids=str,
    )
    def test_in_policy(self, wrong: dict[str, object]) -> None:
        with pytest.raises(InvalidCalibration):
            Policy(**wrong)  # type: ignore[arg-type]

    @pytest.mark.parametrize(("middle", "high"), [(0, 1), (1, 1), (2, 1), (-1, 1)])
    def test_in_reference_points(self, middle: int, high: int) -> None:
        with pytest.raises(InvalidCalibration):
            Reference(Fraction(middle), Fraction(high))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"p0_prior": Fraction(0)},
            {"p0_prior": Fraction(1)},
            {"family_cap": -1},
            {"imputed_standard": -1},
            {"imputed_strategic": -1},
        ],
        ids=str,
    )
    def test_in_measured_figures(self, wrong: dict[str, object]) -> None:
        with pytest.raises(InvalidCalibration):
            replace(CALIBRATION, **wrong)  # type: ignore[arg-type]

    @pytest.mark.parametrize("rates", [{}, {"USD": Fraction(2)}, {"USD": Fraction(1), "EUR": Fraction(0)}])
    def test_in_exchange_rates(self, rates: dict[str, Fraction]) -> None:
        with pytest.raises(ValueError, match="rate"):
            Currencies("USD", rates)


class TestConversion:
    @pytest.mark.parametrize(
        ("minor", "currency", "cents"),
        [(123, "USD", 123), (10, "EUR", 11), (5, "EUR", 6), (15, "EUR", 16), (1_500, "JPY", 1_000)],
    )
    def test_rounds_half_to_even(self, minor: int, currency: str, cents: int) -> None:
        assert CURRENCIES.cents(minor, currency=currency) == cents

    @given(st.integers(-(10**15), 10**15), st.fractions(Fraction(1, 10**6), 10**6))
    def test_rounds_as_python_does(self, minor: int, rate: Fraction) -> None:
        currencies = Currencies("USD", {"USD": Fraction(1), "XXX": rate})
        assert currencies.cents(minor, currency="XXX") == round(minor * rate)

    def test_a_reporting_currency_without_decimals_is_still_counted_in_hundredths(self) -> None:
        yen = Currencies("JPY", {"JPY": Fraction(1), "USD": Fraction(150)})
        assert (yen.cents(7, currency="JPY"), yen.cents(100, currency="USD")) == (700, 15_000)
