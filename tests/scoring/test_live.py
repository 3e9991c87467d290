"""A list that follows changes is the list that a full ranking of the changed rows gives, in every model."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.words import GapState, Priority
from scoring import MODELS, STANDING_ALONE, Calibration, Gap, Portfolio, rank
from scoring.evidence import gather
from scoring.live import Changes, KnownFamily, LiveRows, Order, add_up, plain_order, totals
from scoring.metrics import total
from tests.scoring.worlds import CALIBRATION, DAY, account, calibrations, deal, portfolios, request, world


def numbered(found: Portfolio) -> Portfolio:
    """With the ids that the database gives to requests."""
    return replace(found, requests=tuple(replace(row, id=str(at)) for at, row in enumerate(found.requests)))


def live(found: Portfolio) -> LiveRows:
    half = len(found.requests) // 2
    return LiveRows.of(found, [found.requests[:half], found.requests[half:]])


def agrees(order: Order, found: Portfolio, calibration: Calibration) -> None:
    plain = rank(found, calibration, as_of=DAY, model=order.model)
    assert [order.gap_ids[gap] for gap in order.order] == [entry.gap_id for entry in plain]
    assert [order.score(gap) for gap in order.order] == [entry.score for entry in plain]
    assert order.waiting == plain.needs_estimate
    for at, (gap, entry) in enumerate(zip(order.order.tolist(), plain, strict=True), start=1):
        assert order.metrics(gap) == entry.metrics
        fused = order.fused(gap) if order.model == "rank_fusion" else None
        if fused is not None:
            assert float(round(sum(fused, Fraction(0)), 6)) == entry.score
        assert order.place(gap) == (at if entry.evidence.cells else None)
        assert order.place_in_metrics(gap) == tuple(
            1 + sum(other.metrics.values[column] > entry.metrics.values[column] for other in plain)
            for column in range(4)
        )


def shaken(found: Portfolio, seed: int) -> tuple[Portfolio, Changes]:
    """Some requests filed, corrected, withdrawn; gaps opened, closed, estimated, merged; families that are new."""
    chance = random.Random(seed)  # noqa: S311 - chance, not secrets
    gone = {row.id for row in found.requests if chance.random() < 0.2}
    corrected = [
        replace(row, priority=chance.choice(list(Priority)), gap=chance.choice([gap.id for gap in found.gaps]))
        for row in found.requests
        if row.id not in gone and chance.random() < 0.3
    ]
    opened = [Gap(id=key) for key in ("a0", "g15", "z") if chance.random() < 0.4 and _is_new(found, key)]
    moved = [
        replace(
            gap,
            state=chance.choice(list(GapState)),
            merged_into=chance.choice([None, "g1", "g2", "nothing"]),
            duration_months=chance.choice([None, Fraction(chance.randrange(1, 9), 2)]),
            reach=chance.choice([None, Decimal(6)]),
        )
        for gap in found.gaps
        if chance.random() < 0.3
    ]
    is_new = all(row.id != "N1" for row in found.accounts) and chance.random() < 0.5
    family = (account("N1", owner="r9"), account("N2", parent="N1", owner=None, currency="EUR"))
    families = family if is_new else ()
    deals = (deal("n1", "N2", amount=7_000_00), deal("n2", "nobody", amount=1_00)) if families else ()
    asking = [row.id for row in (*found.accounts, *families)]
    filed = [
        request(
            str(chance.randrange(100, 10**6)),
            chance.choice(asking),
            gap=chance.choice([gap.id for gap in (*found.gaps, *opened)]),
            priority=chance.choice(list(Priority)),
            requester=chance.choice(["r1", "new"]),
            days_ago=chance.randrange(400),
            opportunity=chance.choice([None, *(row.id for row in (*found.opportunities, *deals))]),
        )
        for _ in range(chance.randrange(4))
    ]
    changes = Changes(
        requests=(*corrected, *filed),
        gone={int(id_) for id_ in gone},
        gaps=(*opened, *moved),
        accounts=families,
        opportunities=deals,
    )
    new = {row.id: row for row in (*found.requests, *changes.requests)}
    gaps = {row.id: row for row in (*found.gaps, *changes.gaps)}
    after = replace(
        found,
        accounts=(*found.accounts, *families),
        opportunities=(*found.opportunities, *deals),
        gaps=tuple(gaps.values()),
        requests=tuple(row for id_, row in new.items() if id_ not in gone),
    )
    return after, changes


def _is_new(found: Portfolio, gap_id: str) -> bool:
    return all(gap.id != gap_id for gap in found.gaps)


class TestFollowing:
    @settings(max_examples=25)
    @given(
        model=st.sampled_from([*MODELS, "composite", "composite"]),
        portfolio=portfolios(),
        calibration=calibrations,
        seeds=st.tuples(*[st.integers(0, 10**6)] * 2),
    )
    def test_is_a_full_ranking_after_any_changes(
        self, model: str, portfolio: Portfolio, calibration: Calibration, seeds: tuple[int, ...]
    ) -> None:
        found = numbered(portfolio)
        rows = live(found)
        order = Order.of(rows.columns, calibration, as_of=DAY, model=model)
        agrees(order, found, calibration)
        for seed in seeds:
            found, changes = shaken(found, seed)
            changed = rows.changed(changes)
            rows, order = changed.rows, order.followed(changed)
            agrees(order, found, calibration)
            assert len(rows) == len(found.requests)

    @settings(max_examples=10)
    @given(portfolio=portfolios(), left_out=st.integers(0, 8))
    def test_a_gap_instead_of_itself(self, portfolio: Portfolio, left_out: int) -> None:
        """Where would it stand without one request: only its own rows are looked at."""
        found = numbered(portfolio)
        rows, model = live(found), sorted(STANDING_ALONE)[left_out % 2]
        order = Order.of(rows.columns, CALIBRATION, as_of=DAY, model=model)
        rest = replace(found, requests=tuple(row for row in found.requests if row.id != str(left_out)))
        changed = rows.changed(Changes(gone={left_out}))
        own = changed.rows.only(changed.touched)
        agrees(order.instead(own, at=changed.touched), rest, CALIBRATION)

    def test_families_keep_coming(self) -> None:
        found = world(accounts=(account("A", owner=None),), requests=(request("1", "A"),))
        rows = live(found)
        order = Order.of(rows.columns, CALIBRATION, as_of=DAY, model="composite")
        for number in range(2, 75):
            new, asks = account(f"B{number}", owner=None), request(str(number), f"B{number}")
            found = replace(found, accounts=(*found.accounts, new), requests=(*found.requests, asks))
            changed = rows.changed(Changes(requests=(asks,), accounts=(new,)))
            rows, order = changed.rows, order.followed(changed)
        agrees(order, found, CALIBRATION)

    def test_a_known_family_does_not_grow(self) -> None:
        rows = live(world(accounts=(account("A"),)))
        with pytest.raises(KnownFamily):
            rows.changed(Changes(accounts=(account("A"), account("B", parent="A"))))

    def test_members(self) -> None:
        found = replace(
            world(), gaps=(Gap(id="a"), Gap(id="b", merged_into="a"), Gap(id="c", merged_into="b"), Gap(id="d"))
        )
        assert [live(found).members(gap) for gap in (0, 3)] == [["a", "b", "c"], ["d"]]


@settings(max_examples=10)
@given(model=st.sampled_from([*MODELS]), portfolio=portfolios(), calibration=calibrations)
def test_an_order_of_the_plain_ranking_answers_alike(
    model: str, portfolio: Portfolio, calibration: Calibration
) -> None:
    found = numbered(portfolio)
    columns = live(found).columns
    plain = plain_order(rank(found, calibration, as_of=DAY, model=model), gap_ids=columns.gap_ids)
    agrees(plain, found, calibration)
    assert plain.asked.tolist() == Order.of(columns, calibration, as_of=DAY, model=model).asked.tolist()


@settings(max_examples=10)
@given(portfolio=portfolios(), calibration=calibrations)
def test_totals_are_those_of_the_plain_evidence(portfolio: Portfolio, calibration: Calibration) -> None:
    rows = live(numbered(portfolio))
    evidence = gather(portfolio, calibration=calibration, as_of=DAY).gaps
    numbers = np.array([rows.number(gap.gap) for gap in evidence], dtype=np.int64)
    found = totals(rows.columns, numbers, calibration=calibration, as_of=DAY)
    for gap, at in zip(evidence, numbers.tolist(), strict=True):
        plain, own = total(gap), found[at]
        assert (own.gross_arr, own.accounts, own.strategic_accounts, own.p0_accounts, own.guessed_accounts) == (
            plain.gross_arr,
            plain.accounts,
            plain.strategic_accounts,
            plain.p0_accounts,
            plain.imputed_accounts + plain.typed_accounts,
        )
    assert add_up(rows.columns, numbers, calibration=calibration, as_of=DAY).gross_arr <= sum(
        one.gross_arr for one in found.values()
    )


def test_an_account_that_asks_for_two_gaps_adds_up_once() -> None:
    found = world(
        accounts=(account("A"),), gaps=("g1", "g2"), requests=(request("1", "A"), request("2", "A", gap="g2"))
    )
    rows: Any = live(found)
    both = add_up(rows.columns, np.arange(2), calibration=CALIBRATION, as_of=DAY)
    assert (both.accounts, both.p0_accounts, both.gross_arr) == (1, 1, 100_000_00)
