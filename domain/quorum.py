"""Who has to agree to a change of the Top 10, and whose word a click is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from domain.errors import NotAllowed, Overtaken, Refusal
from domain.people import Actor, Role


class ProposalState(StrEnum):
    """What became of a proposal. `OVERTAKEN`: it was agreed to, but the list had changed too much meanwhile."""

    OPEN = "open"
    APPLIED = "applied"
    REJECTED = "rejected"
    EXPIRED = "expired"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """The roles that must all agree, who may speak for each besides its holders, and for how long."""

    roles: tuple[Role, ...] = (Role.GTM, Role.PRODUCT, Role.ENGINEERING)
    delegates: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    expires_after: timedelta = timedelta(days=7)
    channel: str | None = None

    def held_by(self, actor: Actor) -> list[Role]:
        """The roles that this person can speak for, in the order of the quorum."""
        return [
            role for role in self.roles if role in actor.roles or actor.user_id in self.delegates.get(role, frozenset())
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one role has said."""

    role: Role
    by: str
    approved: bool


class AlreadyDecided(Overtaken):
    """Somebody was faster, or it was this very person."""


def verdict(quorum: Quorum, words: Sequence[Word]) -> ProposalState:
    """What the words that were given amount to: one no is a no, a yes takes all."""
    if any(not word.approved for word in words):
        return ProposalState.REJECTED
    agreed = {word.role for word in words}
    return ProposalState.APPLIED if agreed.issuperset(quorum.roles) else ProposalState.OPEN


def people_left(
    quorum: Quorum, *, holders: Collection[str], words: Sequence[Word], proposed_by: str | None
) -> frozenset[str]:
    """Who of a role's holders can still speak for it: nobody speaks twice, and who proposed does not decide alone."""
    spoken = {word.by for word in words}
    return frozenset(holders) - spoken - ({proposed_by} if len(quorum.roles) == 1 else set())


def voice(
    actor: Actor,
    *,
    quorum: Quorum,
    words: Sequence[Word],
    proposed_by: str | None,
    holders: Mapping[Role, Collection[str]],
) -> Role:
    """For which role this person's click counts; raise `NotAllowed`, `AlreadyDecided` or a `Refusal`.

    Who holds several roles speaks for one: the one that fewest others could speak for. An admin stands in for a role
    that nobody is left to speak for.
    """
    held = quorum.held_by(actor)
    undecided = [role for role in quorum.roles if role not in {word.role for word in words}]
    left = {
        role: people_left(quorum, holders=holders[role], words=words, proposed_by=proposed_by) for role in undecided
    }
    orphaned = [role for role in undecided if not left[role]] if Role.ADMIN in actor.roles else []
    if not held and not orphaned:
        raise NotAllowed("You may not do this, or it does not exist.")
    own = next((word for word in words if word.by == actor.user_id), None)
    if own is not None:
        raise AlreadyDecided(f"You have {'approved' if own.approved else 'rejected'} this already.")
    if len(quorum.roles) == 1 and actor.user_id == proposed_by:
        raise Refusal("You proposed this, so somebody else has to decide.")
    mine = [role for role in undecided if role in held or role in orphaned]
    if not mine:
        first = next(word for word in words if word.role in held)
        raise AlreadyDecided(
            f"{role_name(first.role)} has {'approved' if first.approved else 'rejected'} this already."
        )
    return min(mine, key=lambda role: len(left[role] - {actor.user_id}))


def role_name(role: Role) -> str:
    """The role as people say it."""
    return _NAMES[role]


_NAMES = {
    Role.ADMIN: "Admin",
    Role.PM: "Product management",
    Role.GTM: "GTM",
    Role.PRODUCT: "Product",
    Role.ENGINEERING: "Engineering",
    Role.REQUESTER: "Requesters",
}
