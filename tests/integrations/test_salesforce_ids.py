"""15 and 18 characters are two spellings of one id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.directory import Mark
from integrations.salesforce_ids import NotAnId, id18
from sandbox.book.salesforce_ids import with_checksum
from tests.integrations.conftest import START
from tests.integrations.salesforce_world import World

SHORT = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", min_size=15, max_size=15)


def test_the_example_of_the_manual() -> None:
    assert id18("001A0000006Vm9r") == "001A0000006Vm9rIAC"


@given(short=SHORT)
def test_both_spellings_meet(short: str) -> None:
    whole = id18(short)

    assert id18(whole) == whole == with_checksum(short)
    assert whole.startswith(short)


@given(one=SHORT)
def test_ids_that_differ_in_case_alone_stay_two_where_case_is_lost(one: str) -> None:
    other = one.swapcase()

    assert (id18(one).lower() == id18(other).lower()) == (one == other)


@pytest.mark.parametrize(
    "text", ["", "001", "001A0000006Vm9rIA", "001A0000006Vm9rIAX", "001A0000006Vm9!", "001a0000006vm9riac", "٠" * 15]
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(NotAnId):
        id18(text)


def test_a_mark_may_have_either_spelling_and_reads_give_the_long_one(world: World) -> None:
    first, second = sorted(world.add_account(f"Account {number}") for number in range(2))

    for spelling in (first, first[:15]):
        found = world.accounts(after=Mark(modified_at=START, id=spelling))
        assert [one.id for one in found] == [second]
    assert len(second) == 18
