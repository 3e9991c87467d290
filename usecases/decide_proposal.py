"""Say yes or no to a change of the Top 10. Whoever is too late is told, and nothing of theirs is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import InvalidInput, NotFound
from domain.policy import Action
from domain.ports import Clock
from domain.quorum import AlreadyDecided, ProposalState, Quorum, Word, verdict, voice
from domain.text import clean
from domain.top10 import NoLongerFits
from storage import audit, inbox, top10
from storage.database import Database
from storage.jobs import enqueue
from storage.models import Proposal
from usecases import change_top10, keep_customers_in
from usecases.eligible import Eligible
from usecases.figures import SecondLook
from usecases.job_kinds import DISCUSS_PROPOSAL, SHOW_HOME, PersonGreeted, ProposalTalk
from usecases.keep_customers_in import Written
from usecases.know_people import KnowPeople

LONGEST_REASON = 1000
_HOW = {
    ProposalState.APPLIED: "was approved",
    ProposalState.REJECTED: "was rejected",
    ProposalState.EXPIRED: "has expired",
    ProposalState.OVERTAKEN: "does not fit the list any more",
}


@dataclass(frozen=True, slots=True)
class DecideProposal:
    """One role's word, by somebody who holds the role at this very moment."""

    database: Database
    people: KnowPeople
    eligible: Eligible
    now: Clock

    @property
    def quorum(self) -> Quorum:
        return self.eligible.quorum

    def check(self, proposal_id: int, *, by: str) -> Mapping[int, SecondLook]:
        """Raise as deciding would, so that nobody is asked for a reason in vain.

        Returns the gaps that who approves must have had a second look at.
        """
        with self.database.read() as session:
            proposal, _ = self._voice(session, proposal_id, by, self.now())
            return change_top10.second_looks(proposal)

    def __call__(
        self, proposal_id: int, *, approved: bool, by: str, reason: str = "", has_looked: bool = False
    ) -> ProposalState:
        """Keep the word and apply the change if it was the last one that was missing.

        Raises `NotAllowed`, `AlreadyDecided`, or `InvalidInput` for a no without a reason and for a yes without the
        second look that a gap needs. All of it is one transaction, and one at a time: the unique (proposal, role) and
        the state's compare-and-set only make sure.
        """
        at, why = self.now(), clean(reason)
        with self.database.write() as session:
            top10.take_turn(session)
            proposal, word = self._voice(session, proposal_id, by, at, approved=approved)
            _check_reason(why, approved=approved)
            _check_words(session, proposal, {"reason": why})
            looks = sorted(change_top10.second_looks(proposal)) if approved else []
            if looks and not has_looked:
                raise InvalidInput({"looked": "Say that you have looked at where its demand comes from."})
            if not top10.step(session, proposal_id=proposal_id, expected_version=proposal.version):
                raise AlreadyDecided("Somebody decided this a moment ago.")
            top10.add_decision(
                session, proposal_id=proposal_id, role=word.role, approved=approved, reason=why or None, by=by, at=at
            )
            audit.record(
                session.connection(),
                at=at,
                actor_id=by,
                action="proposal.approve" if approved else "proposal.reject",
                subject=f"proposal:{proposal_id}",
                after={"role": word.role.value} | ({"looked_at": looks} if looks else {}),
                reason=why or None,
            )
            enqueue(session, SHOW_HOME, PersonGreeted(user_id=by))
            return self._settle(session, proposal_id, by=by, at=at)

    def may_discuss(self, proposal_id: int, *, by: str) -> None:
        """Raise as `discuss` would: everybody who may see the ranking may ask about a proposal."""
        with self.database.read() as session:
            self.people.authorised(session, by, Action.SEE_RANKING)
            self._found(session, proposal_id)

    def discuss(self, proposal_id: int, *, said: str, key: str, by: str) -> None:
        """Say something about a proposal in its thread; raise `InvalidInput` or `NotAllowed`."""
        at, words = self.now(), clean(said)
        with self.database.write() as session:
            self.people.authorised(session, by, Action.SEE_RANKING)
            proposal = self._found(session, proposal_id)
            if not words or len(words) > LONGEST_REASON:
                raise InvalidInput({"said": f"Say something, in up to {LONGEST_REASON:,} characters."})
            _check_words(session, proposal, {"said": words})
            if not inbox.first_time(session.connection(), key=key, at=at, subject=f"proposal:{proposal_id}"):
                return
            said_id = top10.add_remark(session, proposal_id=proposal_id, by=by, said=words, at=at)
            enqueue(session, DISCUSS_PROPOSAL, ProposalTalk(proposal_id=proposal_id, by=by, audit_id=said_id))

    def _voice(
        self, session: Session, proposal_id: int, by: str, at: datetime, *, approved: bool = True
    ) -> tuple[Proposal, Word]:
        actor = self.people.authorised(session, by, Action.SEE_RANKING)
        proposal = self._found(session, proposal_id)
        words = top10.words(session, proposal_id)
        role = voice(
            actor,
            quorum=self.quorum,
            words=[] if proposal.state != ProposalState.OPEN else words,
            proposed_by=proposal.proposed_by,
            holders=self.eligible.holders(session),
        )
        if proposal.state != ProposalState.OPEN:
            when = f"{proposal.decided_at:%-d %b %Y %H:%M} UTC" if proposal.decided_at else "meanwhile"
            raise AlreadyDecided(f"This proposal {_HOW[ProposalState(proposal.state)]} ({when}).")
        if at >= proposal.expires_at:
            raise AlreadyDecided("This proposal has expired. Propose it again if it still matters.")
        return proposal, Word(role=role, by=by, approved=approved)

    def _settle(self, session: Session, proposal_id: int, *, by: str, at: datetime) -> ProposalState:
        proposal = self._found(session, proposal_id)
        state = verdict(self.quorum, top10.words(session, proposal_id))
        if state is ProposalState.APPLIED:
            base = change_top10.official(session, at=at)
            # Closed gaps may just have left, and have taken this proposal with them.
            proposal = self._found(session, proposal_id)
            try:
                seats = change_top10.result(session, base.seats, change_top10.change_of(proposal))
            except NoLongerFits:
                state = ProposalState.OVERTAKEN
            else:
                change_top10.put(session, seats, base=base, by=by, at=at, proposal_id=proposal_id)
        if state is ProposalState.OPEN:
            change_top10.changed(session, proposal_id)
        elif proposal.state == ProposalState.OPEN:
            change_top10.end(session, proposal, state=state, by=by, at=at)
        return state

    def _found(self, session: Session, proposal_id: int) -> Proposal:
        proposal = top10.proposal(session, proposal_id)
        if proposal is None:
            raise NotFound("You may not do this, or it does not exist.")
        return proposal


def _check_reason(why: str, *, approved: bool) -> None:
    if not approved and not why:
        raise InvalidInput({"reason": "Say why, so that it can be proposed better."})
    if len(why) > LONGEST_REASON:
        raise InvalidInput({"reason": f"Keep it under {LONGEST_REASON:,} characters."})


def _check_words(session: Session, proposal: Proposal, given: Mapping[str, str]) -> None:
    """Raise `InvalidInput` where something is said that not everybody who decides may read."""
    texts = {field: Written(text) for field, text in given.items()}
    keep_customers_in.check(session, texts, gap_ids=change_top10.change_of(proposal).touches)
