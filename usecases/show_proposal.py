"""A proposal as its messages show it, from the data of the moment they are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.people import Role
from domain.quorum import ProposalState, Quorum, people_left
from domain.top10 import Change, Difference, NoLongerFits, applied, difference
from storage import messages, top10
from storage.database import Database
from storage.messages import Posted
from storage.models import Proposal
from usecases import change_top10, keep_customers_in
from usecases.eligible import Eligible
from usecases.figures import Figures, SecondLook
from usecases.show_home import MyApproval


@dataclass(frozen=True, slots=True)
class SaidWord:
    """What was said for a role, by whom and when."""

    role: Role
    by: str
    approved: bool
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCard:
    """Everything a message about a proposal says."""

    proposal_id: int
    state: ProposalState
    change: Change
    before: tuple[int, ...]
    after: tuple[int, ...] | None
    figures: Mapping[int, Figures]
    second_looks: Mapping[int, SecondLook]
    titles: Mapping[int, str]
    reason: str | None
    proposed_by: str | None
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    words: tuple[SaidWord, ...]
    missing: tuple[Role, ...]
    """The roles that have not spoken yet."""

    @property
    def difference(self) -> Difference:
        return difference(self.before, self.after or self.before)


@dataclass(frozen=True, slots=True)
class ShowProposal:
    """Reads proposals for messages."""

    database: Database
    eligible: Eligible

    @property
    def quorum(self) -> Quorum:
        return self.eligible.quorum

    def card(self, proposal_id: int) -> ProposalCard | None:
        with self.database.read() as session:
            proposal = top10.proposal(session, proposal_id)
            return _card(session, proposal, self.quorum) if proposal else None

    def posted(self, marker: str) -> Posted | None:
        with self.database.read() as session:
            return messages.find(session, marker)

    def remark(self, proposal_id: int, audit_id: int) -> str:
        """What somebody said about a proposal, as its readers may see it now."""
        with self.database.read() as session:
            proposal = top10.proposal(session, proposal_id)
            touched = change_top10.change_of(proposal).touches if proposal else ()
            return keep_customers_in.shown(session, top10.remark(session, audit_id), gap_ids=touched) or ""

    def places_to_talk(self, proposal_id: int) -> tuple[str, ...]:
        """The channel's copy, whose thread everybody reads; without a channel, each person's."""
        with self.database.read() as session:
            proposal = top10.proposal(session, proposal_id)
            copies: list[str] = (proposal.copies or {"to": []})["to"] if proposal else []
        return tuple(copies[:1]) if self.quorum.channel in copies else tuple(copies)

    def waiting_for(self, session: Session, user_id: str) -> list[MyApproval]:
        """The proposals that this person was asked about and can still speak about."""
        return [
            MyApproval(one.id, change_top10.change_of(one))
            for one in top10.open_proposals(session)
            if user_id in (one.copies or {"to": []})["to"] and user_id in self._asked(session, one)
        ]

    def still_asked(self, proposal_id: int) -> frozenset[str]:
        """Who can still speak about it; nobody once it is decided."""
        with self.database.read() as session:
            proposal = top10.proposal(session, proposal_id)
            if proposal is None or proposal.state != ProposalState.OPEN:
                return frozenset()
            return self._asked(session, proposal)

    def _asked(self, session: Session, proposal: Proposal) -> frozenset[str]:
        words = top10.words(session, proposal.id)
        holders, spoken = self.eligible.holders(session), {word.role for word in words}
        left = (
            people_left(self.quorum, holders=holders[role], words=words, proposed_by=proposal.proposed_by)
            for role in self.quorum.roles
            if role not in spoken
        )
        return frozenset[str]().union(*left)


def _card(session: Session, proposal: Proposal, quorum: Quorum) -> ProposalCard:
    change = change_top10.change_of(proposal)
    is_open = proposal.state == ProposalState.OPEN
    base = top10.latest(session) if is_open else top10.version(session, proposal.base_number)
    try:
        after = tuple(seat.gap_id for seat in applied(base.seats, change))
    except NoLongerFits:
        after = None
    said = top10.decisions(session, proposal.id)

    def fit(text: str | None) -> str | None:
        return keep_customers_in.shown(session, text, gap_ids=change.touches)

    return ProposalCard(
        proposal_id=proposal.id,
        state=ProposalState(proposal.state),
        change=change,
        before=base.gap_ids,
        after=after,
        figures=change_top10.figures_of(proposal),
        second_looks=change_top10.second_looks(proposal),
        titles=top10.titles(session, {*base.gap_ids, *change.touches}),
        reason=fit(proposal.reason) if proposal.proposed_by else proposal.reason,
        proposed_by=proposal.proposed_by,
        created_at=proposal.created_at,
        expires_at=proposal.expires_at,
        decided_at=proposal.decided_at,
        words=tuple(SaidWord(one.role, one.decided_by, one.approved, fit(one.reason), one.decided_at) for one in said),
        missing=tuple(role for role in quorum.roles if role not in {one.role for one in said}),
    )
