"""Whole values, field by field: nothing that is read, said or explained may get lost or mixed up on the way."""

import json
import math
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from domain.words import AccountKind, GapState, OpportunityKind, OpportunityStage, Priority
from scoring import (
    Account,
    Calibration,
    Currencies,
    Gap,
    Health,
    InvalidCalibration,
    Opportunity,
    Policy,
    Portfolio,
    Reference,
    Request,
    UnknownCurrency,
    calibrate,
    explain,
    rank,
)
from scoring.confidence import _score, family_weight
from scoring.explanation import FamilyLine, MetricLine, Neighbour
from scoring.metrics import Totals
from scoring.money import Basis
from scoring.ranking import standings
from scoring.snapshot import InvalidSnapshot, Snapshot, parse, rank_text
from tests.scoring.test_composite_golden import PORTFOLIO
from tests.scoring.worlds import (
    CALIBRATION,
    CURRENCIES,
    DAY,
    K,
    account,
    calibrations,
    deal,
    portfolios,
    request,
    world,
)

WHOLE = "expected a whole number"
PRIOR = "the prior share of P0 must lie strictly between 0 and 1"
UNUSUAL: dict[str, Any] = {
    "as_of": "2026-02-03",
    "label": "FY26Q2",
    "calibration": {
        "fx_to_usd": {"EUR": "1.25", "JPY": "0.01"},
        "x0": {"m1_usd": 1, "m2_families": 2, "m3_usd": 3, "m4_share": "0.4"},
        "x1": {"m1_usd": 10, "m2_families": 20, "m3_usd": 30, "m4_share": "0.5"},
        "family_cap_usd": "1234.56",
        "p0_prior": "1/3",
        "p0_prior_strength": 5,
        "imputed_usd": {"standard": 11, "strategic": 22},
        "weights": [0.1, 0.2, 0.3, 0.4],
        "eps": "0.3",
        "balance": 0.5,
        "priority_permille": {"P0": 900, "P1": 300, "NICE": 50},
        "half_life_days": 300,
        "lost_half_life_days": 100,
        "lost_max_days": 600,
        "stale_open_opp_days": 60,
        "typed_cap_usd": "7.5",
        "owner_cap": {"on": False, "kappa": "1/2", "keep_largest": 3},
    },
    "accounts": [
        {
            "id": "A", "parent": "B", "arr": "12.34", "currency": "EUR", "kind": "Prospect", "strategic": True,
            "owner": "r1", "segment": "smb", "health": "Red", "renewal": "2026-05-06", "verified": False,
        }
    ],
    "opportunities": [
        {
            "id": "O", "account": "A", "kind": "expansion", "stage": "LOST", "amount": "500", "currency": "JPY",
            "close": "2026-01-02", "probability": "0.25",
        }
    ],
    "gaps": [{"id": "g", "status": "Beta", "merged_into": "h", "duration_months": "2.5"}],
    "requests": [
        {
            "id": "s", "gap": "g", "account": "A", "priority": "nice to have", "requester": "q", "opportunity": "O",
            "last_confirmed": "2026-01-01", "first_asked": "2025-01-01", "withdrawn": True, "typed_arr": "99",
            "typed_currency": "JPY",
        }
    ],
}  # fmt: skip


class TestSnapshot:
    def test_every_field_arrives_where_it_belongs(self) -> None:
        assert parse(json.dumps(UNUSUAL)) == Snapshot(
            as_of=date(2026, 2, 3),
            portfolio=Portfolio(
                accounts=(
                    Account(
                        id="A", parent="B", arr=1234, currency="EUR", kind=AccountKind.PROSPECT, strategic=True,
                        owner="r1", segment="smb", health=Health.RED, renewal=date(2026, 5, 6), verified=False,
                    ),
                ),
                opportunities=(
                    Opportunity(
                        id="O", account="A", kind=OpportunityKind.EXPANSION, stage=OpportunityStage.LOST, amount=500,
                        currency="JPY", close=date(2026, 1, 2), probability=Fraction(1, 4),
                    ),
                ),
                gaps=(Gap(id="g", state=GapState.IN_PROGRESS, merged_into="h", duration_months=Fraction(5, 2)),),
                requests=(
                    Request(
                        id="s", gap="g", account="A", priority=Priority.NICE, requester="q", opportunity="O",
                        last_confirmed=date(2026, 1, 1), first_asked=date(2025, 1, 1), withdrawn=True, typed_arr=99,
                        typed_currency="JPY",
                    ),
                ),
            ),
            calibration=Calibration(
                label="FY26Q2",
                currencies=Currencies("USD", {"USD": Fraction(1), "EUR": Fraction(5, 4), "JPY": Fraction(1, 100)}),
                references=(
                    Reference(Fraction(100), Fraction(1000)), Reference(Fraction(2), Fraction(20)),
                    Reference(Fraction(300), Fraction(3000)), Reference(Fraction(2, 5), Fraction(1, 2)),
                ),
                family_cap=123_456, p0_prior=Fraction(1, 3), imputed_standard=1_100, imputed_strategic=2_200,
                owner_cap_on=False,
                policy=Policy(
                    weights=(0.1, 0.2, 0.3, 0.4), floor=0.3, balance=0.5, p0_permille=900, p1_permille=300,
                    nice_permille=50, half_life_days=300, lost_half_life_days=100, lost_max_days=600,
                    stale_open_days=60, p0_prior_strength=5, owner_kappa=Fraction(1, 2), owner_keeps=3, typed_cap=750,
                ),
            ),
        )  # fmt: skip

    def test_what_is_left_out_has_its_default(self) -> None:
        bare = {"accounts": [{"id": "A"}], "gaps": [{"id": "g"}], "calibration": {"owner_cap": {}}}
        bare["opportunities"] = [{"id": "O", "account": "A", "kind": "new", "stage": "open"}]
        bare["requests"] = [{"id": "s", "gap": "g", "account": "A", "last_confirmed": "2026-01-05"}]
        found = parse(json.dumps({"as_of": "2026-01-05"} | bare))
        assert found.portfolio == Portfolio(
            accounts=(Account(id="A"),),
            opportunities=(
                Opportunity(id="O", account="A", kind=OpportunityKind.NEW, stage=OpportunityStage.OPEN),
            ),
            gaps=(Gap(id="g"),),
            requests=(
                Request(id="s", gap="g", account="A", priority=None, requester="", last_confirmed=date(2026, 1, 5)),
            ),
        )  # fmt: skip
        plain = replace(CALIBRATION, label="snapshot", currencies=Currencies("USD", {"USD": Fraction(1)}))
        assert found.calibration == plain

    def test_the_answer_is_these_bytes(self) -> None:
        known = {"accounts": [{"id": "A", "arr": "1000", "owner": "é"}], "gaps": [{"id": "g"}, {"id": "h", "duration_months": 2}]}  # fmt: skip  # noqa: E501
        asked = {"id": "s", "gap": "g", "account": "A", "priority": "P0", "last_confirmed": "2026-01-05"}
        stray = {"id": "é", "gap": "g", "account": "nobody", "priority": "P0", "last_confirmed": "2026-01-05"}
        text = json.dumps({"as_of": "2026-01-05", "calibration": {}, "requests": [asked, stray]} | known)
        calibration = parse(text).calibration.id
        assert rank_text(text, model="rice") == (
            '{\n  "model": "rice",\n  "as_of": "2026-01-05",\n  "calibration": "' + calibration + '",\n'
            '  "currency": "USD",\n  "ranking": [\n    {\n      "rank": 1,\n      "gap": "h",\n'
            '      "score": 0.03125,\n'
            '      "metrics": {\n        "m1_usd": "0.00",\n        "m2": "0",\n        "m3_usd": "0.00",\n'
            '        "m4": "0"\n      },\n      "multipliers": [],\n      "flags": [],\n'
            '      "reach_impact_confidence": 0.0625\n    }\n  ],\n  "needs_estimate": [\n    {\n'
            '      "reach_impact_confidence": 15.0,\n      "gap": "g",\n      "cod_usd_month": "29.166667"\n    }\n'
            '  ],\n  "unplaced_requests": [\n    "é"\n  ]\n}'
        )

    @pytest.mark.parametrize(
        ("changes", "place", "said"),
        [
            ({"accounts": [{"id": "A", "strategic": 1}]}, "snapshot.accounts[0].strategic", "expected true or false"),
            ({"accounts": [{"id": "A", "arr": []}]}, "snapshot.accounts[0].arr", "expected a number"),
            ({"accounts": [{"id": 7}]}, "snapshot.accounts[0].id", "expected text"),
            ({"gaps": [{"id": "g", "merged_into": 7}]}, "snapshot.gaps[0].merged_into", "expected text"),
            ({"as_of": "x"}, "snapshot.as_of", "expected a day like 2026-01-05"),
            ({"calibration": {"weights": [1]}}, "snapshot.calibration.weights", "expected four numbers"),
            ({"calibration": {"p0_prior_strength": "1/2"}}, "snapshot.calibration.p0_prior_strength", WHOLE),
            ({"calibration": {"p0_prior": 2}}, "snapshot.calibration", PRIOR),
            ({"calibration": []}, "snapshot.calibration", "expected an object"),
            ({"gaps": 1}, "snapshot.gaps", "expected a list"),
        ],
    )  # fmt: skip
    def test_a_refusal_names_its_place(self, changes: dict[str, Any], place: str, said: str) -> None:
        with pytest.raises(InvalidSnapshot) as refused:
            parse(json.dumps({"as_of": "2026-01-05", "calibration": {}} | changes))
        assert (refused.value.place, str(refused.value)) == (place, f"{place}: {said}")

    def test_words_that_mean_nothing_are_answered_with_those_that_do(self) -> None:
        with pytest.raises(InvalidSnapshot, match=r"'sick' is not one of green, yellow, red$"):
            parse(json.dumps({"as_of": "2026-01-05", "accounts": [{"id": "A", "health": "sick"}]}))
        with pytest.raises(InvalidSnapshot, match=r"^not JSON: "):
            parse("{")

    @pytest.mark.parametrize(("said", "share"), [("1", 1), ("1.5", Fraction(3, 200)), ("0.5", Fraction(1, 2))])
    def test_more_than_one_is_percent(self, said: str, share: Fraction) -> None:
        deals = [{"id": "O", "account": "A", "kind": "new", "stage": "open", "probability": said}]
        found = parse(json.dumps({"as_of": "2026-01-05", "calibration": {}, "opportunities": deals}))
        assert found.portfolio.opportunities[0].probability == share


class TestCalibration:
    def test_every_figure_has_its_name(self) -> None:
        unusual = parse(json.dumps(UNUSUAL)).calibration
        assert unusual.figures() == {
            "currency": "USD",
            "rates": {"USD": "1", "EUR": "5/4", "JPY": "1/100"},
            "references": [["100", "1000"], ["2", "20"], ["300", "3000"], ["2/5", "1/2"]],
            "family_cap": 123_456,
            "p0_prior": "1/3",
            "imputed": [1_100, 2_200],
            "owner_cap_on": False,
            "policy": {
                "weights": (0.1, 0.2, 0.3, 0.4), "floor": 0.3, "balance": 0.5, "p0_permille": 900, "p1_permille": 300,
                "nice_permille": 50, "half_life_days": 300, "lost_half_life_days": 100, "lost_max_days": 600,
                "stale_open_days": 60, "p0_prior_strength": 5, "owner_kappa": "1/2", "owner_keeps": 3, "tam_coef": "0",
                "typed_cap": 750,
            },
        }  # fmt: skip
        name, _, digest = unusual.id.rpartition("-")
        assert (name, len(digest)) == ("FY26Q2", 8)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"weights": (1.1, 0, 0, -0.1)}, "weights must not be negative and must add up to 1"),
            ({"floor": 0.0}, "the floor must lie between 0 and 1"),
            ({"balance": 10.5}, "the balance must lie between -10 and 10"),
            ({"p1_permille": 2000}, "a less severe priority must not weigh more"),
            ({"half_life_days": 0}, "half-lives and the strength of the prior must be positive"),
            ({"owner_keeps": 0}, "an owner's largest account always counts"),
        ],
    )
    def test_a_wrong_policy_says_what_is_wrong(self, wrong: dict[str, Any], said: str) -> None:
        with pytest.raises(InvalidCalibration) as refused:
            Policy(**wrong)
        assert str(refused.value) == said

    def test_the_least_that_is_right_is_taken(self) -> None:
        Policy(balance=10, nice_permille=0, half_life_days=1, lost_half_life_days=1, p0_prior_strength=1)
        Policy(balance=-10, owner_kappa=Fraction(0), p1_permille=1000, nice_permille=1000)
        replace(CALIBRATION, family_cap=0, imputed_standard=0, imputed_strategic=0)

    def test_wrong_figures_say_what_is_wrong(self) -> None:
        with pytest.raises(InvalidCalibration, match=r"^caps and medians must not be negative$"):
            replace(CALIBRATION, family_cap=-1)
        with pytest.raises(InvalidCalibration, match=r"^reference points must satisfy 0 < 2 < 1$"):
            Reference(Fraction(2), Fraction(1))

    def test_policy_is_kept_where_there_is_little_to_measure(self) -> None:
        policy = Policy(half_life_days=100)
        assert calibrate(world(), currencies=CURRENCIES, as_of=DAY, label="x", policy=policy).policy == policy

    def test_an_exposure_of_nothing_is_not_measured_and_nothing_is_capped_while_measuring(self) -> None:
        numbers = range(40)
        portfolio = world(
            gaps=tuple(f"g{number}" for number in numbers),
            accounts=tuple(account(f"A{n}", arr=0 if n < 20 else 5_000 * K, owner=f"r{n}") for n in numbers),
            requests=tuple(request(f"s{n}", f"A{n}", gap=f"g{n}") for n in numbers),
        )
        found = calibrate(portfolio, currencies=CURRENCIES, as_of=DAY, label="x")
        assert found.family_cap == 5_000 * K
        assert found.imputed_standard == 2_500 * K

    def test_an_unknown_currency_is_named(self) -> None:
        with pytest.raises(UnknownCurrency, match="no exchange rate for 'GBP'") as refused:
            CURRENCIES.cents(1, currency="GBP")
        assert refused.value.code == "GBP"


class TestExplanation:
    def test_every_field_of_the_second_of_three(self) -> None:
        explanation = explain(rank(PORTFOLIO, CALIBRATION, as_of=DAY), "g2")
        assert (explanation.gap_id, explanation.rank, explanation.of, explanation.score) == ("g2", 2, 3, 37.432174)
        first = explanation.lines[0]
        assert first == MetricLine(
            metric="impacted_arr", value=Fraction(250 * K), gross=Fraction(350 * K), rank=2, of=3,
            sub_score=first.sub_score, weight=0.4, multiplier=first.multiplier,
        )  # fmt: skip
        assert first.sub_score == pytest.approx(math.log(3.5) / math.log(32))
        assert first.multiplier == pytest.approx((0.1 + 0.9 * math.log(3.5) / math.log(32)) ** 0.4)
        assert explanation.lines[3].gross == 1
        assert explanation.families[0] == FamilyLine(
            family="D", accounts=("D",), requests=("s4",), owner="r1", strategic=False, priority=Priority.P0,
            last_confirmed=DAY, gross=200 * K, exposure=200 * K, counted=Fraction(400 * K, 3), basis=Basis.CRM,
            capped_by=("owner_cap",), flags=(),
        )  # fmt: skip
        assert explanation.totals == Totals(
            gross_arr=350 * K, retention_arr=350 * K, growth_arr=0, lost_arr=0, strategic_arr=0, whitespace=0,
            accounts=3, strategic_accounts=0, p0_accounts=3, imputed_accounts=0, typed_accounts=0, owners=2, requests=3,
        )  # fmt: skip

    def test_a_neighbour_is_compared_metric_by_metric(self) -> None:
        ranking = rank(PORTFOLIO, CALIBRATION, as_of=DAY)
        first, second = explain(ranking, "g1"), explain(ranking, "g2")
        ratios = tuple(b.multiplier / a.multiplier for a, b in zip(first.lines, second.lines, strict=True))
        assert second.vs_above == Neighbour(
            gap_id="g1", rank=1, score=74.449996, ratio=math.prod(ratios), per_metric_ratio=ratios,
            largest="p0_strength", smallest="strategic_arr",
        )  # fmt: skip
        assert second.vs_above.widest == "strategic_arr"
        assert second.vs_below is not None
        assert (second.vs_below.rank, second.vs_below.largest, second.vs_below.smallest) == (3, "impacted_arr", "strategic_arr")  # fmt: skip  # noqa: E501
        assert second.vs_below.widest == "impacted_arr"

    def test_money_of_all_kinds_is_told_apart(self) -> None:
        deals = (deal("o", "A", amount=7 * K), deal("l", "A", amount=3 * K, stage="lost", close=DAY))
        said = (request("s1", "A", opportunity="o"), request("s2", "A", opportunity="l"))
        strategic = account("A", strategic=True)
        entry = rank(world(accounts=(strategic,), deals=deals, requests=said), CALIBRATION, as_of=DAY)["g1"]
        totals = entry.totals
        assert (totals.retention_arr, totals.growth_arr, totals.lost_arr) == (100 * K, 7 * K, 3 * K)
        assert (totals.gross_arr, totals.strategic_arr, totals.strategic_accounts) == (110 * K, 110 * K, 1)


class TestConfidence:
    @given(portfolios(), calibrations)
    def test_with_equal_weights_the_draw_is_the_composite(self, portfolio: Portfolio, calibration: Calibration) -> None:
        for entry in rank(portfolio, calibration, as_of=DAY):
            alike = {cell.family: 1.0 for cell in entry.evidence.cells}
            drawn = 100 * _score(entry.evidence.cells, weights=alike, calibration=calibration)
            assert drawn == pytest.approx(entry.score, abs=1e-6)

    def test_a_family_s_weight_is_this_number(self) -> None:
        assert family_weight("Acme", draw=0) == pytest.approx(0.04315901233783656, rel=1e-12)


class TestStandings:
    @given(portfolios(), calibrations)
    def test_are_the_ranking_without_places(self, portfolio: Portfolio, calibration: Calibration) -> None:
        found = standings(portfolio, calibration, as_of=DAY)
        expected = [(entry.gap_id, entry.score) for entry in rank(portfolio, calibration, as_of=DAY)]
        assert [(each.gap_id, each.score) for each in found] == expected
