"""Addresses that cannot be meant, waits in every form, and answers of old and strange GitLabs."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.issue_tracker_errors import Misunderstood, NotVisible, Unreachable
from integrations.gitlab_errors import LONGEST_WAIT, answer_error, refused_by_graphql, retry_after
from integrations.gitlab_session import UnusableAddress, instance_at
from sandbox.gitlab.server import GitLabServer
from tests.integrations.gitlab_house import START, House


class TestAddress:
    @pytest.mark.parametrize(
        ("given", "meant"),
        [
            ("https://gitlab.example.com", "https://gitlab.example.com"),
            (" https://GitLab.Example.com/ ", "https://gitlab.example.com"),
            ("https://example.com/tools/gitlab/", "https://example.com/tools/gitlab"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ],
    )
    def test_is_read(self, given: str, meant: str) -> None:
        assert instance_at(given) == meant

    @pytest.mark.parametrize(
        "given",
        [
            "gitlab.example.com",
            "http://gitlab.example.com",
            "https://user@gitlab.example.com",
            "https://a/?b",
            "",
            "ssh://a",
        ],
    )
    def test_cannot_be_meant(self, given: str) -> None:
        with pytest.raises(UnusableAddress, match="GITLAB_URL"):
            instance_at(given)


class TestWait:
    def test_of_seconds_a_date_and_a_reset(self) -> None:
        at = START + timedelta(minutes=3)
        for headers in (
            {"Retry-After": "180"},
            {"Retry-After": format_datetime(at, usegmt=True)},
            {"RateLimit-Reset": str(int(at.timestamp()))},
        ):
            assert retry_after(headers, now=START) == timedelta(minutes=3)

    def test_of_the_past_is_short(self) -> None:
        past = format_datetime(START - timedelta(hours=1), usegmt=True)
        assert retry_after({"Retry-After": past}, now=START) == timedelta(seconds=1)

    @given(st.text(), st.text())
    def test_of_anything_is_between_a_second_and_a_day(self, after: str, reset: str) -> None:
        found = retry_after({"Retry-After": after, "RateLimit-Reset": reset}, now=datetime(2026, 1, 5, tzinfo=UTC))
        assert timedelta(seconds=1) <= found <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (408, Unreachable),
        (409, Unreachable),
        (400, Misunderstood),
        (422, Misunderstood),
        (599, Unreachable),
        (0, Misunderstood),
    ],
)
def test_statuses_of_rarer_kinds(status: int, kind: type[Exception]) -> None:
    assert isinstance(answer_error(status=status, body=b"", is_write=True), kind)


def test_graphql_has_its_own_word_for_hidden() -> None:
    hidden = "The resource that you are attempting to access does not exist or you don't have permission to"
    assert isinstance(refused_by_graphql([hidden]), NotVisible)
    assert isinstance(refused_by_graphql(["Field 'x' doesn't exist on type 'WorkItem'"]), Misunderstood)


def test_we_do_not_follow_to_another_host(house: House) -> None:
    """The token would go along: requests takes off `Authorization` only."""
    with GitLabServer(house.world) as elsewhere:
        tracker = house.tracker()
        house.gitlab.shapes.base_url = elsewhere.base_url
        house.gitlab.faults.script("user.read", "301")

        with pytest.raises(Misunderstood, match="another host"):
            tracker.account()

    assert elsewhere.records.calls == []


def test_rows_that_make_no_sense(house: House) -> None:
    ref = house.seen(house.issue()).ref
    house.gitlab.shapes.issue = lambda _: {}  # type: ignore[method-assign,assignment]

    with pytest.raises(Misunderstood, match="not its API"):
        house.tracker().read(ref)
