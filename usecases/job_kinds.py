"""What the product promises to do later. Payloads carry ids, never a customer's text."""

from dataclasses import dataclass
from datetime import datetime

from storage.jobs import JobKind

THROUGH_AN_OUTAGE = 24
"""Attempts of what must reach Slack: with backoff up to ten minutes they outlast an outage of two and a half hours."""


@dataclass(frozen=True, slots=True)
class RequestFiled:
    """A request was stored; `channel_id` is where it was filed from."""

    request_id: int
    channel_id: str | None = None


REQUEST_FILED = JobKind(name="request.filed", payload=RequestFiled)
"""Fans out into the messages below, each with its own lane and retries."""

CONFIRM_REQUEST = JobKind(name="request.confirm", payload=RequestFiled, target="slack", max_attempts=THROUGH_AN_OUTAGE)
ANNOUNCE_REQUEST = JobKind(
    name="request.announce", payload=RequestFiled, target="slack", max_attempts=THROUGH_AN_OUTAGE
)


@dataclass(frozen=True, slots=True)
class RequestWithdrawn:
    """A request was taken back. `response_url` reaches the message whose button was pressed, for half an hour."""

    request_id: int
    response_url: str | None = None


REQUEST_WITHDRAWN = JobKind(name="request.withdrawn", payload=RequestWithdrawn)
SETTLE_CONFIRMATION = JobKind(name="request.settle", payload=RequestWithdrawn, target="slack", max_attempts=4)
REFRESH_CARD = JobKind(name="gap.refresh_card", payload=RequestFiled, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class LookAtPeople:
    """Ask Slack who somebody is, who acted or changed."""

    user_id: str


LOOK_AT_PEOPLE = JobKind(name="people.look", payload=LookAtPeople, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class PersonGreeted:
    """Somebody opened one of the app's tabs."""

    user_id: str
    channel_id: str | None = None


SHOW_HOME = JobKind(name="home.show", payload=PersonGreeted, target="slack")
SUGGEST_PROMPTS = JobKind(name="messages.suggest_prompts", payload=PersonGreeted, target="slack", max_attempts=3)


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """Somebody wrote to the bot. `wants` is what was understood of it; the words themselves are not kept."""

    user_id: str
    channel_id: str
    ts: str
    wants: str


ANSWER_MESSAGE = JobKind(name="message.answer", payload=MessageReceived, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class PageWanted:
    """Somebody turned a page of the ranked list, or wants it otherwise. Of old buttons only the size is known."""

    page: int
    size: int
    user_id: str
    response_url: str
    query: str | None = None
    is_table: bool = False


TURN_PAGE = JobKind(name="top_gaps.turn_page", payload=PageWanted, max_attempts=3)


@dataclass(frozen=True, slots=True)
class ViewWanted:
    """Somebody looks at a window that says it will be filled; what with, and of what."""

    view_id: str
    user_id: str
    what: str
    values: dict[str, str]


DRAW_VIEW = JobKind(name="views.draw", payload=ViewWanted, max_attempts=3)


@dataclass(frozen=True, slots=True)
class CsvWanted:
    """Somebody wants the whole list of a query as a file."""

    user_id: str
    query: str


SEND_CSV = JobKind(name="top_gaps.send_csv", payload=CsvWanted, target="slack", max_attempts=8)


@dataclass(frozen=True, slots=True)
class SlotCame:
    """A schedule's time has come."""

    slot: str = ""


LOOK_AT_EVERYBODY = JobKind(name="people.look_at_everybody", payload=SlotCame, target="slack")
TIDY_UP = JobKind(name="storage.tidy_up", payload=SlotCame)
TAKE_SNAPSHOT = JobKind(name="ranking.snapshot", payload=SlotCame)


@dataclass(frozen=True, slots=True)
class MirrorWanted:
    """The CRM is to be mirrored: what has changed, or everything. One that began after `wanted_at` is enough."""

    wanted_at: datetime
    is_full: bool = False


MIRROR_CUSTOMERS = JobKind(name="salesforce.mirror", payload=MirrorWanted, time_limit=6 * 3600.0)
"""A first load of a large organisation takes hours where its CRM is slow."""


@dataclass(frozen=True, slots=True)
class GapChanged:
    """Something happened to a gap that those who asked for it shall hear of."""

    change_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAtOrigin:
    """A change, and the message that it is noted below: the one that this request was made from."""

    change_id: int
    request_id: int


GAP_CHANGED = JobKind(name="gap.changed", payload=GapChanged)
"""Fans out into notices, and lets a closed gap leave the Top 10."""


@dataclass(frozen=True, slots=True)
class ProposalMoved:
    """A proposal for the Top 10 was opened, spoken about or decided."""

    proposal_id: int


PROPOSAL_OPENED = JobKind(name="proposal.opened", payload=ProposalMoved)
PROPOSAL_CHANGED = JobKind(name="proposal.changed", payload=ProposalMoved)


@dataclass(frozen=True, slots=True)
class ProposalCopy:
    """One of the messages that show a proposal: the channel or the person it goes to."""

    proposal_id: int
    to: str


SHOW_PROPOSAL = JobKind(name="proposal.show", payload=ProposalCopy, target="slack", max_attempts=THROUGH_AN_OUTAGE)
REMIND_OF_PROPOSAL = JobKind(
    name="proposal.remind", payload=ProposalCopy, target="slack", max_attempts=THROUGH_AN_OUTAGE
)


@dataclass(frozen=True, slots=True)
class RoleWithoutVoice:
    """Nobody is left who can speak for a role; `to` is who hears of it."""

    proposal_id: int
    role: str
    to: str


ESCALATE_PROPOSAL = JobKind(
    name="proposal.escalate", payload=RoleWithoutVoice, target="slack", max_attempts=THROUGH_AN_OUTAGE
)


@dataclass(frozen=True, slots=True)
class ProposalTalk:
    """Somebody wants to talk about a proposal: what they said is in the database, under this key."""

    proposal_id: int
    by: str
    audit_id: int


DISCUSS_PROPOSAL = JobKind(
    name="proposal.discuss", payload=ProposalTalk, target="slack", max_attempts=THROUGH_AN_OUTAGE
)


@dataclass(frozen=True, slots=True)
class ListPublished:
    """There is a new version of the Top 10."""

    number: int


ANNOUNCE_TOP10 = JobKind(name="top10.announce", payload=ListPublished, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class PeriodCame:
    """A weekly period began: its name, which is used once."""

    period: str


RUN_TOP10 = JobKind(name="top10.run", payload=PeriodCame)
WATCH_PROPOSALS = JobKind(name="top10.watch", payload=SlotCame)


@dataclass(frozen=True, slots=True)
class SearchWanted:
    """An open form waits for an account that only the CRM may know."""

    search_id: int


SEARCH_CRM = JobKind(name="salesforce.search", payload=SearchWanted, max_attempts=2)
"""Somebody looks at the form: an answer that takes longer than two tries is none."""

KNOW_OWNERS = JobKind(name="salesforce.owners", payload=SlotCame, max_attempts=4)
"""Find out who the CRM's owners are in Slack."""


@dataclass(frozen=True, slots=True)
class DigestDue:
    """A subscription's digest of a period shall be built."""

    subscription: str
    period: str


DIGEST_DUE = JobKind(name="digest.due", payload=DigestDue)


@dataclass(frozen=True, slots=True)
class DigestBuilt:
    """A digest is stored and shall be posted."""

    digest_id: int


POST_DIGEST = JobKind(name="digest.post", payload=DigestBuilt, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class DigestRefused:
    """A digest could not be posted; `to` is who answers for its subscription."""

    digest_id: int
    to: str


TELL_OF_DIGEST = JobKind(name="digest.refused", payload=DigestRefused, target="slack", max_attempts=THROUGH_AN_OUTAGE)


NOTE_CHANGE_AT_ORIGIN = JobKind(
    name="gap.note_change_at_origin", payload=ChangeAtOrigin, target="slack", max_attempts=THROUGH_AN_OUTAGE
)
NOTE_CHANGE_IN_THREAD = JobKind(
    name="gap.note_change", payload=GapChanged, target="slack", max_attempts=THROUGH_AN_OUTAGE
)


@dataclass(frozen=True, slots=True)
class NoticesReady:
    """Some notices are to go to one person, in one message."""

    user_id: str
    batch: str


SEND_NOTICES = JobKind(name="notices.send", payload=NoticesReady, target="slack", max_attempts=THROUGH_AN_OUTAGE)
DELIVER_NOTICES = JobKind(name="notices.deliver", payload=SlotCame)
CHECK_PROMISES = JobKind(name="promises.check", payload=SlotCame)
