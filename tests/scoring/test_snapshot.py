"""A ranking out of a file: the same figures as from the database, and plain words for what is wrong in it."""

import json
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from domain.words import AccountKind, GapState, Priority
from scoring import UnknownCurrency, UnknownModel
from scoring.snapshot import InvalidSnapshot, answer, dollars, parse, rank_text

SNAPSHOT: dict[str, Any] = {
    "as_of": "2026-01-05",
    "calibration": {
        "fx_to_usd": {"USD": "1", "EUR": "1.10"},
        "x0": {"m1_usd": 100000, "m2_families": 1, "m3_usd": 100000, "m4_share": 0.1},
        "x1": {"m1_usd": 3100000, "m2_families": 15, "m3_usd": 1500000, "m4_share": 0.7},
        "family_cap_usd": 1000000,
        "p0_prior": "2/5",
        "p0_prior_strength": 8,
        "imputed_usd": {"standard": 90000, "strategic": 600000},
        "weights": [0.4, 0.2, 0.2, 0.2],
        "eps": 0.1,
        "priority_permille": {"P0": 1000, "P1": 400, "NICE": 100},
        "half_life_days": 364,
        "lost_half_life_days": 182,
        "lost_max_days": 728,
        "stale_open_opp_days": 90,
        "owner_cap": {"on": True, "kappa": 1, "keep_largest": 1},
    },
    "accounts": [
        {"id": "A", "arr": "1000000", "currency": "USD", "kind": "customer", "strategic": True, "owner": "r1"},
        {"id": "B", "arr": "100000", "currency": "EUR", "kind": "customer", "owner": "r2", "health": "green"},
        {"id": "C", "arr": None, "kind": "prospect", "owner": "r3", "health": "unknown"},
    ],
    "opportunities": [
        {"id": "C-1", "account": "C", "kind": "new", "stage": "open", "amount": "50000", "close": "2026-03-31"}
    ],
    "gaps": [
        {"id": "g1", "status": "backlog", "merged_into": None, "duration_months": "4"},
        {"id": "g2", "status": "In progress"},
    ],
    "requests": [
        {"id": "s1", "gap": "g1", "account": "A", "priority": "P0", "requester": "r1", "last_confirmed": "2026-01-05"},
        {"id": "s2", "gap": "g1", "account": "B", "priority": "P1", "requester": "r2", "last_confirmed": "2026-01-05"},
        {
            "id": "s3", "gap": "g1", "account": "C", "priority": "P0", "requester": "r3",
            "last_confirmed": "2026-01-05", "opportunity": "C-1", "withdrawn": False,
        },
    ],
}  # fmt: skip


def changed(path: str, value: object) -> str:
    """The snapshot as text with one field replaced, or removed when the value is `...`."""
    copy = deepcopy(SNAPSHOT)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = copy
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(copy)


class TestAnswer:
    def test_is_the_worked_example_to_six_decimals(self) -> None:
        found = json.loads(rank_text(json.dumps(SNAPSHOT), model="composite"))
        first, second = found["ranking"]
        assert {key: first[key] for key in ("rank", "gap", "score", "metrics", "flags")} == {
            "rank": 1,
            "gap": "g1",
            "score": 74.449996,
            "metrics": {"m1_usd": "1094000.00", "m2": "3", "m3_usd": "1000000.00", "m4": "26/55"},
            "flags": [],
        }
        product = 100.0
        for multiplier in first["multipliers"]:
            product *= multiplier
        assert round(product, 6) == 74.449996
        assert (second["gap"], second["score"]) == ("g2", 10.0)
        assert found["needs_estimate"] == []
        assert found["model"] == "composite"

    def test_lists_what_needs_an_estimate(self) -> None:
        found = answer(parse(json.dumps(SNAPSHOT)), model="cd3")
        assert [(gap["gap"], "cod_usd_month" in gap) for gap in found["ranking"]] == [("g1", True)]  # type: ignore[attr-defined]
        assert found["needs_estimate"] == [{"gap": "g2", "cod_usd_month": "0.00"}]

    @pytest.mark.parametrize("model", ["composite", "rank_fusion", "cd3", "rice", "raw_arr", "cipf"])
    def test_is_the_same_bytes_for_any_row_order(self, model: str) -> None:
        backwards = SNAPSHOT | {name: SNAPSHOT[name][::-1] for name in ("accounts", "gaps", "requests")}
        assert rank_text(json.dumps(SNAPSHOT), model=model) == rank_text(json.dumps(backwards), model=model)

    def test_an_unknown_model_is_refused(self) -> None:
        with pytest.raises(UnknownModel):
            rank_text(json.dumps(SNAPSHOT), model="horoscope")

    @pytest.mark.parametrize(
        ("cents", "text"),
        [(Fraction(0), "0.00"), (Fraction(5), "0.05"), (Fraction(123_450), "1234.50"), (Fraction(1, 3), "0.00333333")],
    )
    def test_writes_dollars_as_decimal_text(self, cents: Fraction, text: str) -> None:
        assert dollars(cents) == text


class TestReading:
    def test_takes_every_figure_of_the_calibration(self) -> None:
        calibration = parse(json.dumps(SNAPSHOT)).calibration
        policy = calibration.policy
        assert calibration.family_cap == 100_000_000
        assert (calibration.imputed_standard, calibration.imputed_strategic) == (9_000_000, 60_000_000)
        assert calibration.references[0].high == 310_000_000
        assert calibration.references[3].middle == Fraction(1, 10)
        assert (policy.p1_permille, policy.half_life_days, policy.owner_kappa) == (400, 364, 1)

    @pytest.mark.parametrize(
        ("path", "value", "read"),
        [
            ("calibration.half_life_days", 100, lambda found: found.calibration.policy.half_life_days == 100),
            ("calibration.lost_half_life_days", 9, lambda found: found.calibration.policy.lost_half_life_days == 9),
            ("calibration.lost_max_days", 9, lambda found: found.calibration.policy.lost_max_days == 9),
            ("calibration.stale_open_opp_days", 9, lambda found: found.calibration.policy.stale_open_days == 9),
            ("calibration.p0_prior_strength", 9, lambda found: found.calibration.policy.p0_prior_strength == 9),
            ("calibration.eps", 0.2, lambda found: found.calibration.policy.floor == 0.2),
            ("calibration.weights", [1, 0, 0, 0], lambda found: found.calibration.policy.weights == (1, 0, 0, 0)),
            ("calibration.owner_cap.on", False, lambda found: not found.calibration.owner_cap_on),
            ("calibration.owner_cap.kappa", "1/3", lambda found: found.calibration.policy.owner_kappa * 3 == 1),
            ("calibration.owner_cap.keep_largest", 2, lambda found: found.calibration.policy.owner_keeps == 2),
            ("calibration.typed_cap_usd", "7.50", lambda found: found.calibration.policy.typed_cap == 750),
            ("calibration.priority_permille.P1", 300, lambda found: found.calibration.policy.p1_permille == 300),
            ("calibration.weights", ..., lambda found: found.calibration.policy.weights == (0.4, 0.2, 0.2, 0.2)),
            ("calibration.priority_permille", ..., lambda found: found.calibration.policy.nice_permille == 100),
            ("accounts.0.kind", "partner", lambda found: found.portfolio.accounts[0].kind is AccountKind.INTERNAL),
            ("accounts.0.kind", ..., lambda found: found.portfolio.accounts[0].kind is AccountKind.CUSTOMER),
            ("accounts.0.verified", False, lambda found: not found.portfolio.accounts[0].verified),
            ("accounts.0.arr", "0.125", lambda found: found.portfolio.accounts[0].arr == 12),
            ("gaps.0.status", "Won't do", lambda found: found.portfolio.gaps[0].state is GapState.DECLINED),
            ("gaps.0.status", ..., lambda found: found.portfolio.gaps[0].state is GapState.BACKLOG),
            ("opportunities.0.kind", "Churn", lambda found: found.portfolio.opportunities[0].kind == "churn"),
            ("opportunities.0.probability", 50, lambda found: found.portfolio.opportunities[0].probability * 2 == 1),
            ("opportunities.0.probability", 0.5, lambda found: found.portfolio.opportunities[0].probability * 2 == 1),
            ("requests.0.priority", "P2", lambda found: found.portfolio.requests[0].priority is Priority.NICE),
            ("requests.0.priority", None, lambda found: found.portfolio.requests[0].priority is None),
            ("requests.0.requester", None, lambda found: found.portfolio.requests[0].requester == ""),
            ("requests.0.typed_arr", "12", lambda found: found.portfolio.requests[0].typed_arr == 1200),
            ("requests.0.first_asked", "2025-01-01", lambda found: found.portfolio.requests[0].first_asked.year < 2026),
        ],
    )  # fmt: skip
    def test_takes_every_field(self, path: str, value: object, read: Any) -> None:
        assert read(parse(changed(path, value)))

    def test_without_a_calibration_the_rows_are_measured_at_the_given_rates(self) -> None:
        bare = {name: part for name, part in SNAPSHOT.items() if name != "calibration"}
        with pytest.raises(UnknownCurrency, match="EUR"):
            parse(json.dumps(bare))
        measured = parse(json.dumps(bare | {"fx_to_usd": {"EUR": "1.10"}, "label": "FY26Q1"}))
        assert measured.calibration.label == "FY26Q1"
        assert answer(measured, model="composite")["ranking"][0]["score"] == 74.449996  # type: ignore[index]


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "value", "problem"),
        [
            ("as_of", "yesterday", r"snapshot.as_of: expected a day"),
            ("as_of", 20260105, r"snapshot.as_of: expected text"),
            ("accounts", {}, r"snapshot.accounts: expected a list"),
            ("accounts.1", 7, r"snapshot.accounts\[1\]: expected an object"),
            ("accounts.0.id", ..., r"snapshot.accounts\[0\].id: expected text"),
            ("accounts.0.arr", "a lot", r"snapshot.accounts\[0\].arr: a lot is not a number"),
            ("accounts.0.arr", "1/0", r"is not a number"),
            ("accounts.0.arr", True, r"expected a number"),
            ("accounts.0.strategic", "yes", r"expected true or false"),
            ("accounts.0.kind", "friend", r"'friend' is not one of customer"),
            ("accounts.0.health", "sick", r"'sick' is not one of green"),
            ("gaps.0.status", "somewhere", r"is not one of new"),
            ("requests.0.last_confirmed", ..., r"snapshot.requests\[0\].last_confirmed: expected text"),
            ("calibration.fx_to_usd", {"USD": "2"}, r"calibration.fx_to_usd: the rate"),
            ("calibration.fx_to_usd.EUR", "0", r"calibration.fx_to_usd: an exchange rate"),
            ("calibration.x0", 7, r"snapshot.calibration.x0: expected an object"),
            ("calibration.x1.m1_usd", 1, r"snapshot.calibration: reference points"),
            ("calibration.p0_prior", "1", r"snapshot.calibration: the prior"),
            ("calibration.weights", [1, 2, 3], r"calibration.weights: expected four numbers"),
            ("calibration.weights", "even", r"calibration.weights: expected a list"),
            ("calibration.weights", [1, 1, 0, 0], r"snapshot.calibration: weights"),
            ("calibration.half_life_days", 1.5, r"half_life_days: expected a whole number"),
        ],
    )
    def test_say_where_and_what(self, path: str, value: object, problem: str) -> None:
        with pytest.raises(InvalidSnapshot, match=problem):
            parse(changed(path, value))

    @pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "NaN"])
    def test_anything_but_an_object_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidSnapshot):
            parse(text)
