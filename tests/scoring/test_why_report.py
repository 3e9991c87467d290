"""The explanation as JSON: complete for the inside, in bands for the team, and nothing of a customer in public."""

import json
import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from scoring import MODELS, Calibration, Portfolio, UnknownGap, rank
from scoring.confidence import Confidence, Label
from scoring.why_report import Level, band, why
from tests.scoring.worlds import CALIBRATION, DAY, K, account, calibrations, portfolios, request, world

REQUIRED = {
    "gap", "rank", "previous_rank", "score", "model", "calibration_id", "as_of", "inputs_hash", "metrics", "vs_above",
    "vs_below", "families", "flags", "integrity", "confidence", "other_models",
}  # fmt: skip
WORLD = world(
    accounts=(account("Secret Ltd", arr=123_456 * K // 1000), account("Hidden AG", arr=None, owner="Olga")),
    gaps=("g1", "g2"),
    requests=(request("1", "Secret Ltd"), request("2", "Hidden AG"), request("3", "Secret Ltd", gap="g2")),
)


def said(level: Level, model: str = "composite") -> dict[str, Any]:
    ranking = rank(WORLD, CALIBRATION, as_of=DAY, model=model)
    sure = Confidence(p_top10=0.62, label=Label.LIKELY)
    found: dict[str, Any] = json.loads(json.dumps(why(WORLD, ranking, "g1", level=level, confidence=sure)))
    return found


def test_the_inside_has_every_field_and_exact_money() -> None:
    found = said(Level.INTERNAL)
    assert set(found) >= REQUIRED
    assert {line["metric"] for line in found["metrics"]} == {"impacted_arr", "accounts", "strategic_arr", "p0_strength"}
    assert all(
        {"value", "display", "gross", "rank", "of", "sub_score", "multiplier", "weight"} <= set(line)
        for line in found["metrics"]
    )
    by_id = {one["id"]: one for one in found["families"]}
    assert (by_id["Secret Ltd"]["exposure"], by_id["Secret Ltd"]["imputed"]) == (123_456.0, False)
    assert (by_id["Hidden AG"]["imputed"], by_id["Hidden AG"]["name"]) == (True, "Hidden AG")
    assert found["integrity"] == {
        "top_owner_share": pytest.approx(123_456 / 213_456, abs=1e-4),
        "top2_owner_share": 1.0,
        "new_submissions_14d": 2,
        "owners_14d": 2,
    }
    assert found["confidence"] == {"p_top10": 0.62, "label": "likely"}
    assert set(found["other_models"]) == {f"{model}_rank" for model in MODELS if model != "composite"}
    assert found["other_models"]["raw_arr_rank"] in {1, 2}
    assert found["vs_above"] is None or found["vs_below"] is None
    neighbour = found["vs_above"] or found["vs_below"]
    assert math.isclose(math.prod(neighbour["per_metric_ratio"]), neighbour["ratio"])


def test_the_team_has_bands_and_no_figure_that_gives_money_away() -> None:
    found = said(Level.TEAM)
    money = [line for line in found["metrics"] if line["metric"] in {"impacted_arr", "strategic_arr"}]
    assert all("value" not in line and "multiplier" not in line for line in money)
    assert {one["exposure"] for one in found["families"]} == {"$50k-250k"}
    assert "name" not in found["families"][0]
    assert "123" not in json.dumps(found["families"])


def test_the_public_has_ranks_and_counts_only() -> None:
    found = said(Level.PUBLIC)
    text = json.dumps(found)
    assert not any(word in text for word in ("Secret", "Hidden", "Olga", "123456", "$"))
    assert set(found) == {
        "gap", "level", "rank", "of", "previous_rank", "model", "calibration_id", "as_of", "inputs_hash", "metrics",
        "confidence", "other_models", "counts",
    }  # fmt: skip
    assert all(set(line) == {"metric", "rank", "of", "weight"} for line in found["metrics"])
    assert found["counts"] == {"accounts": 2, "strategic_accounts": 0, "p0_accounts": 2, "requests": 2}


def test_another_model_brings_its_own_lines() -> None:
    found = said(Level.INTERNAL, "raw_arr")["breakdown"]
    assert (found["model"], found["score"]) == ("raw_arr", 123_456.0)
    assert sum(Fraction(value) for value in found["lines"].values()) == 123_456_00
    assert said(Level.TEAM, "raw_arr")["breakdown"] == {"model": "raw_arr", "rank": 1}


@settings(max_examples=15)
@given(portfolio=portfolios(), calibration=calibrations)
def test_the_multipliers_make_the_score_on_any_data(portfolio: Portfolio, calibration: Calibration) -> None:
    ranking = rank(portfolio, calibration, as_of=DAY)
    for entry in ranking:
        found: dict[str, Any] = dict(why(portfolio, ranking, entry.gap_id, level=Level.INTERNAL))
        assert round(100 * math.prod(line["multiplier"] for line in found["metrics"]), 6) == found["score"]
        total = sum(Fraction(line["value"]) for line in found["metrics"] if line["metric"] == "impacted_arr")
        assert math.isclose(sum(one["counted"] for one in found["families"]), float(total), abs_tol=0.01)


def test_bands_have_their_edges_inside() -> None:
    edges = [(0, "$0"), (1, "$0-50k"), (50_000, "$0-50k"), (50_001, "$50k-250k"), (1_000_000, "$250k-1M")]
    assert [band(dollars * 100) for dollars, _ in edges] == [name for _, name in edges]
    assert band(1_000_001 * 100) == "$1M+"


def test_no_place_no_explanation() -> None:
    with pytest.raises(UnknownGap):
        why(replace(WORLD, gaps=()), rank(replace(WORLD, gaps=()), CALIBRATION, as_of=DAY), "g1", level=Level.PUBLIC)
