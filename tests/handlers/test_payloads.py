"""What Slack sends back is read with care: anything unknown or of another type is nothing, and never an error."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotFound
from domain.gap_query import LONGEST_PAGE
from handlers import errors
from handlers.feature_request.ids import Field
from handlers.feature_request.payloads import FormMetadata, FormState, submission, view_key
from handlers.top_gaps.commands import Command, NothingToSave, Verb, read_command
from handlers.top_gaps.ids import Row
from handlers.top_gaps.payloads import FormOrigin, PageLink, chosen_row, row_block_id, typed_query

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
    @given(TEXT | ANYTHING.map(lambda value: json.dumps(value, default=str)) | st.none())
    def test_any_button_is_a_page_or_too_old(self, value: str | None) -> None:
        try:
            link = PageLink.read(value)
        except NotFound:
            return
        assert 0 <= link.page <= 10_000
        assert 1 <= link.size <= LONGEST_PAGE

    @given(st.integers(0, 10_000), st.text(max_size=1_500), st.booleans())
    def test_a_page_reads_back(self, page: int, query: str, is_table: bool) -> None:
        link = PageLink(page=page, query=query, is_table=is_table)
        assert PageLink.read(link.dump()) == link
        assert link.text == query

    def test_a_button_from_before_there_were_queries_still_leads_somewhere(self) -> None:
        link = PageLink.read('{"page": 2, "size": 5}')
        assert (link.page, link.text) == (2, "5")

    @given(TEXT | ANYTHING.map(lambda value: json.dumps(value, default=str)) | st.none())
    def test_any_metadata_is_a_form_or_too_old(self, metadata: str | None) -> None:
        try:
            origin = FormOrigin.read(metadata)
        except NotFound:
            return
        assert FormOrigin.read(origin.dump()) == origin

    def test_a_lines_menu_knows_its_gap_and_its_list(self) -> None:
        block_id = row_block_id(42, "area:auth 5")
        chosen = {"selected_option": {"value": "why:42"}, "block_id": block_id}
        assert chosen_row(chosen) == (Row.WHY, 42, "area:auth 5")
        assert row_block_id(42, "x" * 300) == "gap.42", "a query too long for an id is left out"

    @pytest.mark.parametrize("value", [None, "", "why", "why:", "why:x", "fly:1", "why:²", "why:" + "9" * 19])
    def test_a_menu_that_is_not_ours_is_too_old(self, value: str | None) -> None:
        with pytest.raises(NotFound, match="too old"):
            chosen_row({"selected_option": {"value": value}} if value is not None else {})

    def test_filters_that_were_filled_in_are_what_could_be_typed(self) -> None:
        given_values = {
            "words": {"value": "offline mode"},
            "filter_area": {"selected_options": [{"value": "auth"}, {"value": "data"}]},
            "filter_segment": {"value": "Enterprise, Mid market"},
            "filter_linked": {"selected_option": {"value": "no"}},
            "filter_model": {"selected_option": None},
            "filter_since": {"value": " 30d "},
            "filter_size": {"value": "5"},
        }
        state = {"values": {name: {name: value} for name, value in given_values.items()}}
        typed = typed_query(state)
        assert typed == 'area:auth,data segment:Enterprise,"Mid market" linked:no since:30d offline mode 5'

    @given(ANYTHING)
    def test_no_filled_in_filters_are_an_error(self, value: Any) -> None:
        values = {"words": {"words": value if isinstance(value, dict) else {"value": value}}}
        assert isinstance(typed_query({"values": values}), str)


class TestCommands:
    @pytest.mark.parametrize(
        ("text", "command"),
        [
            ("", Command(Verb.SHOW)),
            ("area:auth 5", Command(Verb.SHOW, rest="area:auth 5")),
            ("saved searches", Command(Verb.SHOW, rest="saved searches")),
            ("views", Command(Verb.VIEWS)),
            ("views of the admin", Command(Verb.SHOW, rest="views of the admin")),
            ("help", Command(Verb.HELP)),
            ("help desk", Command(Verb.SHOW, rest="help desk")),
            ("csv area:auth", Command(Verb.CSV, rest="area:auth")),
            ("table p0", Command(Verb.TABLE, rest="p0")),
            ("save EMEA blockers region:emea p0", Command(Verb.SAVE, name="EMEA blockers", rest="region:emea p0")),
            ("save Blockers P0", Command(Verb.SAVE, name="Blockers", rest="P0")),
            ("share “My list” offline", Command(Verb.SHARE, name="My list", rest="offline")),
            ("Save top five 5", Command(Verb.SAVE, name="top five", rest="5")),
            ("forget EMEA blockers", Command(Verb.FORGET, name="EMEA blockers")),
            ('delete "EMEA blockers"', Command(Verb.FORGET, name="EMEA blockers")),
            ("save", Command(Verb.SHOW, rest="save")),
        ],
    )
    def test_what_is_asked_for(self, text: str, command: Command) -> None:
        assert read_command(text) == command

    def test_a_view_has_to_show_something(self) -> None:
        with pytest.raises(NothingToSave, match="Say what “Blockers” shows"):
            read_command("save Blockers")

    @given(st.text(max_size=40) | st.text(st.sampled_from('save share "“:p0 5 area'), max_size=30))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            command = read_command(text)
        except NothingToSave:
            return
        assert command.name or command.verb is not Verb.FORGET


@pytest.mark.parametrize("value", [None, "", "x", "-1", "1.0", "٣", "²", "9" * 19, " 1"])
def test_a_button_with_an_odd_number_is_too_old(value: str | None) -> None:
    with pytest.raises(NotFound, match="too old"):
        errors.id_in({"actions": [{"value": value}]})


def test_a_button_with_a_number_is_read() -> None:
    assert errors.id_in({"actions": [{"value": "9" * 18}]}) == 999_999_999_999_999_999
