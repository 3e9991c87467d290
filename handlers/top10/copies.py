"""The copies of a proposal in Slack: posted once each, edited in place, and settled when it is decided."""

from dataclasses import dataclass

from domain.people import Role
from domain.quorum import ProposalState, role_name
from handlers.messenger import Messenger
from handlers.top10 import messages
from storage.jobs import Attempt
from usecases.job_kinds import ListPublished, ProposalCopy, ProposalTalk, RoleWithoutVoice
from usecases.show_proposal import ProposalCard, ShowProposal
from usecases.show_top10 import ShowTop10


@dataclass(frozen=True, slots=True)
class ProposalCopies:
    """Handlers of the jobs that speak about the Top 10. Exact money is in the direct messages of who decides alone."""

    show_proposal: ShowProposal
    show: ShowTop10
    messenger: Messenger

    def show_copy(self, attempt: Attempt[ProposalCopy]) -> None:
        """Bring one copy up to date; post it where there is none yet."""
        copy = attempt.payload
        card = self.show_proposal.card(copy.proposal_id)
        if card is None:
            return
        marker = _marker(copy)
        is_direct = _is_person(copy.to)
        posted = self.show_proposal.posted(marker)
        if posted is not None:
            self.messenger.edit(messages.proposal(card, exact=is_direct), posted)
        elif card.state is ProposalState.OPEN or not is_direct:
            self.messenger.post(
                lambda: messages.proposal(self._now(card), exact=is_direct),
                channel=self._channel(copy.to),
                marker=marker,
                is_retry=attempt.number > 1,
            )

    def remind(self, attempt: Attempt[ProposalCopy]) -> None:
        """Remind somebody who has still not decided."""
        copy = attempt.payload
        card = self.show_proposal.card(copy.proposal_id)
        if card is None or copy.to not in self.show_proposal.still_asked(copy.proposal_id):
            return
        self.messenger.post(
            messages.reminder(card),
            channel=self._channel(copy.to),
            marker=f"proposal:{copy.proposal_id}:remind:{copy.to}",
            is_retry=attempt.number > 1,
        )

    def escalate(self, attempt: Attempt[RoleWithoutVoice]) -> None:
        """Tell an admin that a role has nobody left."""
        orphan = attempt.payload
        card = self.show_proposal.card(orphan.proposal_id)
        role = Role(orphan.role)
        if card is None or card.state is not ProposalState.OPEN or role not in card.missing:
            return
        self.messenger.post(
            messages.escalation(card, role_name(role)),
            channel=self._channel(orphan.to),
            marker=f"proposal:{orphan.proposal_id}:escalate:{orphan.role}:{orphan.to}",
            is_retry=attempt.number > 1,
        )

    def discuss(self, attempt: Attempt[ProposalTalk]) -> None:
        """Put what somebody said into the proposal's thread; without a channel, before everybody who decides."""
        talk = attempt.payload
        card = self.show_proposal.card(talk.proposal_id)
        if card is None:
            return
        said = self.show_proposal.remark(talk.proposal_id, talk.audit_id)
        for to in self.show_proposal.places_to_talk(talk.proposal_id):
            thread = self.show_proposal.posted(_marker(ProposalCopy(proposal_id=talk.proposal_id, to=to)))
            self.messenger.post(
                messages.remark(card, by=talk.by, said=said),
                channel=thread.channel_id if thread else self._channel(to),
                marker=f"proposal:{talk.proposal_id}:said:{talk.audit_id}:{to}",
                is_retry=attempt.number > 1,
                thread=thread,
            )

    def announce(self, attempt: Attempt[ListPublished]) -> None:
        """Tell the channel of the Top 10 that there is a new version."""
        channel = self.show_proposal.quorum.channel
        if channel is None:
            return
        version = self.show.version(attempt.payload.number)
        self.messenger.post(
            messages.published(version),
            channel=channel,
            marker=f"top10:{version.number}",
            is_retry=attempt.number > 1,
        )

    def _now(self, card: ProposalCard) -> ProposalCard:
        return self.show_proposal.card(card.proposal_id) or card

    def _channel(self, to: str) -> str:
        return self.messenger.direct_channel(to) if _is_person(to) else to


def _is_person(to: str) -> bool:
    return to.startswith(("U", "W"))


def _marker(copy: ProposalCopy) -> str:
    return f"proposal:{copy.proposal_id}:{copy.to}"
