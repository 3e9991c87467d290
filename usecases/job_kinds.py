"""What the product promises to do later. Payloads carry ids, never a customer's text."""

from dataclasses import dataclass

from storage.jobs import JobKind


@dataclass(frozen=True, slots=True)
class RequestFiled:
    """A request was stored; `channel_id` is where it was filed from."""

    request_id: int
    channel_id: str | None = None


REQUEST_FILED = JobKind(name="request.filed", payload=RequestFiled)
"""Fans out into the messages below, each with its own lane and retries."""

CONFIRM_REQUEST = JobKind(name="request.confirm", payload=RequestFiled, target="slack")
ANNOUNCE_REQUEST = JobKind(name="request.announce", payload=RequestFiled, target="slack")


@dataclass(frozen=True, slots=True)
class LookAtPeople:
    """Ask Slack who people are: everybody, or one user that acted and is unknown."""

    user_id: str | None = None


LOOK_AT_PEOPLE = JobKind(name="people.look", payload=LookAtPeople, target="slack")


@dataclass(frozen=True, slots=True)
class ShowHome:
    """Publish the Home tab of one person."""

    user_id: str


SHOW_HOME = JobKind(name="home.show", payload=ShowHome, target="slack")


@dataclass(frozen=True, slots=True)
class TidyUp:
    """Forget inbox keys and done jobs that nobody needs any more."""

    slot: float = 0.0


TIDY_UP = JobKind(name="storage.tidy", payload=TidyUp)
