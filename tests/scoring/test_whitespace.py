"""Whitespace, what accounts might pay beyond their ARR, is shown and counts nothing unless leadership says what."""

from dataclasses import replace
from fractions import Fraction

import pytest

from scoring import Account, InvalidCalibration, Policy, rank
from scoring.evidence import gather
from scoring.metrics import total
from scoring.portfolio import Portfolio
from scoring.snapshot import parse
from tests.scoring.worlds import CALIBRATION, DAY, K, account, request, world

WORLD = world(
    accounts=(
        account("A", arr=100 * K, addressable=500 * K),
        account("B", parent="A", arr=80 * K, addressable=50 * K),
        account("C", arr=None, addressable=900 * K),
    ),
    requests=(request("1", "A"),),
)


def totals(found: Portfolio, policy: Policy) -> tuple[int, int]:
    (gap,) = gather(found, calibration=CALIBRATION.with_policy(policy), as_of=DAY).gaps
    return total(gap).whitespace, total(gap).gross_arr


@pytest.mark.parametrize(("coefficient", "counts"), [("0", 0), ("1/10", 40), ("1", 400)])
def test_what_is_left_of_the_market_counts_by_its_coefficient(coefficient: str, counts: int) -> None:
    """B pays more than its market: that takes nothing from A's."""
    assert totals(WORLD, Policy(tam_coef=Fraction(coefficient))) == (400 * K, (180 + counts) * K)


def test_unknown_money_stays_unknown() -> None:
    asked = replace(WORLD, requests=(request("1", "C"),))
    assert totals(asked, Policy(tam_coef=Fraction(1))) == (900 * K, CALIBRATION.imputed_standard)


def test_the_usual_ranking_does_not_look_at_it() -> None:
    plain = replace(WORLD, accounts=tuple(replace(row, addressable=None) for row in WORLD.accounts))
    assert [entry.score for entry in rank(WORLD, CALIBRATION, as_of=DAY)] == [
        entry.score for entry in rank(plain, CALIBRATION, as_of=DAY)
    ]


def test_whitespace_does_not_count_against_a_gap() -> None:
    with pytest.raises(InvalidCalibration, match="whitespace"):
        Policy(tam_coef=Fraction(-1))


def test_a_file_may_say_it() -> None:
    found = parse(
        '{"as_of": "2026-01-05", "calibration": {"tam_coef": 0.02},'
        ' "accounts": [{"id": "A", "arr": "1", "addressable_arr": "7.50"}]}'
    )
    assert found.portfolio.accounts == (Account(id="A", arr=100, addressable=750),)
    assert found.calibration.policy.tam_coef == Fraction(1, 50)
