"""Snapshots worked out from the written definition with nothing but a calculator: the formulas here are the text's.

Each file is small enough to follow; together they use every field and every edge of the format.
"""

import json
import math
from typing import Any

import pytest

from scoring.snapshot import rank_text

X0, X1 = (100_000, 1, 100_000, 0.1), (3_100_000, 15, 1_500_000, 0.7)
WEIGHTS = (0.4, 0.2, 0.2, 0.2)


def ranked(model: str = "composite", **parts: Any) -> dict[str, Any]:
    text = json.dumps({"as_of": "2026-01-05", "calibration": {"fx_to_usd": {"EUR": "1.10", "JPY": "0.0066"}}} | parts)
    return json.loads(rank_text(text, model=model))  # type: ignore[no-any-return]


def listed(found: dict[str, Any]) -> list[tuple[str, float]]:
    return [(row["gap"], row["score"]) for row in found["ranking"]]


def composite(*metrics: float, p: float = 0.0) -> float:
    """Section 3.1, letter by letter."""
    t = [0.1 + 0.9 * math.log(1 + m / x0) / math.log(1 + x1 / x0) for m, x0, x1 in zip(metrics, X0, X1, strict=True)]
    if p:
        return round(100 * sum(w * each**p for w, each in zip(WEIGHTS, t, strict=True)) ** (1 / p), 6)
    return round(100 * math.prod(each**w for w, each in zip(WEIGHTS, t, strict=True)), 6)


def strength(p0: float, heads: float) -> float:
    return (p0 + 8 * 0.4) / (heads + 8)


def asking(key: str, account: str, *, gap: str = "g1", priority: str | None = "P0", **more: Any) -> dict[str, Any]:
    return {
        "id": key, "gap": gap, "account": account, "priority": priority, "requester": f"of {account}",
        "last_confirmed": "2026-01-05",
    } | more  # fmt: skip


def customer(key: str, arr: str | None, **more: Any) -> dict[str, Any]:
    return {"id": key, "arr": arr, "kind": "customer", "owner": f"owner of {key}"} | more


def deal(key: str, account: str, amount: str | None, **more: Any) -> dict[str, Any]:
    return {"id": key, "account": account, "kind": "expansion", "stage": "open", "amount": amount} | more


ONE = [{"id": "g1"}]


class TestComposite:
    def test_one_gap_of_one_account(self) -> None:
        found = ranked(accounts=[customer("A", "250000")], gaps=ONE, requests=[asking("s", "A")])
        assert listed(found) == [("g1", composite(250_000, 1, 0, strength(1, 1)))]

    @pytest.mark.parametrize("p", [1, 0.5, -1, -2])
    def test_another_balance_is_the_power_mean_of_the_same_four(self, p: float) -> None:
        found = ranked(
            calibration={"balance": p}, accounts=[customer("A", "250000")], gaps=ONE, requests=[asking("s", "A")]
        )
        (row,) = found["ranking"]
        assert row["score"] == composite(250_000, 1, 0, strength(1, 1), p=p)
        assert round(100 * math.prod(row["multipliers"]), 6) == row["score"]

    def test_needs_fade_by_their_newest_word_in_whole_millionths(self) -> None:
        """Confirmed 91 days ago: 2^(-1/4) = .840896 of everything; the family's older word does not matter."""
        found = ranked(
            accounts=[customer("A", "250000")],
            gaps=ONE,
            requests=[
                asking("s1", "A", last_confirmed="2025-10-06"),
                asking("s2", "A", last_confirmed="2024-01-01", priority="P0", requester="another"),
            ],
        )
        d = 0.840896
        (row,) = found["ranking"]
        assert row["metrics"] == {
            "m1_usd": "210224.00", "m2": "13139/15625", "m3_usd": "0.00", "m4": row["metrics"]["m4"],
        }  # fmt: skip
        assert row["score"] == composite(250_000 * d, d, 0, strength(d, d))

    def test_lost_money_fades_in_cents_and_ends_after_728_days(self) -> None:
        """91 days are half a half-life: 400,000 / sqrt 2 = 282,842.71 (not 400,000 x .707107 = 282,842.80)."""
        deals = [
            deal("o1", "A", "400000", stage="lost", close="2025-10-06", kind="new"),
            deal("o2", "A", "80000", stage="lost", close="2024-01-08", kind="renewal"),
            deal("o3", "A", "90000", stage="lost", close="2024-01-07"),
        ]
        requests = [asking(f"s{n}", "A", opportunity=f"o{n}") for n in (1, 2, 3)]
        accounts = [customer("A", None, kind="churned")]
        found = ranked(accounts=accounts, opportunities=deals, gaps=ONE, requests=requests)
        (row,) = found["ranking"]
        assert row["metrics"]["m1_usd"] == "287842.71"  # and 80,000 / 16 of 728 days ago
        assert row["score"] == composite(287_842.71, 1, 0, strength(1, 1))

    def test_an_open_deal_counts_until_90_days_after_its_date(self) -> None:
        deals = [
            deal("o1", "A", "10000", close="2025-10-07"),
            deal("o2", "A", "20000", close="2025-10-06"),
            deal("o3", "A", "40000", stage="won"),
            deal("o4", "A", "80000", kind="renewal", close="2026-03-01"),
            deal("o5", "A", "160000", kind="new", close=None),
        ]
        requests = [asking(f"s{n}", "A", opportunity=f"o{n}") for n in (1, 2, 3, 4, 5)]
        found = ranked(accounts=[customer("A", "0")], opportunities=deals, gaps=ONE, requests=requests)
        (row,) = found["ranking"]
        assert (row["metrics"]["m1_usd"], row["flags"]) == ("170000.00", ["stale_close_date"])

    def test_several_currencies_and_the_family_s_own(self) -> None:
        """HQ pays 100,000 EUR, its subsidiary 5,000,000 JPY; HQ speaks for both, strategic is either."""
        accounts = [
            customer("HQ", "100000", currency="EUR"),
            customer("KK", "5000000", currency="JPY", parent="HQ", strategic=True),
            customer("GmbH", "70000", parent="HQ"),
        ]
        whole = ranked(accounts=accounts, gaps=ONE, requests=[asking("s1", "HQ"), asking("s2", "KK", priority="P1")])
        assert listed(whole) == [("g1", composite(213_000, 1, 213_000, strength(1, 1)))]
        child = ranked(accounts=accounts, gaps=ONE, requests=[asking("s2", "KK", priority="P1")])
        assert listed(child) == [("g1", composite(0.4 * 33_000, 1, 0.4 * 33_000, strength(0, 1)))]

    def test_nobody_knows_what_they_pay(self) -> None:
        accounts = [customer("A", None), customer("B", None, strategic=True), customer("C", "0")]
        found = ranked(accounts=accounts, gaps=ONE, requests=[asking(f"s{key}", key) for key in "ABC"])
        (row,) = found["ranking"]
        assert row["score"] == composite(690_000, 3, 600_000, strength(3, 3))
        assert row["flags"] == ["imputed"]

    def test_caps_of_families_and_of_owners(self) -> None:
        """r1 owns 1,000,000 (capped from 9 million) and 300,000, others 400,000: r1 counts 1,000,000 and 1 head."""
        accounts = [
            customer("A", "9000000", owner="r1"),
            customer("B", "300000", owner="r1"),
            customer("C", "400000", owner="r2"),
        ]
        requests = [asking(f"s{key}", key) for key in "ABC"]
        capped = ranked(accounts=accounts, gaps=ONE, requests=requests)
        assert listed(capped) == [("g1", composite(1_400_000, 2, 0, strength(2, 2)))]
        off = ranked(calibration={"owner_cap": {"on": False}}, accounts=accounts, gaps=ONE, requests=requests)
        assert listed(off) == [("g1", composite(1_700_000, 3, 0, strength(3, 3)))]
        third = ranked(calibration={"owner_cap": {"kappa": "1/3"}}, accounts=accounts, gaps=ONE, requests=requests)
        assert listed(third) == [("g1", composite(1_400_000, 2, 0, strength(2, 2)))]

    def test_a_requester_may_take_his_p0_back_and_says_nothing_with_no_priority(self) -> None:
        requests = [
            asking("s1", "A", last_confirmed="2026-01-04", requester="r"),
            asking("s2", "A", priority="P1", requester="r"),
            asking("s3", "A", priority=None, requester="q"),
        ]
        (row,) = ranked(accounts=[customer("A", "100000")], gaps=ONE, requests=requests)["ranking"]
        assert row["score"] == composite(40_000, 1, 0, strength(0, 1))
        assert row["flags"] == ["severity_missing"]

    def test_closed_and_merged_gaps_partners_and_what_is_not_said_yet(self) -> None:
        gaps = [
            {"id": "g1", "status": "in_progress"},
            {"id": "g2", "status": "duplicate", "merged_into": "g1"},
            {"id": "g3", "status": "shipped"},
            {"id": "g4", "status": "declined"},
            {"id": "g5"},
        ]
        requests = [
            asking("s1", "A", gap="g2"),
            asking("s2", "A", gap="g3"),
            asking("s3", "P", gap="g5"),
            asking("s4", "nobody", gap="g5"),
            asking("s5", "A", gap="g5", last_confirmed="2026-01-06"),
            asking("s6", "A", gap="g5", withdrawn=True),
        ]
        accounts = [customer("A", "100000"), customer("P", "5", kind="partner")]
        found = ranked(accounts=accounts, gaps=gaps, requests=requests)
        assert listed(found) == [("g1", composite(100_000, 1, 0, strength(1, 1))), ("g5", 10.0)]
        assert found["unplaced_requests"] == ["s4"]

    def test_equal_gaps_go_by_first_date_and_then_by_id(self) -> None:
        gaps = [{"id": key} for key in ("gb", "gc", "ga", "gd")]
        requests = [
            asking("s1", "A", gap="gb"),
            asking("s2", "A", gap="gc"),
            asking("s3", "A", gap="ga"),
            asking("s4", "A", gap="gc", last_confirmed="2025-12-01", priority="NICE", requester="early"),
        ]
        found = ranked(accounts=[customer("A", "100000")], gaps=gaps, requests=requests)
        assert [gap for gap, _ in listed(found)] == ["gc", "ga", "gb", "gd"]
        assert len({score for _, score in listed(found)[:3]}) == 1

    @pytest.mark.parametrize("model", ["composite", "rank_fusion", "cd3", "rice", "raw_arr", "cipf"])
    def test_nothing_is_a_ranking_too(self, model: str) -> None:
        found = ranked(model)
        assert (found["ranking"], found["needs_estimate"]) == ([], [])


class TestRankFusion:
    def test_middle_places_of_three_gaps(self) -> None:
        """Money 300, 100, 0: places 1, 2, 3. Heads 1, 1, 0: 1.5, 1.5, 3. Strategic none: 2, 2, 2.

        Wilson: g2 has one P0 of one, g1 and g3 none: 1 for g2, and 2.5 for both others.
        """
        accounts = [customer("A", "750000"), customer("B", "100000")]
        requests = [asking("s1", "A", priority="P1"), asking("s2", "B", gap="g2")]
        gaps = [{"id": "g1"}, {"id": "g2"}, {"id": "g3"}]
        found = ranked("rank_fusion", accounts=accounts, gaps=gaps, requests=requests)
        assert listed(found) == [
            ("g1", round(0.4 / 21 + 0.2 / 21.5 + 0.2 / 22 + 0.2 / 22.5, 6)),
            ("g2", round(0.4 / 22 + 0.2 / 21.5 + 0.2 / 22 + 0.2 / 21, 6)),
            ("g3", round(0.4 / 23 + 0.2 / 23 + 0.2 / 22 + 0.2 / 22.5, 6)),
        ]


class TestCostOfDelay:
    def test_by_hand(self) -> None:
        """A wants g1 as P0 and g2 as P1 half a year later; B, whose money nobody knows, wants g2 as P0."""
        accounts = [customer("A", "500000", health="yellow", renewal="2027-02-01"), customer("B", None)]
        deals = [deal("o", "A", "120000", close="2026-02-01")]
        requests = [
            asking("s1", "A", opportunity="o"),
            asking("s2", "A", gap="g2", priority="P1", last_confirmed="2025-07-07"),
            asking("s3", "B", gap="g2"),
        ]
        gaps = [{"id": "g1", "duration_months": "2.5"}, {"id": "g2", "duration_months": 6}, {"id": "g3"}]
        found = ranked("cd3", accounts=accounts, opportunities=deals, gaps=gaps, requests=requests)
        h1, h2 = 0.35, 0.08 * 0.707107
        loss = 1 - (1 - h1) * (1 - h2)
        one = (500_000 * 2 + 120_000) * loss * h1 / (h1 + h2) / 12
        two = (500_000 * 2 * loss * h2 / (h1 + h2) + 90_000 * 0.35) / 12
        assert listed(found) == [("g1", round(one / 2.5, 6)), ("g2", round(two / 6, 6))]
        assert [row["cod_usd_month"] for row in found["ranking"]] == [f"{one:.6f}".rstrip("0"), f"{two:.6f}"]
        assert found["needs_estimate"] == [{"gap": "g3", "cod_usd_month": "0.00"}]


class TestOverlays:
    def test_what_needs_an_estimate_is_listed_by_its_cost_in_every_model(self) -> None:
        accounts = [customer("A", "120000"), customer("B", "12000")]
        requests = [asking("s1", "A", gap="g2"), asking("s2", "B"), asking("s3", "A", gap="g3", priority="NICE")]
        gaps = [{"id": "g1", "duration_months": 0}, {"id": "g2"}, {"id": "g3", "duration_months": 1}]
        for model in ("cd3", "rice", "cipf"):
            found = ranked(model, accounts=accounts, gaps=gaps, requests=requests)
            assert [row["gap"] for row in found["ranking"]] == ["g3"]
            assert [row["gap"] for row in found["needs_estimate"]] == ["g2", "g1"]
            assert found["needs_estimate"][1]["cod_usd_month"] == "350.00"  # 12,000 x .35 / 12

    def test_rice(self) -> None:
        """One of four families, P0: reach 3, impact 3, confidence .5; by 1.5 months."""
        accounts = [*(customer(key, "1") for key in "ABC"), customer("D", None, kind="prospect"),
                    customer("E", None, kind="churned")]  # fmt: skip
        gaps = [{"id": "g1", "duration_months": "1.5"}]
        assert listed(ranked("rice", accounts=accounts, gaps=gaps, requests=[asking("s", "A")])) == [("g1", 3.0)]

    def test_raw_arr_ties_go_by_id(self) -> None:
        accounts = [customer("A", "120000.50"), customer("B", "1000000", currency="JPY")]
        requests = [asking("s1", "A", gap="g2", priority="NICE"), asking("s2", "A"), asking("s3", "B", gap="g3")]
        gaps = [{"id": key} for key in ("g3", "g2", "g1")]
        assert listed(ranked("raw_arr", accounts=accounts, gaps=gaps, requests=requests)) == [
            ("g1", 120000.5), ("g2", 120000.5), ("g3", 6600.0)
        ]  # fmt: skip

    def test_cipf_splits_each_account_s_money_by_points(self) -> None:
        """A: 90,000 over 10 + 4 + 1; yellow, no date: x 2. Its deals of 30,000 (even, no date: x 1.5) and 20,000
        (likely) over the 10 + 4 points of the two gaps they are linked to. B: 40,000 for g2 alone; red, near: x 4.
        """
        accounts = [
            customer("A", "90000", health="yellow"), customer("B", "40000", health="red", renewal="2026-04-01"),
        ]  # fmt: skip
        deals = [deal("o1", "A", "30000", probability="0.5"), deal("o2", "A", "20000", probability=80)]
        requests = [
            asking("s1", "A", opportunity="o1"),
            asking("s2", "A", gap="g2", priority="P1", opportunity="o2"),
            asking("s3", "A", gap="g3", priority="NICE"),
            asking("s4", "B", gap="g2"),
        ]
        gaps = [{"id": "g1", "duration_months": 2}, {"id": "g2", "duration_months": "0.5"}, {"id": "g3"}]
        found = ranked("cipf", accounts=accounts, opportunities=deals, gaps=gaps, requests=requests)
        growth = 30_000 * 1.5 + 20_000
        assert listed(found) == [
            ("g2", round((90_000 * 2 * 4 / 15 + growth * 4 / 14 + 40_000 * 4) / 0.5, 6)),
            ("g1", round((90_000 * 2 * 10 / 15 + growth * 10 / 14) / 2, 6)),
        ]
        assert [(row["gap"], row["priority_score_usd"]) for row in found["needs_estimate"]] == [("g3", "12000.00")]
