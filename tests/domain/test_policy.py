"""Who may do what: every kind of person, with every role, for every action."""

import itertools

import pytest

from domain.errors import NotAllowed
from domain.people import Actor, PersonKind, Role
from domain.policy import Action, Stranger, authorise, may

STRANGERS = [kind for kind in PersonKind if kind is not PersonKind.MEMBER]
_ALL = frozenset(Role)
_LEADERS = _ALL - {Role.REQUESTER}
ALLOWED = {
    Action.FILE_REQUEST: _ALL,
    Action.SEARCH_ACCOUNTS: _ALL,
    Action.SEE_RANKING: _ALL,
    Action.SEE_GAP: _ALL,
    Action.SEE_EXACT_MONEY: _LEADERS,
    Action.SEE_CUSTOMERS: _LEADERS,
    Action.CHANGE_REQUEST: frozenset({Role.ADMIN, Role.PM}),
    Action.MOVE_GAP: frozenset({Role.ADMIN, Role.PM}),
    Action.LINK_ISSUE: frozenset({Role.ADMIN, Role.PM, Role.PRODUCT, Role.ENGINEERING}),
    Action.PROPOSE_TOP10: frozenset({Role.ADMIN, Role.PM, Role.GTM}),
    Action.SUBSCRIBE: _LEADERS,
    Action.SHARE_VIEW: _LEADERS,
    Action.TRY_WEIGHTS: _LEADERS,
    Action.ESTIMATE_GAP: frozenset({Role.ADMIN, Role.PM, Role.PRODUCT, Role.ENGINEERING}),
    Action.CORRECT_DEAL: frozenset({Role.ADMIN, Role.PM}),
}


def actor(*roles: Role, kind: PersonKind = PersonKind.MEMBER) -> Actor:
    return Actor(user_id="U1", kind=kind, roles=frozenset(roles))


def passes(who: Actor, action: Action, *, owner: str | None = None) -> bool:
    """Ask both doors; they must agree."""
    try:
        authorise(who, action, owner=owner)
    except NotAllowed:
        assert not may(who, action, owner=owner)
        return False
    assert may(who, action, owner=owner)
    return True


def test_this_table_knows_every_action() -> None:
    assert set(ALLOWED) == set(Action)


@pytest.mark.parametrize(("kind", "role", "action"), list(itertools.product(PersonKind, Role, Action)))
def test_every_kind_role_and_action(kind: PersonKind, role: Role, action: Action) -> None:
    expected = kind is PersonKind.MEMBER and role in ALLOWED[action]
    assert passes(actor(role, kind=kind), action) == expected


@pytest.mark.parametrize("action", list(Action))
def test_a_member_without_a_role_may_nothing(action: Action) -> None:
    assert not passes(actor(), action)
    assert not passes(actor(), action, owner="U2")


@pytest.mark.parametrize("action", list(Action))
def test_owning_the_subject_lets_people_correct_their_request_and_move_their_gap_only(action: Action) -> None:
    assert passes(actor(), action, owner="U1") == (
        action in {Action.CHANGE_REQUEST, Action.MOVE_GAP, Action.LINK_ISSUE}
    )


@pytest.mark.parametrize(("kind", "action"), list(itertools.product(STRANGERS, Action)))
def test_strangers_may_nothing_even_with_every_role_and_their_own_things(kind: PersonKind, action: Action) -> None:
    assert not passes(actor(*Role, kind=kind), action, owner="U1")


@pytest.mark.parametrize("kind", STRANGERS)
def test_strangers_hear_why_in_a_sentence(kind: PersonKind) -> None:
    with pytest.raises(Stranger) as refused:
        authorise(actor(kind=kind), Action.FILE_REQUEST)
    assert refused.value.sentence.endswith(".")
    assert refused.value.kind is kind


def test_a_refusal_does_not_tell_whether_the_thing_exists() -> None:
    with pytest.raises(NotAllowed) as others:
        authorise(actor(), Action.CHANGE_REQUEST, owner="U2")
    with pytest.raises(NotAllowed) as nothing:
        authorise(actor(), Action.CHANGE_REQUEST, owner=None)
    assert others.value.sentence == nothing.value.sentence
