"""The messages that follow a filed request, written when they are sent and not when they were promised."""

from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from domain.words import Priority
from handlers import blocks
from handlers.buttons import Button
from handlers.feature_request.request_buttons import request_buttons
from handlers.messages import Message, Words
from handlers.messenger import ChannelClosed, Messenger
from handlers.response_url import ResponseUrl
from storage.jobs import Attempt
from usecases.job_kinds import RequestFiled, RequestWithdrawn
from usecases.rank_gaps import Place
from usecases.tell_about_request import Announcement, Confirmation, Dispute, PublicCard, TellAboutRequest


@dataclass(frozen=True, slots=True)
class Announcements:
    """Handlers of the jobs that speak about requests."""

    tell: TellAboutRequest
    messenger: Messenger
    response_url: ResponseUrl

    def confirm(self, attempt: Attempt[RequestFiled]) -> None:
        """Tell the requester where the request landed: beside where they filed it, or by DM where that cannot be."""
        told = self.tell.confirmation(attempt.payload.request_id)
        if told is None or told.is_withdrawn:
            return

        def words() -> Message:
            return confirmation(told, self.tell.standing(told.gap_id, since_request=told.request_id))

        channel = attempt.payload.channel_id
        if channel and not channel.startswith("D"):
            try:
                self.messenger.whisper(words, channel=channel, user_id=told.requester_id)
            except ChannelClosed:
                pass  # we are not in there: the DM below reaches them
            else:
                return
        self.messenger.post(
            words,
            channel=self.messenger.direct_channel(told.requester_id),
            marker=f"request:{told.request_id}:confirm",
            is_retry=attempt.number > 1,
        )

    def announce(self, attempt: Attempt[RequestFiled]) -> None:
        """Tell the area's channel: a card for a new gap; for a known one an updated card and a line in its thread."""
        told = self.tell.announcement(attempt.payload.request_id)
        if told is None or told.is_withdrawn:
            return
        marker = f"gap:{told.card.gap_id}:card"
        posted = self.tell.posted(marker)
        is_retry = attempt.number > 1
        if posted is None or not self.messenger.edit(self._card(told), posted):
            # There is none, or somebody deleted it.
            self.messenger.post(
                self._card(told), channel=told.channel_id, marker=marker, is_retry=is_retry, instead_of=posted
            )
            return
        if not told.opened_gap:
            self.messenger.post(
                lambda: one_more(told, self.tell.standing(told.card.gap_id)),
                channel=posted.channel_id,
                marker=f"request:{told.request_id}:announce",
                is_retry=is_retry,
                thread=posted,
            )

    def refresh_card(self, attempt: Attempt[RequestFiled]) -> None:
        """Bring the numbers on the area's card up to date."""
        told = self.tell.announcement(attempt.payload.request_id)
        posted = self.tell.posted(f"gap:{told.card.gap_id}:card") if told else None
        if told and posted:
            self.messenger.edit(self._card(told), posted)

    def settle(self, attempt: Attempt[RequestWithdrawn]) -> None:
        """Replace the confirmation of a withdrawn request, so that its buttons are gone."""
        told = self.tell.confirmation(attempt.payload.request_id)
        if told is None:
            return
        message = withdrawn(told)
        posted = self.tell.posted(f"request:{told.request_id}:confirm")
        if posted is not None:
            self.messenger.edit(message, posted)
        elif attempt.payload.response_url:
            self.response_url.replace(attempt.payload.response_url, message)

    def _card(self, told: Announcement) -> Words:
        return lambda: card(told.card, self.tell.standing(told.card.gap_id))


def confirmation(told: Confirmation, place: Place | None) -> Message:
    """Where the request landed. The text, which previews show, leaves the account out."""
    key, title = told.key, blocks.escaped(told.gap_title)
    verb = "opened" if told.opened_gap else "added to"
    lines: list[Block] = [
        blocks.section(
            f":white_check_mark: Filed for *{blocks.escaped(told.account)}*: {verb} *{key}* {title}\n{_standing(place)}"
        )
    ]
    if not told.account_is_verified:
        lines.append(
            blocks.context("The account is not in the CRM yet: until it is, what it counts for the ranking is capped.")
        )
    if told.dispute:
        lines.append(blocks.context(_disputed(told.dispute)))
    lines.append(request_buttons(request_id=told.request_id, gap_id=told.gap_id, block_id=f"request.{told.request_id}"))
    return Message(text=f"Your request is filed: {verb} {key} {title}. {_standing(place)}", blocks=lines)


def _disputed(dispute: Dispute) -> str:
    as_of = f"as of {dispute.known_as_of:%-d %b %Y} " if dispute.known_as_of else ""
    return (
        f":warning: You typed {dispute.typed.beside(dispute.known)}; {as_of}the CRM says {dispute.known.compact()}. "
        "Both are kept, and the CRM’s counts."
    )


def withdrawn(told: Confirmation) -> Message:
    sentence = f"Withdrawn: your request no longer counts for {told.key} {blocks.escaped(told.gap_title)}."
    return Message(text=sentence, blocks=[blocks.section(f":leftwards_arrow_with_hook: {sentence}")])


def card(told: PublicCard, place: Place | None) -> Message:
    """The area's card: nothing in it says who the customers are or what they pay."""
    owner = f"DRI {blocks.user(told.dri_id)}" if told.dri_id else "No DRI yet"
    key, title = told.key, blocks.escaped(told.title)
    facts = [told.area, told.state.label, _demand(told)]
    if place:
        facts.append(f"#{place.rank} of {place.of}")
    return Message(
        text=f"{key} {title}. {blocks.escaped(told.area)}. {owner}. {_demand(told)}.",
        blocks=[
            blocks.section(
                f":memo: *{key}* {title}\n{owner}",
                block_id=f"gap.{told.gap_id}",
                accessory=blocks.button(
                    "Open", action_id=Button.OPEN_GAP, value=str(told.gap_id), spoken=f"Open {key}"
                ),
            ),
            blocks.context(" · ".join(blocks.escaped(fact) for fact in facts)),
        ],
    )


def one_more(told: Announcement, place: Place | None) -> Message:
    """One more account asks. A P0 is worth the DRI's attention, the rest can wait for the ranking."""
    attention = f" {blocks.user(told.card.dri_id)}" if told.card.dri_id and told.priority is Priority.P0 else ""
    where = f", #{place.rank} of {place.of}" if place else ""
    sentence = f"One more request ({told.priority.label}): {_demand(told.card)}{where}.{attention}"
    return Message(text=sentence, blocks=[blocks.section(sentence)])


def _demand(told: PublicCard) -> str:
    if not told.accounts:
        return "Nobody asks for it at present"
    accounts = "1 account asks" if told.accounts == 1 else f"{told.accounts} accounts ask"
    return f"{accounts}, {told.p0_accounts} as P0" if told.p0_accounts else accounts


def _standing(place: Place | None) -> str:
    """Say the place and how it moved, like “It is #4 of 41 now, up from #6”."""
    if place is None:
        return "It is not in the ranking: the gap is closed."
    where = f"It is #{place.rank} of {place.of}"
    if place.before is None:
        return f"{where}, new in the ranking."
    if place.before == place.rank:
        return f"{where}, as before."
    return f"{where} now, {'up' if place.before > place.rank else 'down'} from #{place.before}."
