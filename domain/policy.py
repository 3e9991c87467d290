"""The one door: every read or write of the product's things passes `authorise`. Deny is the default."""

from enum import StrEnum

from domain.errors import NotAllowed
from domain.people import Actor, PersonKind, Role


class Action(StrEnum):
    """What an actor can ask for."""

    FILE_REQUEST = "file_request"
    SEARCH_ACCOUNTS = "search_accounts"
    SEE_RANKING = "see_ranking"
    SEE_GAP = "see_gap"
    SEE_EXACT_MONEY = "see_exact_money"
    SEE_CUSTOMERS = "see_customers"
    CHANGE_REQUEST = "change_request"
    MOVE_GAP = "move_gap"
    LINK_ISSUE = "link_issue"
    PROPOSE_TOP10 = "propose_top10"
    SUBSCRIBE = "subscribe"
    SHARE_VIEW = "share_view"
    TRY_WEIGHTS = "try_weights"
    ESTIMATE_GAP = "estimate_gap"
    CORRECT_DEAL = "correct_deal"


_EVERY_ROLE = frozenset(Role)
_LEADERS = frozenset({Role.ADMIN, Role.PM, Role.GTM, Role.PRODUCT, Role.ENGINEERING})

_ALLOWED: dict[Action, frozenset[Role]] = {
    Action.FILE_REQUEST: _EVERY_ROLE,
    Action.SEARCH_ACCOUNTS: _EVERY_ROLE,
    Action.SEE_RANKING: _EVERY_ROLE,
    Action.SEE_GAP: _EVERY_ROLE,
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

# What the person who owns the subject may do with it whatever their role.
_OWNER_MAY = frozenset({Action.CHANGE_REQUEST, Action.MOVE_GAP, Action.LINK_ISSUE})

_REFUSALS = {
    PersonKind.GUEST: "gapbot is for full members of this workspace. Ask your contact there to file this for you.",
    PersonKind.EXTERNAL: "gapbot is for full members of this workspace. Ask your contact there to file this for you.",
    PersonKind.BOT: "gapbot does not take requests from other bots.",
    PersonKind.DEACTIVATED: "This Slack account is deactivated, so I cannot act for it.",
    PersonKind.UNKNOWN: "I do not know you yet and am asking Slack who you are. Please try again in a few seconds.",
}


def why_not(kind: PersonKind) -> str:
    """The sentence for somebody who is no full member."""
    return _REFUSALS[kind]


class Stranger(NotAllowed):
    """Not a full member of the workspace, as far as Slack has told us."""

    def __init__(self, actor: Actor) -> None:
        super().__init__(why_not(actor.kind))
        self.kind = actor.kind
        self.user_id = actor.user_id


def may(actor: Actor, action: Action, *, owner: str | None = None) -> bool:
    """Tell whether `authorise` would let this pass."""
    if actor.kind is not PersonKind.MEMBER:
        return False
    if actor.roles & _ALLOWED[action]:
        return True
    return action in _OWNER_MAY and owner == actor.user_id


def authorise(actor: Actor, action: Action, *, owner: str | None = None) -> None:
    """Raise `NotAllowed` unless the actor may do this to something of `owner` right now."""
    if actor.kind is not PersonKind.MEMBER:
        raise Stranger(actor)
    if not may(actor, action, owner=owner):
        raise NotAllowed("You may not do this, or it does not exist.")
