"""What Slack sends back is read with care: anything unknown or of another type is nothing, and never an error."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotFound
from handlers import errors
from handlers.feature_request.ids import Field
from handlers.feature_request.payloads import FormMetadata, FormState, submission, view_key
from handlers.top_gaps.payloads import LONGEST_SIZE, USUAL_SIZE, PageLink, UnknownFilter, wanted_size

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
NAMES = st.sampled_from([*Field, "value", "selected_option", "selected_date", "state", "values", "private_metadata"])
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(["new:", "account:1", "join:x"])
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | TEXT, inner, max_size=5), max_leaves=20
)


@given(ANYTHING, ANYTHING)
def test_no_state_of_a_form_is_an_error(state: Any, metadata: Any) -> None:
    view = {"id": "V1", "state": {"values": state}, "private_metadata": metadata if isinstance(metadata, str) else None}
    read = FormState.read(view)
    fields = read.fields()
    assert isinstance(fields.title, str)
    assert isinstance(read.by_block({"title": "x", "unknown": "y"}), dict)
    found = submission({"user": {"id": "U1"}, "view": view, "team": metadata})
    assert found.key.startswith("view:")
    assert len(found.source) <= 24


@given(ANYTHING)
def test_no_view_at_all_is_an_error(view: Any) -> None:
    FormState.read(view if isinstance(view, dict) else {"state": view}).fields()


@given(TEXT | ANYTHING.map(lambda value: json.dumps(value, default=str)))
def test_no_metadata_is_an_error(text: str) -> None:
    found = FormMetadata.read(text)
    assert FormMetadata.read(found.dump()) == found


def form(**inputs: Any) -> FormState:
    values = {f"{name}.1": {name: value} for name, value in inputs.items()}
    return FormState.read({"state": {"values": values}})


class TestForm:
    def test_reads_what_was_typed_and_chosen(self) -> None:
        state = form(
            account={"selected_option": {"value": "account:7"}},
            title={"value": "SCIM"},
            similar={"selected_option": {"value": "join:42"}},
            area={"selected_option": {"value": "auth"}},
            needed_by={"selected_date": "2027-03-31"},
            opportunity={"selected_option": {"value": "9"}},
        )
        assert (state.account_id, state.new_account, state.join_gap_id, state.area_key) == (7, None, 42, "auth")
        fields = state.fields()
        assert (fields.title, fields.needed_by, fields.opportunity_id) == ("SCIM", "2027-03-31", 9)

    @pytest.mark.parametrize(
        "value",
        [
            "account:",
            "account:x",
            "account:-1",
            "account:1.5",
            "account:" + "9" * 19,
            "account:٣",
            "account:²",
            "7",
            "",
        ],
    )
    def test_an_odd_account_is_none(self, value: str) -> None:
        assert form(account={"selected_option": {"value": value}}).account_id is None

    def test_a_new_account_is_its_name(self) -> None:
        assert form(account={"selected_option": {"value": "new:new:x"}}).new_account == "new:x"

    @pytest.mark.parametrize(("value", "area"), [("-", None), ("auth", "auth")])
    def test_not_sure_is_no_area(self, value: str, area: str | None) -> None:
        assert form(area={"selected_option": {"value": value}}).area_key == area

    def test_unknown_inputs_set_nothing(self) -> None:
        state = form(title={"value": "SCIM"}, requester_id={"value": "UEVIL"}, version={"value": "99"})
        assert state.fields() == form(title={"value": "SCIM"}).fields()

    def test_faults_stand_beside_their_inputs(self) -> None:
        assert form(title={"value": ""}, arr={"value": "x"}).by_block({"title": "a", "arr": "b"}) == {
            "title.1": "a",
            "arr.1": "b",
        }

    def test_the_key_is_the_views_own(self) -> None:
        body = {"user": {"id": "U1", "team_id": "T2"}, "view": {"id": "V1"}}
        assert view_key(body | {"team": {"id": "T1"}}) == "view:T1:V1"
        assert view_key(body) == "view:T2:V1"


class TestTopGaps:
    @pytest.mark.parametrize(
        ("text", "size"), [("", USUAL_SIZE), ("  ", USUAL_SIZE), ("5", 5), (" 20 ", LONGEST_SIZE), ("1", 1)]
    )
    def test_the_size_is_read(self, text: str, size: int) -> None:
        assert wanted_size(text) == size

    @pytest.mark.parametrize("text", ["0", "21", "-1", "5 5", "five", "٥", "²", "9" * 5000, "area:auth", "1e1", "5.0"])
    def test_the_rest_is_told_what_works(self, text: str) -> None:
        with pytest.raises(UnknownFilter, match="/top-gaps 5"):
            wanted_size(text)

    @given(TEXT | ANYTHING.map(lambda value: json.dumps(value, default=str)) | st.none())
    def test_any_button_is_a_page_or_too_old(self, value: str | None) -> None:
        try:
            link = PageLink.read(value)
        except NotFound:
            return
        assert 0 <= link.page <= 10_000
        assert 1 <= link.size <= LONGEST_SIZE

    @given(st.integers(0, 10_000), st.integers(1, LONGEST_SIZE))
    def test_a_page_reads_back(self, page: int, size: int) -> None:
        link = PageLink(page=page, size=size)
        assert PageLink.read(link.dump()) == link


@pytest.mark.parametrize("value", [None, "", "x", "-1", "1.0", "٣", "²", "9" * 19, " 1"])
def test_a_button_with_an_odd_number_is_too_old(value: str | None) -> None:
    with pytest.raises(NotFound, match="too old"):
        errors.id_in({"actions": [{"value": value}]})


def test_a_button_with_a_number_is_read() -> None:
    assert errors.id_in({"actions": [{"value": "9" * 18}]}) == 999_999_999_999_999_999
