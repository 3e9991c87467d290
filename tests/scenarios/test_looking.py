"""People look at the ranking, at one gap, at their own requests, and talk to the bot."""

from storage.models import Gap
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.office import Office, buttons_of, seen


class TestTopGaps:
    def test_ranks_what_costs_most_first_and_says_why(self, office: Office) -> None:
        shown = office.top_gaps(office.ava)

        assert "Top 3 gaps of 3" in shown
        assert shown.index("1. SCIM provisioning for groups") < shown.index("2. ") < shown.index("3. ")
        assert "2 accounts · 1 strategic · :red_circle: 1 P0" in shown
        assert "Ranked by impacted ARR (each account once), accounts, strategic accounts and P0s" in shown

    def test_is_shown_to_who_asked_alone(self, office: Office) -> None:
        office.top_gaps(office.ava)

        assert office.ava.last_message("general").ephemeral_to == office.ava.id
        assert office.cem.messages("general") == []

    def test_exact_money_is_for_those_who_decide(self, office: Office) -> None:
        office.know_groups()

        assert "$900k" in office.top_gaps(office.gwen)
        assert "$900k" in office.top_gaps(office.pat)
        assert "$900k" not in office.top_gaps(office.ava)
        assert "$250k to $1m" in office.top_gaps(office.ava)

    def test_a_closed_gap_is_not_in_it(self, office: Office) -> None:
        assert "Dark mode" not in office.top_gaps(office.ava)

    def test_shows_as_many_as_wanted(self, office: Office) -> None:
        shown = office.top_gaps(office.ava, "1")

        assert "Top gap of 3" in shown
        assert "SCIM" in shown
        assert "Offline" not in shown

    def test_turns_pages_in_place(self, office: Office) -> None:
        office.top_gaps(office.ava, "1")
        for label, expected in (("Next ›", "2. "), ("Next ›", "3. "), ("‹ Previous", "2. ")):
            assert office.ava.click(label, message=office.ava.last_message("general"), channel="general").ok
            office.settle()

            assert expected in seen(office.ava.last_message("general"))
            assert len(office.ava.messages("general")) == 1
        assert buttons_of(office.ava.last_message("general"))[:2] == ["‹ Previous", "Next ›"]

    def test_what_is_not_understood_says_what_is(self, office: Office) -> None:
        for text, says in {
            "aera:auth": "Did you mean `area:`?",
            "area:autz": "Did you mean `area:auth`?",
            "21": "I show 1 to 20 gaps a page",
            "view:nothing": "I know no view called “nothing”.",
        }.items():
            assert says in office.top_gaps(office.ava, text), text

    def test_when_there_is_nothing_yet_it_says_what_to_do(self, open_office: OpenOffice) -> None:
        office = open_office(seed="empty")

        shown = office.top_gaps(office.ava)
        assert "Nobody has asked for anything yet." in shown
        assert office.ava.click("File a request", message=office.ava.last_message("general"), channel="general").ok
        assert office.ava.modal.content["title"]["text"] == "Feature request"

    def test_of_the_whole_book_is_a_message_that_slack_takes(self, open_office: OpenOffice) -> None:
        office = open_office(seed="book")
        lena = office.slack.as_user("U0LENAHOFF1")

        shown = office.top_gaps(lena, "20")
        assert "Top 20 gaps of" in shown
        assert lena.click("Next ›", message=lena.last_message("general"), channel="general").ok
        office.settle()
        assert "Gaps 21 to" in seen(lena.last_message("general"))


class TestOneGap:
    def test_shows_what_it_is_where_it_stands_and_who_asks(self, office: Office) -> None:
        office.know_groups()
        assert office.pat.command("/gap", "GAP-1", channel="general").ok

        shown = str(office.pat.modal.blocks)
        assert "SCIM provisioning for groups" in shown
        assert "2 accounts ask for it. It is *#1* of 3 in the ranking." in shown
        assert "Nordwind AG" in shown
        assert "€600k" in shown

    def test_is_found_however_its_key_is_written(self, office: Office) -> None:
        for text in ("GAP-1", "gap 1", "#1", "1", " gap-1 "):
            assert office.ava.command("/gap", text, channel="general").ok

            assert office.ava.modal.content["title"]["text"] == "GAP-1", text
            office.ava.close()

    def test_hides_the_customers_of_others(self, office: Office) -> None:
        office.ava.command("/gap", "GAP-1", channel="general")

        assert "Nordwind" not in str(office.ava.modal.blocks)
        assert "2 more requests, by other people" in str(office.ava.modal.blocks)

    def test_that_nobody_asks_for_says_so(self, office: Office) -> None:
        office.ava.command("/gap", "GAP-4", channel="general")

        assert "Nobody asks for it at present." in str(office.ava.modal.blocks)

    def test_that_is_not_there_is_said_so(self, office: Office) -> None:
        for text, says in {
            "GAP-99": "I do not know GAP-99. `/top-gaps` lists the ones there are.",
            "999999999": "I do not know GAP-999999999. `/top-gaps` lists the ones there are.",
            "": "Say which gap, like `/gap GAP-42`. `/top-gaps` lists them.",
            "scim": "I look for a key like GAP-42.",
        }.items():
            assert office.ava.command("/gap", text, channel="general").ok

            assert office.ava.last_message("general").text == says
        assert office.ava.modals == []

    def test_its_links_lead_to_gitlab(self, office: Office) -> None:
        office.filed(office.ava, GitLab_issue="https://gitlab.example.com/acme/platform/-/issues/7")
        office.ava.command("/gap", "GAP-5", channel="general")

        assert "<https://gitlab.example.com/acme/platform/-/issues/7|acme/platform#7>" in str(office.ava.modal.blocks)


class TestTheHomeTab:
    def test_shows_my_requests_with_where_their_gaps_stand(self, office: Office) -> None:
        office.filed(office.ava, account="Müller")
        office.ava.open_home()
        office.settle()

        assert office.ava.home is not None
        shown = str(office.ava.home.blocks)
        assert "Müller &amp; Söhne GmbH*: Single sign-on for contractors" in shown
        assert "GAP-5 · New · P1 · #2" in shown

    def test_of_somebody_new_says_how_to_begin(self, office: Office) -> None:
        office.piet.open_home()
        office.settle()

        assert office.piet.home is not None
        assert "You have not filed any yet." in str(office.piet.home.blocks)
        assert office.piet.click("File a request", home=True).ok
        assert office.piet.modal.content["title"]["text"] == "Feature request"

    def test_of_a_guest_shows_nothing_of_ours(self, office: Office) -> None:
        office.gus.open_home()
        office.settle()

        assert office.gus.home is not None
        assert "gapbot is for full members of this workspace." in str(office.gus.home.blocks)
        assert len(office.gus.home.blocks) == 1

    def test_opens_a_gap_from_the_list(self, office: Office) -> None:
        office.filed(office.ava)
        office.ava.open_home()
        office.settle()
        assert office.ava.click("Open", home=True).ok

        assert office.ava.modal.content["title"]["text"] == "GAP-5"


class TestTalking:
    def test_the_messages_tab_suggests_what_to_say(self, office: Office) -> None:
        channel = office.slack.open_home(office.ava.id, tab="messages")
        office.slack.events.wait_until_quiet()
        office.settle()

        prompts = [prompt["message"] for prompt in office.slack.prompts[channel.id]]
        assert prompts == ["Show me the top gaps", "I want to file a feature request"]

    def test_asking_for_the_list_in_private_shows_it(self, office: Office) -> None:
        office.ava.post("Show me the top gaps", channel="app")
        office.settle()

        answer = office.ava.last_message("app")
        assert "1. SCIM provisioning for groups" in seen(answer)

    def test_anything_else_in_private_is_answered_with_what_the_bot_can_do(self, office: Office) -> None:
        office.ava.post("hello there", channel="app")
        office.settle()

        assert "`/feature-request` files what an account needs" in seen(office.ava.last_message("app"))
        assert office.ava.click("File a request", message=office.ava.last_message("app"), channel="app").ok

    def test_a_mention_in_a_channel_shows_no_list_there(self, office: Office) -> None:
        office.ava.post(f"<@{office.slack.app.bot_user_id}> show the top gaps", channel="general")
        office.settle()

        said, answer = office.ava.messages("general")
        assert answer.thread_ts == said.ts
        assert "SCIM" not in seen(answer)
        assert "/top-gaps" in seen(answer)

    def test_a_guest_who_writes_hears_once_why_there_is_no_answer(self, office: Office) -> None:
        for _ in range(2):
            office.gus.post("Show me the top gaps", channel="app")
            office.settle()
            office.gus.post(f"<@{office.slack.app.bot_user_id}> help", channel="general")
            office.settle()

        (told,) = [message for message in office.gus.messages("app") if message.bot_id]
        assert told.text.startswith("gapbot is for full members of this workspace.")
        assert [message for message in office.gus.messages("general") if message.bot_id] == []

    def test_the_bots_own_messages_and_edits_are_not_answered(self, office: Office) -> None:
        office.ava.post("hello", channel="app")
        office.settle()
        channel = office.ava.channel("app")
        office.slack.messages.update(channel, channel.messages[0], {"text": "hello again"})
        office.settle()

        assert len(office.ava.messages("app")) == 2


class TestWhatNobodyListensTo:
    def test_is_answered_with_200_all_the_same(self, office: Office) -> None:
        unheard: list[tuple[str, dict[str, object]]] = [
            ("interaction", {"type": "block_actions", "actions": [{"action_id": "of.2019", "type": "button"}]}),
            ("interaction", {"type": "block_actions", "actions": [{"action_id": "x", "type": "hologram"}]}),
            ("interaction", {"type": "shortcut", "callback_id": "of.2019"}),
            ("interaction", {"type": "view_closed", "view": {"id": "V1", "callback_id": "of.2019", "type": "modal"}}),
            (
                "interaction",
                {"type": "view_submission", "view": {"id": "V1", "callback_id": "of.2019", "type": "modal"}},
            ),
            ("interaction", {"type": "block_suggestion", "action_id": "of.2019", "block_id": "b", "value": "x"}),
            ("interaction", {"type": "workflow_step_edit"}),
            ("interaction", {"type": "something_new"}),
            ("command", {"command": "/of-2019", "text": ""}),
            ("event", {"type": "event_callback", "event": {"type": "planet_aligned"}}),
            ("event", {"type": "event_callback", "event": {"type": "message", "subtype": "of_2031"}}),
            ("event", {"type": "event_callback", "event": {"type": "reaction_added", "user": "U0AVA"}}),
        ]
        for kind, payload in unheard:
            assert office.send(kind, office.envelope(kind, payload)).status == 200, payload

    def test_a_form_that_nobody_knows_is_not_taken_for_kept(self, office: Office) -> None:
        view = {"id": "V1", "callback_id": "of.2019", "type": "modal"}
        with_input = view | {"blocks": [{"type": "input", "block_id": "title"}]}
        sentence = "This form is too old for me, and nothing was stored. Please start again."

        for shown in (view, with_input):
            payload = office.envelope("interaction", {"type": "view_submission", "view": shown})
            assert sentence in str(office.send("interaction", payload).body)

    def test_an_unknown_command_says_what_there_is(self, office: Office) -> None:
        answer = office.send("command", office.envelope("command", {"command": "/of-2019", "text": ""}))

        assert "I do not know this command." in str(answer.body)


def test_nothing_is_changed_by_looking(office: Office) -> None:
    before = [(gap.id, gap.version) for gap in office.rows(Gap)]
    office.top_gaps(office.ava)
    office.ava.command("/gap", "GAP-1", channel="general")
    office.ava.open_home()
    office.settle()

    assert [(gap.id, gap.version) for gap in office.rows(Gap)] == before
