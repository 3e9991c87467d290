"""Everything happens once: what is sent twice, what nobody knows the outcome of, what comes in the wrong order."""

from functools import partial

import pytest

from sandbox.slack.person import Person
from sandbox.slack.submissions import Submission
from sandbox.slack.views import View
from storage.jobs import Rate
from storage.models import AuditRow, Gap, PostedMessage, Request
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.forms import filled_in_form
from tests.scenarios.office import Office, seen

ROUNDS = 20
SLACKS_PACE = Rate(per_second=1.0, burst=3)


def filled_in(office: Office, person: Person, title: str = "Bulk edit of users") -> View:
    office.open_form(person, title)
    person.fill(
        {"Account": "O’Brien", "Priority": "P1", "What is at stake?": "Risks churn", "Product area": "Auth & SSO"}
    )
    return person.modal


def submit(office: Office, person: Person, view: View) -> Submission:
    return office.slack.submissions.submit_unchecked(user=person.user, view=view)


class TestSubmittingTwice:
    def test_at_the_same_moment_files_one_request(self, office: Office) -> None:
        for number in range(ROUNDS):
            view = filled_in_form(office.world.ids.new("V"), title=f"Bulk edit of users {number}", area="auth")
            payload = office.envelope("interaction", {"type": "view_submission", "view": view})

            clicks = office.at_once([partial(office.send, "interaction", payload)] * 2)

            assert [(click.status, click.body) for click in clicks] == [(200, None)] * 2
        office.settle()
        assert office.count(Request) == 4 + ROUNDS
        assert office.count(Gap) == 4 + ROUNDS
        assert office.count(AuditRow, AuditRow.action == "gap.opened") == ROUNDS
        assert len(office.ava.messages("app")) == ROUNDS
        assert len(office.pat.messages("area-auth")) == ROUNDS

    def test_again_after_slack_gave_up_waiting_files_one_request(self, office: Office) -> None:
        view = filled_in(office, office.ava)
        assert submit(office, office.ava, view).ok

        # Slack never saw the answer: the form is still open, and the person tries again.
        office.slack.views._stacks[office.ava.id] = [view]
        assert office.ava.submit().ok

        office.settle()
        assert office.count(Request) == 5
        assert len(office.ava.messages("general")) == 1

    def test_after_a_mistake_was_put_right_files_what_is_right(self, office: Office) -> None:
        view = filled_in(office, office.ava)
        office.ava.type("ARR at stake", "lots")
        assert not submit(office, office.ava, view).ok
        office.ava.type("ARR at stake", "90k")

        assert submit(office, office.ava, view).ok
        assert office.last_request().arr_typed_minor == 9_000_000


class TestTheSameEventAgain:
    def test_four_times_at_once_is_answered_once(self, office: Office) -> None:
        office.slack.events.duplicate(4)

        office.ava.post("Show me the top gaps", channel="app")
        office.settle()

        answers = [message for message in office.ava.messages("app") if message.bot_id]
        assert len(answers) == 1

    def test_out_of_order_and_again_later_is_answered_once_each(self, office: Office) -> None:
        office.slack.events.hold()
        for text in ("help", "top gaps", "hello"):
            office.ava.post(text, channel="app")
        office.slack.events.release(reverse=True)
        office.settle()
        for envelope in list(office.slack.events.sent):
            office.slack.events.deliver(envelope)
        office.settle()

        assert len([message for message in office.ava.messages("app") if message.bot_id]) == 3

    def test_an_event_that_could_not_be_stored_is_answered_when_it_comes_again(self, office: Office) -> None:
        office.expected_statuses.add(503)  # "come again", as Slack does for events alone
        with office.database_locked_for(seconds=2.0):
            office.ava.post("help", channel="app")
            office.slack.events.wait_until_quiet()
        office.settle()

        assert len([message for message in office.ava.messages("app") if message.bot_id]) == 1


class TestMessagesOfUnknownFate:
    @pytest.mark.parametrize("fault", ["error_after_effect", "drop_after_effect", "malformed"])
    def test_a_card_that_arrived_without_our_knowing_is_found_and_not_posted_again(
        self, office: Office, fault: str
    ) -> None:
        office.expected_problems.append("chat.postMessage")
        office.slack.faults.script("chat.postMessage", fault)

        filled_in(office, office.ava)
        assert office.ava.submit().ok
        office.settle(hasten=True)

        (card,) = office.pat.messages("area-auth")
        (known,) = office.rows(PostedMessage, PostedMessage.marker == "gap:5:card")
        assert known.ts == card.ts

    @pytest.mark.parametrize("fault", ["error_before_effect", "drop_before_effect", "error:internal_error"])
    def test_a_card_that_did_not_arrive_is_posted(self, office: Office, fault: str) -> None:
        office.slack.faults.script("chat.postMessage", fault)

        filled_in(office, office.ava)
        assert office.ava.submit().ok
        office.settle(hasten=True)

        assert len(office.pat.messages("area-auth")) == 1

    def test_a_direct_confirmation_is_found_as_well(self, office: Office) -> None:
        office.slack.faults.script("chat.postMessage", "drop_after_effect", "drop_after_effect")

        office.file(office.ava, channel="app")
        office.settle(hasten=True)

        assert len(office.ava.messages("app")) == 1
        assert len(office.pat.messages("area-auth")) == 1

    def test_a_reply_in_a_thread_is_found_as_well(self, office: Office) -> None:
        office.filed(office.ava)
        office.open_form(office.cem, "Single sign-on for contractors")
        office.cem.fill(
            {
                "Account": "Nordwind",
                "Is it one of these?": "GAP-5",
                "Priority": "P1",
                "What is at stake?": "Risks churn",
            }
        )
        office.slack.faults.script("chat.postMessage", "drop_after_effect")
        assert office.cem.submit().ok
        office.settle(hasten=True)

        assert len(office.pat.messages("area-auth")) == 2

    def test_a_card_that_somebody_deleted_comes_back_with_the_next_request(self, office: Office) -> None:
        office.filed(office.ava)
        channel = office.world.channel("area-auth")
        office.slack.messages.delete(channel, channel.messages[-1])

        office.open_form(office.cem, "Single sign-on for contractors")
        office.cem.fill(
            {
                "Account": "Nordwind",
                "Is it one of these?": "GAP-5",
                "Priority": "P1",
                "What is at stake?": "Risks churn",
            }
        )
        office.cem.submit()
        office.settle(hasten=True)

        assert "2 accounts ask" in seen(office.pat.messages("area-auth")[0])


class TestSlackIsNotWell:
    def test_a_limit_is_respected_and_the_message_comes_later(self, office: Office) -> None:
        office.slack.faults.script("chat.postMessage", "429:30", times=2)  # the area's card and the question to its DRI
        filled_in(office, office.ava)
        assert office.ava.submit().ok

        waiting = office.wait_for_job("request.announce", lambda job: job.due_at > job.created_at and not job.token)
        assert (waiting.due_at - waiting.created_at).total_seconds() >= 29
        assert office.pat.messages("area-auth") == []

        office.settle(hasten=True)
        assert len(office.pat.messages("area-auth")) == 1

    def test_while_it_is_down_filing_goes_on_and_messages_come_later_in_order(self, office: Office) -> None:
        office.slack.faults.script("chat.postMessage", "drop_before_effect", times=4)
        office.slack.faults.script("chat.postEphemeral", "drop_before_effect", times=4)
        titles = ["First of three", "Second thing", "Another wish"]
        for title in titles:
            filled_in(office, office.ava, title)
            assert office.ava.submit().ok
        office.settle(hasten=True)

        said = [seen(message) for message in office.pat.messages("area-auth")]
        assert [next(title for title in titles if title in text) for text in said] == titles
        assert len(office.ava.messages("general")) == 3

    def test_a_channel_that_is_gone_ends_its_job_and_nothing_else(self, office: Office) -> None:
        office.world.channel("area-auth").archived = True
        office.expects_dead_jobs = True
        confirmation = office.filed(office.ava)

        assert "*GAP-5*" in seen(confirmation)
        (dead,) = office.dead_jobs()
        assert (dead.kind, dead.error) == ("request.announce", "ChannelClosed: Slack refused the channel: is_archived")

    def test_messages_keep_the_channels_pace(self, open_office: OpenOffice) -> None:
        office = open_office(pace=SLACKS_PACE)
        started = office.world.clock()
        for number, name in enumerate(("ava", "cem", "gwen", "pat", "piet")):
            filled_in(office, office.slack.as_user(name), f"Wish {number} of many")
            assert office.slack.as_user(name).submit().ok
        office.settle()

        sent = [float(message.ts) for message in office.pat.messages("area-auth")]
        # Three may go at once; the fifth comes two seconds after them at the earliest.
        assert len(sent) == 5
        assert sent[4] - started >= 1.9
