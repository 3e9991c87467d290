"""What if: both Top 10s, the reason of each change, and nothing saved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput, NotAllowed
from domain.gap_query import GapQuery
from tests.usecases.office import ADMIN, PM, SELLER, Office
from usecases.try_settings import Settings, WhatIf, _weights
from usecases.what_moved import TOP

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
USUAL = ("0.4", "0.2", "0.2", "0.2")


def compare(office: Office, query: str = "", *, by: str = PM, **changes: object) -> WhatIf:
    use = office.use.ranking
    given_values = {"weights": USUAL, "balance": "0", "family_cap": "", "owner_cap": True}
    settings = Settings(query=use.saved_views.query(query, by=by), **given_values | changes)  # type: ignore[arg-type]
    return use.try_settings(settings, by=by)


@pytest.fixture
def gaps(office: Office) -> list[int]:
    """A rich one, a popular one and a strategic one, then ten small ones."""
    rich, popular, strategic = office.gap("Rich"), office.gap("Popular"), office.gap("Strategic")
    office.file(account_id=office.account("Giant", arr_minor=3_000_000_00, segment="Enterprise"), join_gap_id=rich)
    for number in range(6):
        office.file(account_id=office.account(f"Small {number}", arr_minor=20_000_00), join_gap_id=popular)
    for number in range(2):
        account = office.account(f"Flag {number}", arr_minor=50_000_00, is_strategic=True, owner_name=f"O{number}")
        office.file(account_id=account, join_gap_id=strategic, priority="P0")
    small = []
    for number in range(10):
        small.append(office.gap(f"Small gap {number}"))
        office.file(
            account_id=office.account(f"Tiny {number}", arr_minor=(1_000 + number) * 100), join_gap_id=small[-1]
        )
    return [rich, popular, strategic, *small]


@on_sqlite
def test_the_settings_that_hold_change_nothing_and_are_what_the_form_begins_with(
    office: Office, gaps: list[int]
) -> None:
    found = compare(office)
    assert (found.changes, len(found.moved)) == (0, TOP)
    assert [one.after for one in found.moved] == list(range(1, TOP + 1))
    usual = office.use.ranking.try_settings.usual(by=ADMIN)
    again = compare(
        office,
        weights=tuple(str(one) for one in usual.weights),
        balance=usual.balance,
        family_cap=usual.family_cap,
        owner_cap=usual.owner_cap,
    )
    assert again == found
    assert gaps


@on_sqlite
def test_a_weight_moves_who_is_strong_there_and_the_reason_says_so(office: Office, gaps: list[int]) -> None:
    found = compare(office, weights=("0", "1", "0", "0"))
    first = found.moved[0]
    assert (first.gap_id, first.after) == (gaps[1], 1)
    assert first.before is not None
    assert first.before > 1
    assert first.cause is not None
    assert (first.cause.metric, first.cause.weight_before, first.cause.weight_after) == ("accounts", 0.2, 1.0)
    assert first.cause.place_in_metric == 1


@on_sqlite
def test_a_cap_lowers_the_rich(office: Office, gaps: list[int]) -> None:
    found = {one.gap_id: one for one in compare(office, family_cap="10k").moved}
    fallen = found[gaps[0]]
    assert fallen.before is not None
    assert fallen.after is not None
    assert fallen.after > fallen.before
    assert fallen.cause is not None
    assert fallen.cause.metric == "impacted_arr"


@on_sqlite
def test_filters_leave_only_what_fits(office: Office, gaps: list[int]) -> None:
    found = compare(office, "segment:enterprise")
    assert [(one.gap_id, one.after) for one in found.moved if one.after] == [(gaps[0], 1)]
    gone = next(one for one in found.moved if one.gap_id == gaps[1])
    assert (gone.after, gone.cause and gone.cause.accounts_after, gone.cause and gone.cause.accounts_before) == (
        None,
        0,
        6,
    )


@on_sqlite
def test_another_model_says_what_it_cannot_place(office: Office, gaps: list[int]) -> None:
    found = compare(office, "model:cd3")
    assert {one.cause.needs_estimate for one in found.moved if one.cause} == {True}
    assert compare(office, "model:raw_arr").moved[0].gap_id == gaps[0]


@on_sqlite
def test_nothing_is_saved(office: Office, gaps: list[int]) -> None:
    before = office.counts()
    compare(office, weights=("1", "1", "1", "1"), balance="1", owner_cap=False)
    assert office.counts() == before
    assert office.use.ranking.list_gaps.page(GapQuery(), by=PM, page=0).gaps
    assert gaps


@on_sqlite
def test_what_is_wrong_is_said_at_its_field(office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        compare(office, weights=("1", "x", "0", "0"), balance="7", family_cap="lots")
    assert set(refused.value.fields) == {"weights", "balance", "family_cap"}
    with pytest.raises(InvalidInput):
        compare(office, family_cap="5k XAU")


@on_sqlite
def test_it_is_for_leaders(office: Office) -> None:
    with pytest.raises(NotAllowed):
        compare(office, by=SELLER)
    with pytest.raises(NotAllowed):
        office.use.ranking.try_settings.usual(by=SELLER)


@given(st.tuples(*[st.floats(0, 1e9).map(str)] * 4))
def test_weights_are_relative(typed: tuple[str, str, str, str]) -> None:
    found = _weights(typed)
    if found is not None:
        assert abs(sum(found) - 1) < 1e-9
        assert min(found) >= 0


def test_weights_as_people_write_them() -> None:
    assert _weights(("40%", "20 %", "20", " 20")) == pytest.approx((0.4, 0.2, 0.2, 0.2))
    assert _weights(("2", "1", "1", "")) == (0.5, 0.25, 0.25, 0.0)
    for typed in (("0", "0", "0", "0"), ("-1", "1", "1", "1"), ("nan", "1", "1", "1"), ("inf", "1", "1", "1")):
        assert _weights(typed) is None
