"""Keys of gaps, as people type them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotFound
from domain.keys import gap_key, parse_gap_key


@given(st.integers(1, 999_999_999))
def test_a_key_reads_back(gap_id: int) -> None:
    assert parse_gap_key(gap_key(gap_id)) == gap_id


@pytest.mark.parametrize("typed", ["GAP-42", "gap-42", "Gap 42", "gap42", "GAP#42", "#42", "42", "  GAP-42 ", "042"])
def test_reads_what_people_type(typed: str) -> None:
    assert parse_gap_key(typed) == 42


@pytest.mark.parametrize("typed", ["", "GAP-", "GAP--42", "GAP-4 2", "-42", "4.2", "GAP-42 please", "x42", "1" * 10])
def test_refuses_the_rest(typed: str) -> None:
    with pytest.raises(NotFound, match="GAP-42"):
        parse_gap_key(typed)


@given(st.text())
def test_any_text_is_a_number_or_not_found(text: str) -> None:
    with suppress(NotFound):
        assert 0 <= parse_gap_key(text) < 10**9
