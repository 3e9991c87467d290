"""Events become promises: each once by the id that Slack gave it, and only for people who may."""

from collections.abc import Callable

import pytest

from domain.people import PersonKind
from storage.jobs import JobKind
from tests.usecases.office import GUEST, SELLER, Office
from usecases.intake_job_kinds import TELL_STRANGER
from usecases.job_kinds import (
    ANSWER_MESSAGE,
    LOOK_AT_EVERYBODY,
    LOOK_AT_PEOPLE,
    SHOW_HOME,
    SUGGEST_PROMPTS,
    MessageReceived,
)

MESSAGE = MessageReceived(user_id=SELLER, channel_id="D1", ts="1.0", wants="help")
EVENTS: dict[str, tuple[Callable[[Office, str], None], JobKind[object]]] = {
    "home": (lambda office, key: office.use.greet.home_opened(SELLER, key=key), SHOW_HOME),
    "messages": (lambda office, key: office.use.greet.messages_opened(SELLER, "D1", key=key), SUGGEST_PROMPTS),
    "message": (lambda office, key: office.use.greet.message_received(MESSAGE, key=key), ANSWER_MESSAGE),
    "person": (lambda office, key: office.use.greet.people_changed("U1", key=key), LOOK_AT_PEOPLE),
    "group": (lambda office, key: office.use.greet.group_changed(key=key), LOOK_AT_EVERYBODY),
}  # type: ignore[dict-item]


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_delivered_four_times_is_one_promise(office: Office, event: str) -> None:
    happen, kind = EVENTS[event]
    for _ in range(4):
        happen(office, "event:T1:Ev1")
    assert len(office.jobs(kind)) == 1
    happen(office, "event:T1:Ev2")
    assert len(office.jobs(kind)) == 2


def test_answers_to_one_channel_keep_their_order(office: Office) -> None:
    office.use.greet.message_received(MESSAGE, key="event:T1:Ev1")
    (job,) = office.jobs(ANSWER_MESSAGE)
    assert job.lane == "channel:D1"
    assert job.payload == {"user_id": SELLER, "channel_id": "D1", "ts": "1.0", "wants": "help"}


@pytest.mark.parametrize(
    ("kind", "told"),
    [(PersonKind.GUEST, 1), (PersonKind.EXTERNAL, 1), (PersonKind.BOT, 0), (PersonKind.DEACTIVATED, 0)],
)
def test_others_than_members_are_told_why_not_once_a_day(office: Office, kind: PersonKind, told: int) -> None:
    office.person(GUEST, kind)
    for number in range(3):
        office.use.greet.message_received(
            MessageReceived(user_id=GUEST, channel_id="C1", ts="1.0", wants="list"), key=f"event:T1:Ev{number}"
        )
        office.use.greet.messages_opened(GUEST, "D1", key=f"event:T1:Opened{number}")
    assert len(office.jobs(TELL_STRANGER)) == told
    assert office.jobs(ANSWER_MESSAGE) == office.jobs(SUGGEST_PROMPTS) == []
    assert [(row.actor_id, row.subject, row.after) for row in office.audit()] == [
        (GUEST, "message", {"kind": kind.value}),
        (GUEST, "messages", {"kind": kind.value}),
    ]
    office.clock.move(hours=25)
    office.use.turn_away(GUEST, door="message", channel_id="C1")
    assert (len(office.jobs(TELL_STRANGER)), len(office.audit())) == (2 * told, 3)


def test_somebody_unknown_is_asked_about_at_most_once_a_minute(office: Office) -> None:
    message = MessageReceived(user_id="UNEW", channel_id="C1", ts="1.0", wants="list")
    for number in range(3):
        office.use.greet.message_received(message, key=f"event:T1:Ev{number}")
    assert [job.payload for job in office.jobs(LOOK_AT_PEOPLE)] == [{"user_id": "UNEW"}]
    assert office.jobs(ANSWER_MESSAGE) == []
    office.clock.move(minutes=1)
    office.use.turn_away("UNEW", door="message")
    assert len(office.jobs(LOOK_AT_PEOPLE)) == 2
