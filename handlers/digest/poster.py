"""Post a digest: the message, then its thread, each part once whatever happens in between."""

from dataclasses import dataclass, replace

import structlog
from slack_sdk.errors import SlackApiError

from domain.digest import DigestContent, MoneyShown
from domain.gap_query import quoted
from domain.organisation import Organisation
from handlers.audience import Audience
from handlers.digest import chart_image, messages
from handlers.digest.words import Eyes
from handlers.files import Files
from handlers.messages import Message
from handlers.messenger import ChannelClosed, Messenger
from storage.jobs import Attempt
from storage.messages import Posted
from usecases.job_kinds import DigestBuilt, DigestRefused
from usecases.post_digests import PostDigests, StoredDigest

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DigestPoster:
    """Handlers of the jobs that post digests."""

    digests: PostDigests
    messenger: Messenger
    audience: Audience
    organisation: Organisation
    files: Files

    def post(self, attempt: Attempt[DigestBuilt]) -> None:
        """Post what is missing of a digest."""
        digest = self.digests.stored(attempt.payload.digest_id)
        if digest is None or digest.is_posted:
            return
        is_retry = attempt.number > 1
        try:
            eyes = self._eyes(digest)
            content = self._without_closed(digest.content)
            posted, has_chart = self._root(digest, content, eyes, is_retry=is_retry)
            if not has_chart:
                self._show_picture(digest, content, posted)
            for name, message in messages.details(content, eyes):
                self.messenger.post(
                    message,
                    channel=digest.channel,
                    marker=f"digest:{digest.digest_id}:{name}",
                    is_retry=is_retry,
                    thread=posted,
                )
        except ChannelClosed as closed:
            log.warning("digest.refused", digest_id=digest.digest_id, slack_error=closed.code)
            self.digests.note_refused(digest.digest_id, closed.code, attempt=attempt)
            return
        self.digests.note_posted(digest.digest_id, attempt=attempt)

    def tell_owner(self, attempt: Attempt[DigestRefused]) -> None:
        """Tell who answers for a subscription that its channel refused the digest."""
        told = attempt.payload
        trouble = self.digests.trouble(told.digest_id)
        if trouble is None:
            return
        self.messenger.post(
            messages.refused(*trouble),
            channel=self.messenger.direct_channel(told.to),
            marker=f"digest:{told.digest_id}:refused:{told.to}",
            is_retry=attempt.number > 1,
        )

    def preview(self, content: DigestContent) -> list[Message]:
        """What would be posted to a channel that is only ours."""
        eyes = Eyes(content.money)
        return [self._message(content, eyes), *(message for _, message in messages.details(content, eyes))]

    def _root(self, digest: StoredDigest, content: DigestContent, eyes: Eyes, *, is_retry: bool) -> tuple[Posted, bool]:
        """Post what the channel sees; tell where it is, and whether the trend is in it wherever there is one."""
        marker, plain_marker = f"digest:{digest.digest_id}", f"digest:{digest.digest_id}:plain"
        plain = self.digests.posted(plain_marker)
        if plain is not None:
            return plain, False
        try:
            message = self._message(content, eyes)
            return self.messenger.post(message, channel=digest.channel, marker=marker, is_retry=is_retry), True
        except SlackApiError as refused:
            if refused.response.get("error") != "invalid_blocks" or content.trend is None:
                raise
        # A Slack that does not know charts yet.
        log.warning("digest.without_chart", digest_id=digest.digest_id)
        message = self._message(content, eyes, with_chart=False)
        return self.messenger.post(message, channel=digest.channel, marker=plain_marker, is_retry=is_retry), False

    def _show_picture(self, digest: StoredDigest, content: DigestContent, posted: Posted) -> None:
        """The trend as a file in the thread. Without it the digest is still one: its scores are in the thread too."""
        trend = content.trend
        picture = chart_image.drawn(trend, title=messages.CHART) if trend else None
        if trend is None or picture is None:
            return
        described = chart_image.described(trend, title=messages.CHART)
        name = f"top-gaps-{content.period}-{digest.digest_id}.png"
        try:
            self.files.show(picture, name=name, described=described, thread=posted)
        except SlackApiError as refused:
            log.warning("digest.without_picture", slack_error=refused.response.get("error"))

    def _message(self, content: DigestContent, eyes: Eyes, *, with_chart: bool = True) -> Message:
        names = [self.organisation.area_name(key) for key in content.areas]
        areas = [f"area:{','.join(quoted(key) for key in content.areas)}"] if content.areas else []
        query = " ".join([*areas, content.query]).strip()
        return messages.root(content, eyes, area_names=names, query=query, with_chart=with_chart)

    def _eyes(self, digest: StoredDigest) -> Eyes:
        """What this channel may see now. Beyond the company: no money, no names, whatever is configured."""
        if not self.audience.is_only_ours(digest.channel):
            if digest.content.is_of_customers:
                raise ChannelClosed("shared_with_others")
            return Eyes(MoneyShown.NONE)
        money = digest.content.money
        is_exact = money is MoneyShown.EXACT
        return Eyes(money, names=self.digests.account_names(digest.content) if is_exact else {})

    def _without_closed(self, content: DigestContent) -> DigestContent:
        closed = self.digests.closed_since(content)
        return replace(
            content,
            lines=tuple(line for line in content.lines if line.gap_id not in closed),
            movers=tuple(mover for mover in content.movers if mover.gap_id not in closed),
        )
