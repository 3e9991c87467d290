"""Labels: one state, all areas, nobody else's touched."""

from hypothesis import given
from hypothesis import strategies as st

from domain.issue_labels import LabelPlan, ServedGap, plan_labels, wanted_labels
from domain.words import GapState

GAPS = st.lists(
    st.builds(ServedGap, state=st.sampled_from(GapState), area_key=st.sampled_from([None, "auth", "data"])), max_size=4
)
LABELS = st.sets(
    st.sampled_from(["customer", "bug", "area:auth", "area:data", "gap::new", "gap::backlog", "gap::shipped", "gap::x"])
)


def test_an_issue_for_two_gaps_shows_the_one_that_is_furthest_along_and_both_areas() -> None:
    gaps = [ServedGap(GapState.TRIAGE, "auth"), ServedGap(GapState.PLANNED, "data"), ServedGap(GapState.SHIPPED, None)]
    assert wanted_labels(gaps) == ("customer", "area:auth", "area:data", "gap::planned")


def test_of_two_labels_of_the_scope_only_the_wanted_one_stays() -> None:
    plan = plan_labels(["gap::new", "gap::odd", "bug"], [ServedGap(GapState.NEW, None)])
    assert plan == LabelPlan(add=("customer",), remove=("gap::odd",))


def test_an_issue_that_serves_no_gap_any_more_loses_what_we_put_there_alone() -> None:
    plan = plan_labels(
        ["customer", "area:auth", "gap::new", "bug", "area:data"],
        [],
        pushed_before=("customer", "area:auth", "gap::new", "gone"),
    )
    assert plan == LabelPlan(add=(), remove=("area:auth", "customer", "gap::new"))


@given(current=LABELS, gaps=GAPS, before=LABELS)
def test_carried_out_a_plan_leaves_nothing_to_do(current: set[str], gaps: list[ServedGap], before: set[str]) -> None:
    plan = plan_labels(current, gaps, pushed_before=before)
    after = (current | set(plan.add)) - set(plan.remove)
    assert plan_labels(after, gaps, pushed_before=before).is_empty
    assert set(wanted_labels(gaps)) <= after
    assert sum(label.startswith("gap::") for label in after) == bool(gaps)


@given(current=LABELS, gaps=GAPS)
def test_what_others_put_there_is_never_taken_away(current: set[str], gaps: list[ServedGap]) -> None:
    plan = plan_labels(current, gaps)
    assert all(label.startswith("gap::") for label in plan.remove)
