"""Somebody else holds the database for a while: what people are told is what was stored, and in time."""

import time
from functools import partial

import pytest

from sandbox.slack.submissions import Submission
from storage.models import Request
from tests.scenarios.office import Office

IN_TIME_SECONDS = 2.5
"""Half a second before Slack stops listening."""
BUSY = "I could not save this: my database is busy. Please try again in a moment."
PEOPLE = ("ava", "cem", "gwen", "pat", "piet", "eli", "ada", "priya")


def filled_in(office: Office, name: str) -> None:
    person = office.slack.as_user(name)
    office.open_form(person, f"Wish of {name}")
    person.fill({"Account": "O’Brien", "Priority": "P1", "What is at stake?": "Risks churn"})


def timed_submission(office: Office, name: str) -> tuple[float, Submission]:
    started = time.monotonic()
    submission = office.slack.as_user(name).submit()
    return time.monotonic() - started, submission


@pytest.mark.parametrize("seconds", [0.5, 5.0])
def test_a_submission_is_kept_and_confirmed_or_refused_and_not_kept(office: Office, seconds: float) -> None:
    filled_in(office, "ava")
    with office.database_locked_for(seconds=seconds):
        took, submission = timed_submission(office, "ava")

    assert took < IN_TIME_SECONDS
    assert submission.error is None
    assert office.count(Request) == 4 + submission.ok
    if not submission.ok:
        assert list(submission.errors.values()) == [BUSY]

    # The form is still open with everything in it; trying again is enough.
    if not submission.ok:
        assert office.ava.submit().ok
    office.settle()
    assert office.count(Request) == 5
    assert len(office.ava.messages("general")) == 1


def test_nor_does_a_crowd_wait_longer(office: Office) -> None:
    for name in PEOPLE:
        filled_in(office, name)
    with office.database_locked_for(seconds=5.0):
        answers = office.at_once([partial(timed_submission, office, name) for name in PEOPLE])

    assert max(took for took, _ in answers) < IN_TIME_SECONDS
    assert [submission.error for _, submission in answers] == [None] * len(PEOPLE)
    assert office.count(Request) == 4 + sum(submission.ok for _, submission in answers)


def test_looking_says_that_it_is_busy_too(office: Office) -> None:
    with office.database_locked_for(seconds=5.0):
        started = time.monotonic()
        assert office.ava.command("/top-gaps", channel="general").ok
        assert time.monotonic() - started < IN_TIME_SECONDS

    said = office.ava.last_message("general").text
    assert "SCIM" in said or "busy" in said
