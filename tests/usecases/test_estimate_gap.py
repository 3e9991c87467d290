"""Effort, RICE inputs and themes: said by people, checked, audited, ranked by."""

from decimal import Decimal
from typing import Any

import pytest

from domain.effort import Effort, NotAnEffort, read_effort
from domain.errors import InvalidInput, NotAllowed, NotFound, Overtaken
from tests.usecases.office import ADMIN, PM, SELLER, Office
from usecases.estimate_gap import CONFIDENCE, IMPACT, REACH, EstimateFields

A_WEEK = Decimal("0.25")


@pytest.mark.parametrize(
    ("text", "effort"),
    [
        ("3", Effort(Decimal(3))),
        ("2.5", Effort(Decimal("2.5"))),
        ("2,5 months", Effort(Decimal("2.5"))),
        ("1 person-month", Effort(Decimal(1))),
        ("weight 5", Effort(Decimal("1.25"), 5)),
        ("W: 5", Effort(Decimal("1.25"), 5)),
        ("8 points", Effort(Decimal(2), 8)),
        ("", None),
        ("0", None),
        ("weight 0", None),
        ("?", None),
    ],
)
def test_effort_is_read(text: str, effort: Effort | None) -> None:
    assert read_effort(text, months_per_weight=A_WEEK) == effort
    if effort:
        assert read_effort(effort.text, months_per_weight=A_WEEK) == effort, "what is shown is read back"


@pytest.mark.parametrize("text", ["soon", "-1", "1e9", "999", "weight", "3 weeks", "٣", "nan"])
def test_what_is_no_effort_is_refused(text: str) -> None:
    with pytest.raises(NotAnEffort):
        read_effort(text, months_per_weight=A_WEEK)


def fields(**changes: Any) -> EstimateFields:
    return EstimateFields(**{"effort": "", "reach": None, "impact": None, "confidence": None, "themes": ""} | changes)


def save(office: Office, gap_id: int, *, version: int = 0, by: str = PM, key: str = "", **changes: Any) -> None:
    key = key or f"k{next(office.numbers)}"
    office.use.ranking.estimate_gap.save(gap_id, fields(**changes), expected_version=version, key=key, by=by)


def test_an_estimate_is_kept_and_shown_again(office: Office) -> None:
    gap = office.gap()
    save(office, gap, effort="weight 6", reach="6", themes="Compliance, compliance , EU data")
    shown = office.use.ranking.estimate_gap.open(gap, by=ADMIN)
    assert (shown.effort, shown.reach, shown.impact) == (Effort(Decimal("1.5"), 6), "6", None)
    assert (shown.themes, shown.version) == (("compliance", "eu data"), 1)
    save(office, gap, version=1, effort="2")
    shown = office.use.ranking.estimate_gap.open(gap, by=PM)
    assert (shown.effort, shown.reach, shown.themes, shown.version) == (Effort(Decimal(2)), None, (), 2)
    first, second = office.audit(f"gap:{gap}")
    assert first.action == second.action == "gap.estimated"
    assert first.after == {"effort_months": 1.5, "weight": 6, "reach": "6", "themes": ["compliance", "eu data"]}
    assert second.before == first.after


def test_who_was_overtaken_is_told(office: Office) -> None:
    gap = office.gap()
    save(office, gap, effort="1")
    with pytest.raises(Overtaken):
        save(office, gap, effort="2")
    save(office, gap, version=1, effort="3")
    with pytest.raises(Overtaken):
        save(office, gap, version=1, effort="4")
    shown = office.use.ranking.estimate_gap.open(gap, by=PM)
    assert shown.effort == Effort(Decimal(3))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestAlso:
    def test_the_same_form_twice_counts_once(self, office: Office) -> None:
        gap = office.gap()
        for effort in ("1", "2"):
            save(office, gap, effort=effort, key="same")
        assert len(office.audit(f"gap:{gap}")) == 1

    def test_every_wrong_field_is_named(self, office: Office) -> None:
        with pytest.raises(InvalidInput) as refused:
            save(office, office.gap(), effort="soon", reach="7", impact="x", confidence="0.7", themes="a" * 41)
        assert set(refused.value.fields) == {"effort", "reach", "impact", "confidence", "themes"}

    def test_it_is_for_those_who_build(self, office: Office) -> None:
        gap = office.gap()
        with pytest.raises(NotAllowed):
            save(office, gap, by=SELLER, effort="1")
        with pytest.raises(NotAllowed):
            office.use.ranking.estimate_gap.open(gap, by=SELLER)
        with pytest.raises(NotFound):
            office.use.ranking.estimate_gap.open(999, by=PM)

    def test_what_people_say_ranks_the_gap_by_rice(self, office: Office) -> None:
        """(10 x 3 x 1) / 2 = 15, where the requests alone would suggest less."""
        gap = office.gap()
        office.file(account_id=office.account(), join_gap_id=gap)
        for number in range(30):
            office.account(f"Other {number}")
        suggested = office.use.ranking.estimate_gap.open(gap, by=PM).suggested
        assert suggested is not None
        assert str(suggested.reach) == "0.5"
        save(office, gap, effort="2", reach=REACH[0], impact=IMPACT[0], confidence=CONFIDENCE[0])
        use = office.use.ranking
        (line,) = use.list_gaps.page(use.saved_views.query("model:rice", by=PM), by=PM, page=0).gaps
        assert line.score == 15.0
