"""Why, history, estimates and what-if: with the worst values, what Slack takes, and nothing of a user's is live."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.effort import Effort
from domain.gap_query import MODELS, GapQuery
from domain.words import Priority
from handlers.estimates.views import correction_form, estimate_form
from handlers.gap_history.views import history
from handlers.what_if.views import form as what_if_form
from handlers.what_if.views import result as what_if_result
from handlers.why.views import FLAGS, METRICS, explained
from scoring.breakdown import Breakdown, Line
from scoring.calibration import METRICS as SCORED
from scoring.evidence import Flag
from scoring.explanation import OWNER_CAP, MetricLine, Neighbour
from scoring.money import MoneyFlag
from scoring.rice import Suggestion
from tests.handlers import worst_cases as worst
from tests.handlers.test_views import check_message, check_view
from usecases.correct_deal import Deal, DealsOfGap
from usecases.estimate_gap import Estimate
from usecases.explain_model import ModelPlace, ModelWhy
from usecases.explain_place import CorrectedDeal, FamilyWhy, LeverWhy, NeighbourWhy, Why
from usecases.show_history import History, HistoryDay
from usecases.try_settings import Usual, WhatIf
from usecases.what_moved import Cause, Moved

briefly = settings(max_examples=8)
AT = datetime(2026, 11, 2, tzinfo=UTC)
LINES = tuple(
    MetricLine(
        metric=metric,
        value=Fraction(10**15, 3),
        gross=Fraction(10**16),
        rank=10**6,
        of=10**6,
        sub_score=2.5,
        weight=0.25,
        multiplier=1.234567,
    )
    for metric in SCORED
)
RATIOS = Neighbour(
    gap_id="7",
    rank=2,
    score=44.0,
    ratio=0.9,
    per_metric_ratio=(1.1, 0.9, 1.0, 0.91),
    largest=SCORED[0],
    smallest=SCORED[1],
)
FAMILIES = st.builds(
    FamilyWhy,
    name=worst.NAMES,
    priority=st.sampled_from(Priority),
    counted=worst.MONEY,
    gross=worst.MONEY,
    basis=st.just("imputed"),
    strategic=st.booleans(),
    last_confirmed=worst.DAYS,
    urgency=st.sampled_from([Fraction(1), Fraction(5, 2)]),
    renewal=st.none() | worst.DAYS,
    health=st.none() | st.just("yellow"),
    crm_as_of=st.none() | st.just(AT),
    capped_by=st.just((OWNER_CAP, "family_cap")),
    flags=st.just(("imputed", "family_cap")),
)


def in_model(model: str) -> ModelWhy:
    """The longest that there is of a model."""
    lines = tuple(Line(name="&" * 250, value=Fraction(10**15 + number)) for number in range(11))
    made = Breakdown(model=model, gap_id="1", lines=lines, effort=Fraction(7, 3), score=1.5)
    return ModelWhy(model=model, rank=10**6, score=1.5, made=made)


WHYS = st.builds(
    Why,
    gap_id=worst.IDS,
    title=worst.TITLES,
    query=worst.QUERIES,
    position=st.integers(1, 10**6),
    of=st.just(10**6),
    rank=st.none() | st.just(10**6),
    score=st.floats(0, 400),
    calibration_id=st.just("cold-start-0123abcd"),
    as_of=worst.DAYS,
    currency=st.sampled_from(["USD", "JPY"]),
    lines=st.just(LINES),
    families=st.lists(FAMILIES, max_size=20).map(tuple),
    more_families=st.integers(0, 900),
    above=st.none()
    | st.builds(NeighbourWhy, key=st.just("GAP-7"), title=worst.TITLES, position=st.just(2), ratios=st.just(RATIOS)),
    below=st.just(NeighbourWhy(key="GAP-8", title="&<!channel>", position=4, ratios=RATIOS)),
    in_model=st.none() | st.sampled_from(("rank_fusion", "rice", "cd3", "raw_arr", "cipf")).map(in_model),
    lever=st.none() | st.builds(LeverWhy, name=worst.NAMES, score_without=st.just(1.0), position_without=st.just(9)),
    models=st.just(
        tuple(ModelPlace(model=name, rank=None, score=None, before_effort=1.0) for name in ("cd3", "rice", "raw_arr"))
    ),
    chance=st.none() | st.floats(0, 1),
    corrected=st.lists(
        st.builds(
            CorrectedDeal,
            opportunity_id=worst.IDS,
            name=worst.lines(255),
            crm=st.none() | worst.MONEY,
            corrected=worst.MONEY,
            reason=worst.texts(500),
            by=worst.SLACK_IDS,
            at=st.just(AT),
        ),
        max_size=2,
    ).map(tuple),
    effort_months=st.none() | st.just(2.5),
    flags=st.just(tuple(sorted([*MoneyFlag, *Flag, OWNER_CAP]))),
    shows_exact_money=st.booleans(),
    sees_customers=st.booleans(),
    may_correct=st.booleans(),
    may_estimate=st.booleans(),
)


@briefly
@given(WHYS)
def test_why(why: Why) -> None:
    view = explained(why)
    check_view(view)
    if not why.shows_exact_money:
        shown = str(view)
        assert "×" not in shown.replace("urgency ×", ""), "a multiplier would give the exact money away"


def test_every_flag_and_metric_has_its_words() -> None:
    assert set(METRICS) == set(SCORED)
    assert {*MoneyFlag, *Flag, OWNER_CAP} <= set(FLAGS)


@briefly
@given(
    worst.TITLES,
    st.lists(
        st.builds(
            HistoryDay,
            day=worst.DAYS,
            position=worst.COUNTS,
            of=worst.COUNTS,
            score=st.floats(0, 400),
            arr=worst.MONEY,
            accounts=worst.COUNTS,
            p0_accounts=worst.COUNTS,
            calibration_id=st.sampled_from(["a", "b"]),
        ),
        max_size=95,
        unique_by=lambda one: one.day,
    ),
    st.booleans(),
)
def test_history(title: str, days: list[HistoryDay], exact: bool) -> None:
    ordered = tuple(sorted(days, key=lambda one: one.day))
    check_message(history(History(gap_id=1, title=title, days=ordered, shows_exact_money=exact)), replace=False)


@briefly
@given(worst.TITLES, st.none() | st.just("3"), st.lists(worst.lines(40), max_size=10))
def test_the_form_of_an_estimate(title: str, chosen: str | None, themes: list[str]) -> None:
    shown = Estimate(
        gap_id=2**63 - 1,
        title=title,
        version=7,
        effort=Effort(Decimal("2.5")) if chosen else None,
        issue_weight=None if chosen else 8,
        reach=chosen,
        impact=chosen,
        confidence=None,
        suggested=Suggestion(reach=Decimal(3), impact=Decimal(2), confidence=Decimal("0.8")) if chosen else None,
        themes=tuple(themes),
    )
    check_view(estimate_form(shown))


@briefly
@given(
    worst.TITLES,
    st.lists(
        st.builds(
            Deal,
            opportunity_id=worst.IDS,
            name=worst.lines(255),
            crm=st.none() | worst.MONEY,
            corrected=st.none() | worst.MONEY,
            reason=st.none() | worst.texts(500),
            close_date=st.none() | worst.DAYS,
        ),
        max_size=130,
        unique_by=lambda one: one.opportunity_id,
    ),
)
def test_the_form_of_a_correction(title: str, deals: list[Any]) -> None:
    check_view(correction_form(DealsOfGap(gap_id=1, title=title, deals=tuple(deals))))


@briefly
@given(
    st.lists(
        st.builds(
            Moved,
            gap_id=worst.IDS,
            title=worst.TITLES,
            before=st.none() | worst.COUNTS,
            after=st.none() | worst.COUNTS,
            cause=st.none()
            | st.builds(
                Cause,
                metric=st.none() | st.sampled_from(SCORED),
                weight_before=st.floats(0, 1),
                weight_after=st.floats(0, 1),
                place_in_metric=st.just(10**6),
                accounts_before=worst.COUNTS,
                accounts_after=worst.COUNTS,
                model_score=st.none() | st.just(1.0),
                needs_estimate=st.booleans(),
            ),
        ),
        max_size=20,
    ),
    worst.QUERIES,
    st.sampled_from(MODELS),
)
def test_what_if(moved: list[Moved], query: GapQuery, model: str) -> None:
    check_view(what_if_result(WhatIf(moved=tuple(moved), model=model, query=query, weights=(0.4, 0.2, 0.2, 0.2))))
    usual = Usual(weights=(0.4, 0.2, 0.2, 0.2), balance="3", family_cap="1,000,000 USD", owner_cap=False)
    check_view(what_if_form(usual, query=str(query)[:600]))
