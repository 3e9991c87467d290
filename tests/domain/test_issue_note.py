"""The internal note counts and links; it has no words of anybody's."""

import random
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from domain.issue_note import NoteDetail, NotedGap, NotedRequest, note_text
from domain.words import Impact, Priority

REQUESTS = st.builds(
    NotedRequest,
    account_id=st.integers(1, 9),
    priority=st.sampled_from(Priority),
    impact=st.sampled_from(Impact),
    crm_id=st.none() | st.from_regex(r"001[a-zA-Z0-9]{15}", fullmatch=True),
)


def requested(account_id: int, priority: Priority, impact: Impact, crm_id: str | None = None) -> NotedRequest:
    return NotedRequest(account_id=account_id, priority=priority, impact=impact, crm_id=crm_id)


def test_it_says_how_many_ask_how_badly_what_is_at_stake_and_where_to_look() -> None:
    gap = NotedGap(
        key="GAP-42",
        requests=(
            requested(1, Priority.P0, Impact.BLOCKS_NEW_DEAL, "001A"),
            requested(1, Priority.P1, Impact.RISKS_CHURN, "001A"),
            requested(2, Priority.P1, Impact.NONE),
        ),
    )
    assert note_text([gap], detail=NoteDetail.LINKS, crm_url="https://acme.my.salesforce.com/") == (
        "**GAP-42**: 2 accounts ask for it.\n\n"
        "- Priorities: 1 × P0, 2 × P1\n"
        "- At stake: 1 × blocks a new deal, 1 × risks churn\n\n"
        "Accounts in Salesforce:\n\n"
        "- [001A](https://acme.my.salesforce.com/001A)\n\n"
        "_Counted by gapbot, which updates this note. Names and amounts stay in Salesforce._"
    )


def test_it_can_do_without_links() -> None:
    gap = NotedGap(key="GAP-1", requests=(requested(1, Priority.P0, Impact.NONE, "001A"),))
    assert "001A" not in note_text([gap], detail=NoteDetail.NONE, crm_url="https://acme.example")
    assert "001A" not in note_text([gap], detail=NoteDetail.LINKS, crm_url=None)


def test_it_says_so_when_nobody_asks_any_more() -> None:
    assert "no account asks for it" in note_text([NotedGap(key="GAP-1")], detail=NoteDetail.LINKS, crm_url=None)


def test_many_accounts_are_cut_and_counted() -> None:
    requests = [requested(number, Priority.P1, Impact.NONE, f"001{number:04d}") for number in range(60)]
    text = note_text([NotedGap(key="GAP-1", requests=requests)], detail=NoteDetail.LINKS, crm_url="https://crm.example")
    assert text.count("](https://crm.example/001") == 50
    assert "- and 10 more" in text


@given(st.lists(REQUESTS, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_requests_does_not_show(requests: list[NotedRequest], dice: random.Random) -> None:
    mixed = dice.sample(requests, k=len(requests))
    one, other = (
        note_text([NotedGap(key="GAP-1", requests=given)], detail=NoteDetail.LINKS, crm_url="https://crm.example")
        for given in (requests, mixed)
    )
    assert one == other


def test_the_types_have_no_place_for_a_name_or_an_amount() -> None:
    assert {field.name for field in fields(NotedRequest)} == {"account_id", "priority", "impact", "crm_id"}
    assert {field.name for field in fields(NotedGap)} == {"key", "requests"}
