"""Every view and message, with the worst values there can be, is what Slack takes, and nothing of a user's is live."""

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.gap_query import GapQuery
from domain.organisation import Organisation
from handlers import blocks
from handlers.feature_request import announcements, views
from handlers.feature_request.account_input import account_options
from handlers.feature_request.payloads import FormMetadata
from handlers.feature_request.views import Form
from handlers.gap_card.views import card as gap_card
from handlers.home.views import home
from handlers.messages import Message
from handlers.top_gaps import view_answers
from handlers.top_gaps.csv_file import HEADINGS, csv_text
from handlers.top_gaps.filter_form import filter_form
from handlers.top_gaps.payloads import FormOrigin
from handlers.top_gaps.views import as_answer, ranked_list
from handlers.welcome.answers import help_message
from sandbox.slack.block_kit.check import message_problems, options_problems, view_problems
from tests.handlers import worst_cases as worst
from usecases.find_accounts import AccountMatch
from usecases.list_gaps import GapList
from usecases.rank_gaps import Place
from usecases.saved_views import ViewLine
from usecases.show_gap import GapCard
from usecases.show_home import Home
from usecases.tell_about_request import Announcement, Confirmation, PublicCard

METADATA = FormMetadata(
    channel_id="C" * 32, source="command", request_id=2**63 - 1, version=10**6, prefilled_arr="x" * 60
)
NOTICED = METADATA.model_copy(update={"notice": "Salesforce has <nothing> & “" + "x" * 700})
thoroughly = settings(
    max_examples=settings.default.max_examples * 3 // 5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check_view(view: dict[str, Any]) -> None:
    assert [str(problem) for problem in view_problems(view)] == []
    assert worst.live_markup(view) == []


def check_message(message: Message, *, replace: bool | None = None) -> None:
    body: dict[str, Any] = {"text": message.text, "blocks": blocks.as_json(message.blocks)}
    if replace is not None:
        body = as_answer(message, replace=replace)
    assert [str(problem) for problem in message_problems(body)] == []
    assert worst.live_markup(body) == []
    assert len(message.text) <= 40_000


@thoroughly
@given(
    st.builds(
        Form,
        metadata=st.sampled_from([METADATA, NOTICED]),
        areas=worst.ORGANISATIONS.map(lambda organisation: organisation.areas),
        title=worst.texts(5000),
        account=st.none() | worst.CARDS,
        new_account=st.none() | worst.NAMES,
        typed_arr=worst.lines(60),
        suggestions=worst.SUGGESTIONS,
        joins=st.none() | worst.IDS,
        searched=st.none() | worst.lines(255),
        chosen=st.none() | worst.MATCHES.filter(bool).map(lambda matches: matches[0]),
    )
)
def test_the_form(shown: Form) -> None:
    check_view(views.form(shown))


@thoroughly
@given(worst.STORED)
def test_the_correction(stored: Any) -> None:
    check_view(views.correction(stored, METADATA))


@thoroughly
@given(worst.MATCHES, worst.lines(100), st.booleans())
def test_the_type_ahead(matches: list[AccountMatch], typed: str, asks_crm: bool) -> None:
    options = account_options(matches, typed, asks_crm=asks_crm)
    assert [str(problem) for problem in options_problems({"options": options})] == []
    assert len({option["value"] for option in options}) == len(options)


@thoroughly
@given(worst.GAP_CARDS, worst.ORGANISATIONS, worst.SLACK_IDS)
def test_the_card_of_a_gap(card: GapCard, organisation: Organisation, reader: str) -> None:
    check_view(gap_card(card, organisation=organisation, reader_id=reader))


@thoroughly
@given(worst.HOMES)
def test_the_home_tab(shown: Home) -> None:
    check_view(home(shown))


def test_the_home_tab_has_room_for_every_part_at_once() -> None:
    view = home(worst.FULL_HOME)
    check_view(view)
    assert 80 < len(view["blocks"]) <= 100


@thoroughly
@given(worst.GAP_LISTS, worst.ORGANISATIONS, st.booleans(), st.booleans())
def test_the_ranked_list(shown: GapList, organisation: Organisation, is_table: bool, replace: bool) -> None:
    check_message(ranked_list(shown, organisation=organisation, is_table=is_table), replace=replace)


@thoroughly
@given(worst.GAP_LISTS)
def test_the_list_as_a_file_has_no_cell_that_a_spreadsheet_runs(shown: GapList) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(shown, organisation=Organisation()).decode("utf-8-sig"))))
    assert len(rows) == 1 + len(shown.gaps)
    assert {len(row) for row in rows} == {len(HEADINGS)}
    assert [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))] == []


@thoroughly
@given(worst.QUERIES, worst.ORGANISATIONS)
def test_the_filters(query: GapQuery, organisation: Organisation) -> None:
    origin = FormOrigin(query=str(query), response_url="https://hooks.slack.com/" + "x" * 300)
    check_view(filter_form(query, origin, organisation=organisation))
    check_view(view_answers.save_form(origin, may_share=True))


@thoroughly
@given(
    st.lists(
        st.builds(
            ViewLine, name=worst.lines(60), query=worst.lines(900), is_shared=st.booleans(), is_own=st.just(True)
        ),
        max_size=100,
    )
)
def test_saved_views(views: list[ViewLine]) -> None:
    check_message(view_answers.listed(views), replace=False)
    for view in views[:3]:
        check_message(view_answers.saved(view.name, GapQuery(words=(view.query,)), is_shared=True), replace=False)
        check_message(view_answers.forgotten(view.name), replace=False)


def test_what_can_be_typed() -> None:
    check_message(view_answers.explained(), replace=False)
    check_message(view_answers.file_follows(), replace=False)


@thoroughly
@given(worst.CONFIRMATIONS, st.none() | worst.PLACES)
def test_the_confirmation(told: Confirmation, place: Place | None) -> None:
    check_message(announcements.confirmation(told, place))
    check_message(announcements.withdrawn(told))


@thoroughly
@given(worst.CONFIRMATIONS)
def test_previews_of_a_confirmation_leave_the_account_out(told: Confirmation) -> None:
    longest = max(told.account.split(), key=len)
    message = announcements.confirmation(told, None)
    if len(longest) > 6 and longest not in told.gap_title:
        assert blocks.escaped(longest) not in message.text


@thoroughly
@given(worst.PUBLIC_CARDS, worst.ANNOUNCEMENTS, st.none() | worst.PLACES)
def test_the_areas_card_and_what_is_said_below_it(card: PublicCard, told: Announcement, place: Place | None) -> None:
    check_message(announcements.card(card, place))
    check_message(announcements.one_more(told, place))


@given(worst.texts(5000))
def test_a_form_that_could_not_be_opened(title: str) -> None:
    check_message(views.try_again(title))


def test_help() -> None:
    check_message(help_message())


class TestPieces:
    @given(worst.texts(500))
    def test_escaped_text_has_nothing_live_in_it(self, text: str) -> None:
        escaped = blocks.escaped(text)
        assert not set("<>") & set(escaped)
        assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text

    @given(worst.addresses(), worst.lines(200))
    def test_a_link_cannot_be_broken_out_of(self, url: str, label: str) -> None:
        assert worst.live_markup({"type": "mrkdwn", "text": blocks.link(url, label)}) == []

    @pytest.mark.parametrize("limit", [10, 11, 12, 13, 14, 15, 2999, 3000])
    def test_a_cut_never_goes_through_markup(self, limit: int) -> None:
        for text in ("&amp;" * 1000, "x <@U123> " * 500, "<https://a.example/b|c> " * 300):
            assert worst.live_markup({"type": "mrkdwn", "text": blocks.mrkdwn(text, limit=limit).text}) == []
            assert len(blocks.mrkdwn(text, limit=limit).text) <= limit
