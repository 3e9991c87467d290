"""A colleague writes to the bot as to a person, and confirms one card."""

import pytest

from domain.words import GapState, Impact, Priority
from sandbox.slack.channels import Message
from storage.models import Conversation, Request, RequestOrigin
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.office import Office, seen
from usecases.move_gap import Move, move

SENTENCE = "Nordwind needs SCIM for contractors, total blocker for their €200k renewal in March"


def card(office: Office) -> Message:
    office.settle()
    return office.ava.last_message("app")


class TestInOneSentence:
    def test_what_is_all_said_is_filed_by_one_confirmation(self, office: Office) -> None:
        said = office.ava.post(SENTENCE, channel="app")
        shown = card(office)
        assert shown.thread_ts == said.ts
        for part in ("Nordwind AG", "SCIM for contractors", "P0", "Risks churn", "€200,000", "31 Mar"):
            assert part in seen(shown)
        assert "Nordwind" not in shown.text
        assert "200" not in shown.text
        office.ava.click("File it", message=shown)
        office.settle()
        request = office.last_request()
        assert (request.priority, request.impact, request.use_case) == (Priority.P0, Impact.RISKS_CHURN, SENTENCE)
        assert (request.account_id, request.arr_typed_minor, request.source) == (3, 20_000_000, "conversation")
        assert f"Filed as GAP-{request.gap_id}" in seen(shown)

    @pytest.mark.parametrize("database_kind", ["sqlite"])
    def test_two_messages_are_enough_where_nothing_is_missing(self, office: Office) -> None:
        before = office.count(Request)
        sentences = (
            "O'Brien is missing quantum-safe signatures, P1, blocks an upsell of 90k",
            "deal breaker for Müller & Söhne: no maps offline; new deal closing end of Q1",
            "Nordwind will churn without louder alarms, must have",
        )
        for number, sentence in enumerate(sentences, start=1):
            said = office.ava.post(sentence, channel="app")
            assert "File it?" in card(office).text
            office.ava.post("yes", channel="app", thread_ts=said.ts)
            office.settle()
            assert office.count(Request) == before + number, sentence

    def test_a_second_click_and_a_yes_file_it_once(self, office: Office) -> None:
        before = office.count(Request)
        said = office.ava.post(SENTENCE, channel="app")
        shown = card(office)
        office.at_once([lambda: office.ava.click("File it", message=shown)] * 2)
        office.ava.post("yes, file it", channel="app", thread_ts=said.ts)
        office.settle()
        assert office.count(Request) == before + 1

    def test_a_gap_that_looks_alike_can_be_joined(self, office: Office) -> None:
        office.ava.post("O'Brien wants SCIM provisioning, P1, churn", channel="app")
        shown = card(office)
        office.ava.choose("conversation.join", "GAP-1", message=shown)
        office.settle()
        office.ava.click("File it", message=shown)
        office.settle()
        assert office.last_request().gap_id == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
class TestQuestionByQuestion:
    def test_only_what_is_missing_is_asked_and_corrections_are_understood(self, office: Office) -> None:
        said = office.ava.post("Apex needs louder alarms", channel="app")
        shown = card(office)
        assert "Which account do you mean?" in seen(shown)
        office.ava.click("conversation.account:1", message=shown)
        office.settle()
        assert "How badly do they need it?" in seen(shown)
        office.ava.click("P1", message=shown)
        office.settle()
        office.ava.post("they would downgrade", channel="app", thread_ts=said.ts)
        shown = card(office)
        assert "Risks a downgrade" in seen(shown)
        office.ava.post("no, P0 and make it 150k", channel="app")
        shown = card(office)
        assert "P0: no workaround" in seen(shown)
        assert "$150,000" in seen(shown)
        office.ava.post("looks good", channel="app")
        office.settle()
        request = office.last_request()
        assert (request.title, request.priority, request.account_id) == ("Louder alarms", Priority.P0, 6)

    def test_an_account_that_nobody_knows_can_be_added(self, office: Office) -> None:
        office.ava.post("Frobozz Ltd needs magic links, P1, new deal", channel="app")
        shown = card(office)
        assert "I do not find “Frobozz Ltd”" in seen(shown)
        office.ava.click("conversation.new_account", message=shown)
        office.settle()
        office.ava.click("File it", message=shown)
        office.settle()
        assert office.last_request().title == "Magic links"

    def test_cancel_start_over_and_nonsense(self, office: Office) -> None:
        before = office.count(Request)
        office.ava.post("Nordwind wants louder alarms", channel="app")
        office.settle()
        office.ava.post("the thing with the pipes", channel="app")
        assert "I did not understand that." in seen(card(office))
        office.ava.post("start over", channel="app")
        assert "What is missing?" in seen(card(office))
        office.ava.post("cancel", channel="app")
        assert seen(card(office)) == "Cancelled. Nothing was filed."
        assert office.count(Request) == before

    def test_what_filing_refuses_is_said_in_the_conversation(self, office: Office) -> None:
        office.ava.post("Nordwind needs faster pipelines, P1, churn", channel="app")
        office.settle()
        office.ava.post("title: Nordwind dashboards", channel="app")
        office.settle()
        office.ava.post("file it", channel="app")
        assert "Leave the customer’s name out" in seen(card(office))

    def test_every_part_can_be_edited_in_a_form(self, office: Office) -> None:
        office.ava.post(SENTENCE, channel="app")
        shown = card(office)
        office.ava.click("Edit", message=shown)
        office.ava.fill({"What is missing?": "Group sync", "Priority": "P1"})
        assert office.ava.submit().ok
        office.settle()
        assert "Group sync" in seen(shown)
        office.ava.click("File it", message=shown)
        office.settle()
        assert (office.last_request().title, office.last_request().priority) == ("Group sync", Priority.P1)

    def test_nobody_answers_in_the_place_of_somebody_else(self, office: Office) -> None:
        office.ava.post(SENTENCE, channel="app")
        office.settle()
        conversation = office.rows(Conversation)[-1]
        value = f'{{"c":{conversation.id},"v":""}}'
        office.act("conversation.file", value, by=office.cem)
        office.settle()
        assert office.rows(Conversation)[-1].state == "open"


@pytest.mark.parametrize("database_kind", ["sqlite"])
class TestFromMessages:
    def test_a_message_becomes_a_request_by_the_shortcut(self, office: Office) -> None:
        message = office.cem.post("Nordwind asked again for louder alarms, P1, €90k renewal", channel="general")
        assert office.ava.shortcut("conversation.file_message", message=message, channel="general").ok
        assert office.ava.submit().ok
        office.settle()
        request = office.last_request()
        origin: RequestOrigin = office.rows(RequestOrigin)[-1]
        assert (request.title, request.account_id, request.requester_id) == ("Louder alarms", 3, office.ava.id)
        assert (origin.request_id, origin.author_id, origin.ts) == (request.id, office.cem.id, message.ts)
        assert origin.permalink
        reply = next(one for one in office.cem.messages("general") if one.thread_ts == message.ts)
        assert f"filed this as *GAP-{request.gap_id}*" in seen(reply)
        assert "Nordwind" not in seen(reply)

    def test_a_message_where_the_bot_is_not_is_filed_all_the_same(self, office: Office) -> None:
        both = [office.world.user(name) for name in ("ava", "cem")]
        office.world.add_channel("deal-room", kind="private", members=both)
        message = office.cem.post("Nordwind asked again for louder alarms, P1, €90k renewal", channel="deal-room")
        assert office.ava.shortcut("conversation.file_message", message=message, channel="deal-room").ok
        assert office.ava.submit().ok
        office.settle()
        assert office.last_request().title == "Louder alarms"
        assert office.dead_jobs() == []

    def test_the_channels_account_is_meant_where_none_is_named(self, office: Office) -> None:
        for name in ("Apex", "nobody at all"):
            office.ava.command("/gap", f"account-channel {name}", channel="general")
        office.ava.command("/gap", "account-channel nordwind", channel="general")
        assert "are about *Nordwind AG*" in seen(office.ava.last_message("general"))
        message = office.cem.post("They need louder alarms, P1, churn", channel="general")
        office.ava.shortcut("conversation.file_message", message=message, channel="general")
        assert office.ava.submit().ok
        assert office.last_request().account_id == 3

    def test_a_mention_below_a_message_means_that_message(self, office: Office) -> None:
        message = office.cem.post("Nordwind needs louder alarms, P1, churn", channel="general")
        bot = office.slack.app.bot_user_id
        office.ava.post(f"<@{bot}> please file this", channel="general", thread_ts=message.ts)
        shown = card(office)
        assert "Louder alarms" in seen(shown)
        office.ava.post("ok", channel="app", thread_ts=shown.ts)
        office.settle()
        assert office.last_request().title == "Louder alarms"

    def test_a_mention_is_answered_where_nobody_reads_along(self, office: Office) -> None:
        bot = office.slack.app.bot_user_id
        said = office.ava.post(f"<@{bot}> Nordwind needs louder alarms, P1, churn, 90k EUR", channel="area-auth")
        office.ava.post(f"<@{bot}> hello", channel="area-auth")
        shown = card(office)
        assert "Nordwind AG" in seen(shown)
        office.ava.click("File it", message=shown)
        office.settle()
        (reply,) = [seen(one) for one in office.cem.messages("area-auth") if one.thread_ts == said.ts]
        assert reply.startswith(f"<@U0AVA> filed this as *GAP-{office.last_gap().id}* Louder alarms. I will tell you")


@pytest.mark.parametrize("database_kind", ["sqlite"])
class TestByReaction:
    """An emoji below somebody's message: the card comes to whoever reacted, the thread hears of the gap."""

    @pytest.fixture
    def office(self, open_office: OpenOffice) -> Office:
        office = open_office(more_policy={"intake": {"reaction": "ticket"}})
        office.settle()
        return office

    def test_a_message_is_filed_and_its_thread_hears_what_becomes_of_it(self, office: Office) -> None:
        message = office.cem.post("Nordwind needs louder alarms, P1, churn", channel="area-auth")
        for name in ("eyes", "ticket", "ticket::skin-tone-2"):
            office.ava.react(name, message=message, channel="area-auth")
        office.settle()
        shown = next(one for one in office.ava.messages("app") if "Here is what I understood" in seen(one))
        assert "message*" in seen(shown)
        office.ava.click("File it", message=shown)
        office.settle()
        request = office.last_request()
        assert (request.title, request.requester_id, request.source) == ("Louder alarms", office.ava.id, "message")
        with office.database.write() as session:
            move(session, Move(gap_id=request.gap_id, wanted=GapState.PLANNED, by=office.pat.id, at=office.now()))
        office.settle()
        replies = [seen(one) for one in office.cem.messages("area-auth") if one.thread_ts == message.ts]
        assert f"filed this as *GAP-{request.gap_id}* Louder alarms." in replies[0]
        assert f"GAP-{request.gap_id} Louder alarms is planned." in replies[1]
        assert "Nordwind" not in str(replies)

    def test_where_guests_read_along_the_title_is_left_out(self, office: Office) -> None:
        message = office.cem.post("Nordwind needs louder alarms, P1, churn", channel="general")
        office.ava.react("ticket", message=message, channel="general")
        office.settle()
        office.ava.click("File it", message=office.ava.last_message("app"))
        office.settle()
        (reply,) = [one for one in office.gus.messages("general") if one.thread_ts == message.ts]
        assert f"filed this as *GAP-{office.last_gap().id}*. I will tell you here" in seen(reply)
        assert "alarms" not in f"{reply.text} {seen(reply)}"

    def test_a_message_that_is_gone_is_nothing(self, office: Office) -> None:
        gone = {"type": "message", "channel": "C0GENERAL", "ts": "1.5"}
        event = {"type": "reaction_added", "user": office.ava.id, "reaction": "ticket", "item": gone}
        office.send("event", office.envelope("event", {"type": "event_callback", "event": event}))
        office.settle()
        assert office.count(Conversation) == 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
class TestWhoElseWrites:
    def test_strangers_get_nothing_and_nothing_is_kept(self, office: Office) -> None:
        for person in (office.gus, office.eve):
            person.post(SENTENCE, channel="app")
        office.settle()
        assert office.count(Conversation) == 0

    def test_a_greeting_is_answered_with_what_the_bot_can_do(self, office: Office) -> None:
        office.ava.post("hello", channel="app")
        assert "I collect what customers miss" in seen(card(office))

    def test_a_long_story_is_cut_to_what_a_form_holds_and_can_be_edited(self, office: Office) -> None:
        story = f"{SENTENCE}. {'They said so again. ' * 400}"
        said = office.ava.post(story, channel="app")
        office.settle()
        office.ava.post(f"use case: {story}", channel="app", thread_ts=said.ts)
        office.ava.click("Edit", message=card(office))
        texts = [one["element"].get("initial_value") or "" for one in office.ava.modal.blocks if "element" in one]
        assert max(map(len, texts)) <= 3000
        assert office.ava.submit().ok
        office.settle()
        office.ava.click("File it", message=card(office))
        office.settle()
        assert len(office.last_request().use_case or "") > 2900

    def test_what_comes_with_a_file_is_read_too(self, office: Office) -> None:
        said = {"channel_type": "im", "user": office.ava.id, "text": SENTENCE, "ts": "1.1", "channel": "D1"}
        for subtype in ("file_share", "message_changed"):
            event = {"type": "message", "subtype": subtype, **said}
            office.send("event", office.envelope("event", {"type": "event_callback", "event": event}))
        office.expects_dead_jobs = True
        assert office.count(Conversation) == 1

    def test_a_restart_in_the_middle_changes_nothing(self, office: Office) -> None:
        event = {"type": "message", "channel_type": "im", "user": office.ava.id, "text": SENTENCE, "ts": "1.1"}
        payload = office.envelope("event", {"type": "event_callback", "event": event | {"channel": "D1"}})
        for _ in range(3):
            office.send("event", payload)
        office.expects_dead_jobs = True
        assert office.count(Conversation) == 1
