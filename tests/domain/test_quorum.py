"""Whose word a click is, and what the words amount to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotAllowed, Refusal
from domain.people import Actor, PersonKind, Role
from domain.quorum import AlreadyDecided, ProposalState, Quorum, Word, verdict, voice

GTM, PRODUCT, ENGINEERING = Role.GTM, Role.PRODUCT, Role.ENGINEERING
QUORUM = Quorum(delegates={GTM: frozenset({"UDELEGATE"})})
HOLDERS: dict[Role, set[str]] = {
    GTM: {"UGWEN", "UDELEGATE", "UBOTH"},
    PRODUCT: {"UPIET", "UBOTH"},
    ENGINEERING: {"UELI"},
}


def actor(user_id: str, *roles: Role) -> Actor:
    return Actor(user_id=user_id, kind=PersonKind.MEMBER, roles=frozenset(roles))


def speaks_for(
    who: Actor,
    *words: Word,
    proposed_by: str | None = None,
    quorum: Quorum = QUORUM,
    holders: dict[Role, set[str]] = HOLDERS,
) -> Role:
    return voice(who, quorum=quorum, words=words, proposed_by=proposed_by, holders=holders)


def yes(role: Role, by: str) -> Word:
    return Word(role=role, by=by, approved=True)


def test_holders_and_delegates_speak_for_their_role() -> None:
    assert speaks_for(actor("UGWEN", GTM)) is GTM
    assert speaks_for(actor("UDELEGATE")) is GTM


def test_who_holds_two_roles_speaks_for_the_one_that_fewer_could_speak_for() -> None:
    assert speaks_for(actor("UBOTH", GTM, PRODUCT)) is PRODUCT
    assert speaks_for(actor("UBOTH", GTM, PRODUCT), yes(PRODUCT, "UPIET")) is GTM


def test_nobody_speaks_twice_even_with_two_roles() -> None:
    with pytest.raises(AlreadyDecided, match="You have approved this already"):
        speaks_for(actor("UBOTH", GTM, PRODUCT), yes(PRODUCT, "UBOTH"))


def test_the_second_of_a_role_is_told_that_it_has_spoken() -> None:
    with pytest.raises(AlreadyDecided, match="GTM has approved this already"):
        speaks_for(actor("UGWEN", GTM), yes(GTM, "UDELEGATE"))


@pytest.mark.parametrize("who", [actor("UAVA"), actor("UPAT", Role.PM), actor("UADA", Role.ADMIN, Role.REQUESTER)])
def test_others_may_not(who: Actor) -> None:
    with pytest.raises(NotAllowed):
        speaks_for(who)


def test_an_admin_stands_in_for_a_role_that_nobody_is_left_to_speak_for() -> None:
    assert speaks_for(actor("UADA", Role.ADMIN), holders={**HOLDERS, ENGINEERING: set()}) is ENGINEERING
    spoken = yes(PRODUCT, "UONLY")
    assert speaks_for(actor("UADA", Role.ADMIN), spoken, holders={**HOLDERS, ENGINEERING: {"UONLY"}}) is ENGINEERING


def test_who_proposed_does_not_decide_alone() -> None:
    alone = Quorum(roles=(GTM,))
    with pytest.raises(Refusal, match="somebody else"):
        speaks_for(actor("UGWEN", GTM), proposed_by="UGWEN", quorum=alone)
    assert speaks_for(actor("UDELEGATE", GTM), proposed_by="UGWEN", quorum=alone) is GTM
    assert speaks_for(actor("UGWEN", GTM), proposed_by="UGWEN") is GTM


def test_one_no_is_a_no_and_a_yes_takes_all() -> None:
    assert verdict(QUORUM, []) is ProposalState.OPEN
    assert verdict(QUORUM, [yes(GTM, "a"), yes(PRODUCT, "b")]) is ProposalState.OPEN
    assert verdict(QUORUM, [yes(GTM, "a"), yes(PRODUCT, "b"), yes(ENGINEERING, "c")]) is ProposalState.APPLIED
    assert verdict(QUORUM, [yes(GTM, "a"), Word(role=PRODUCT, by="b", approved=False)]) is ProposalState.REJECTED


people = st.sampled_from(["UA", "UB", "UC", "UD"])


@given(
    st.dictionaries(people, st.frozensets(st.sampled_from([GTM, PRODUCT, ENGINEERING, Role.ADMIN]))),
    st.lists(people, max_size=12),
    st.none() | people,
)
def test_whatever_is_clicked_each_role_and_each_person_speaks_at_most_once(
    roles: dict[str, frozenset[Role]], clicks: list[str], proposed_by: str | None
) -> None:
    holders = {role: {who for who, held in roles.items() if role in held} for role in QUORUM.roles}
    words: list[Word] = []
    for who in clicks:
        held = roles.get(who, frozenset())
        try:
            role = voice(actor(who, *held), quorum=QUORUM, words=words, proposed_by=proposed_by, holders=holders)
        except Refusal:
            continue
        assert role in held or Role.ADMIN in held
        words.append(yes(role, who))
    assert len({word.role for word in words}) == len({word.by for word in words}) == len(words)
    assert (verdict(QUORUM, words) is ProposalState.APPLIED) == (len(words) == 3)
