"""Who is shown a proposal, and what happens when nobody decides: a reminder, an escalation, an end."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.organisation import EVERYONE
from domain.people import Role
from domain.ports import Clock
from domain.quorum import ProposalState, people_left
from storage import audit, top10
from storage.database import Database
from storage.jobs import Attempt, enqueue
from storage.models import Proposal
from usecases import change_top10
from usecases.change_top10 import BY_RULE
from usecases.eligible import Eligible
from usecases.job_kinds import (
    ESCALATE_PROPOSAL,
    REMIND_OF_PROPOSAL,
    SHOW_PROPOSAL,
    ProposalCopy,
    ProposalMoved,
    RoleWithoutVoice,
    SlotCame,
)

REMIND_AT = 0.75
"""The part of a proposal's time after which who has not spoken is reminded."""
MOST_COPIES = 40
"""A role that a whole department holds is not written to one by one."""


@dataclass(frozen=True, slots=True)
class WatchProposals:
    """Handlers of the jobs that follow a proposal's life."""

    database: Database
    eligible: Eligible
    now: Clock

    def opened(self, attempt: Attempt[ProposalMoved]) -> None:
        """Decide who is shown the proposal, and promise each of them a copy."""
        with self.database.write() as session:
            proposal = top10.proposal(session, attempt.payload.proposal_id)
            if proposal is not None and proposal.copies is None:
                copies = self._copies(session)
                top10.note_copies(session, proposal.id, copies)
                self._show(session, proposal.id, copies)
                self._escalate(session, proposal)
            attempt.complete(session)

    def changed(self, attempt: Attempt[ProposalMoved]) -> None:
        """Promise that every copy is edited, and that a role without a voice is noticed."""
        with self.database.write() as session:
            proposal = top10.proposal(session, attempt.payload.proposal_id)
            if proposal is not None and proposal.copies is not None:
                self._show(session, proposal.id, proposal.copies["to"])
                self._escalate(session, proposal)
            attempt.complete(session)

    def watch(self, attempt: Attempt[SlotCame]) -> None:
        """End what has expired and remind of what soon will."""
        with self.database.write() as session:
            top10.take_turn(session)
            at = self.now()
            for proposal in top10.open_proposals(session):
                self._look_at(session, proposal, at)
            attempt.complete(session)

    def _look_at(self, session: Session, proposal: Proposal, at: datetime) -> None:
        if at >= proposal.expires_at:
            change_top10.end(session, proposal, state=ProposalState.EXPIRED, by=BY_RULE, at=at)
            return
        self._escalate(session, proposal)
        remind_at = proposal.created_at + (proposal.expires_at - proposal.created_at) * REMIND_AT
        if at < remind_at or proposal.reminded_at is not None:
            return
        values = {"reminded_at": at}
        if top10.step(session, proposal_id=proposal.id, expected_version=proposal.version, values=values):
            for user_id in sorted(self._silent(session, proposal)):
                copy = ProposalCopy(proposal_id=proposal.id, to=user_id)
                enqueue(session, REMIND_OF_PROPOSAL, copy, key=f"proposal:{proposal.id}:remind:{user_id}")

    def _silent(self, session: Session, proposal: Proposal) -> frozenset[str]:
        """Those to remind: who was sent a copy and can still speak for a role that has not."""
        asked = frozenset((proposal.copies or {"to": []})["to"])
        left = self._left(session, proposal)
        return asked & frozenset[str]().union(*left.values())

    def _left(self, session: Session, proposal: Proposal) -> dict[Role, frozenset[str]]:
        words = top10.words(session, proposal.id)
        holders, spoken = self.eligible.holders(session), {word.role for word in words}
        return {
            role: people_left(
                self.eligible.quorum, holders=holders[role], words=words, proposed_by=proposal.proposed_by
            )
            for role in self.eligible.quorum.roles
            if role not in spoken
        }

    def _escalate(self, session: Session, proposal: Proposal) -> None:
        """Tell the admins of a role that nobody is left to speak for, once: they may stand in."""
        if proposal.state != ProposalState.OPEN:
            return
        for role, left in self._left(session, proposal).items():
            if left:
                continue
            subject = f"proposal:{proposal.id}"
            for user_id in sorted(self.eligible.admins(session)):
                orphan = RoleWithoutVoice(proposal_id=proposal.id, role=role.value, to=user_id)
                key = f"{subject}:escalate:{role.value}:{user_id}"
                if enqueue(session, ESCALATE_PROPOSAL, orphan, key=key, lane=f"{subject}:{user_id}") is not None:
                    audit.record(
                        session.connection(),
                        at=self.now(),
                        actor_id=BY_RULE,
                        action="proposal.escalated",
                        subject=subject,
                        after={"role": role.value, "to": user_id},
                    )

    def _copies(self, session: Session) -> list[str]:
        """The channel, then everybody who can speak."""
        quorum = self.eligible.quorum
        roles = self.eligible.people.organisation.roles
        named = [role for role in quorum.roles if EVERYONE not in roles.get(role, frozenset())]
        holders = self.eligible.holders(session)
        people = sorted(frozenset[str]().union(*(holders[role] for role in named)))
        return [*([quorum.channel] if quorum.channel else []), *people[:MOST_COPIES]]

    def _show(self, session: Session, proposal_id: int, copies: list[str]) -> None:
        # In the order of the changes: what is edited last is what is true.
        for to in copies:
            copy = ProposalCopy(proposal_id=proposal_id, to=to)
            enqueue(session, SHOW_PROPOSAL, copy, lane=f"proposal:{proposal_id}:{to}")
