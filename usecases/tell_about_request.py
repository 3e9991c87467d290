"""After a request was filed: who is told what, decided from the data of the moment the message is written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.amount import Amount, is_other
from domain.keys import gap_key
from domain.money import ExchangeRates
from domain.organisation import Organisation
from domain.people import PersonKind
from domain.words import GapState, Priority
from storage import gap_index, messages, people, requests
from storage.database import Database
from storage.jobs import Attempt, enqueue
from storage.models import Gap, Request
from usecases.intake_job_kinds import SHOW_TRIAGE, GapToTriage
from usecases.job_kinds import (
    ANNOUNCE_REQUEST,
    CONFIRM_REQUEST,
    REFRESH_CARD,
    SETTLE_CONFIRMATION,
    RequestFiled,
    RequestWithdrawn,
)
from usecases.rank_gaps import Place, RankGaps


@dataclass(frozen=True, slots=True)
class Dispute:
    """Somebody typed another ARR than the CRM has."""

    typed: Amount
    known: Amount
    known_as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the requester is told. Customer data is in it: it goes to the requester alone."""

    request_id: int
    gap_id: int
    gap_title: str
    account: str
    account_is_verified: bool
    opened_gap: bool
    requester_id: str
    is_withdrawn: bool
    dispute: Dispute | None = None

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class PublicCard:
    """What a product area's channel is told. There is no field here that could hold customer data."""

    gap_id: int
    title: str
    area: str
    dri_id: str | None
    state: GapState
    accounts: int
    p0_accounts: int

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class Announcement:
    """The area's card, where it goes, and what the newest request adds to it."""

    card: PublicCard
    channel_id: str
    request_id: int
    priority: Priority
    opened_gap: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class TellAboutRequest:
    """Fan a filed request out into messages, and give each of them its content."""

    database: Database
    organisation: Organisation
    rank: RankGaps

    def fan_out(self, attempt: Attempt[RequestFiled]) -> None:
        """Promise the messages that a filed request leads to, each once."""
        filed = attempt.payload
        with self.database.write() as session:
            request = requests.find(session, filed.request_id)
            if request is not None:
                key, lane = f"request:{request.id}", f"person:{request.requester_id}"
                enqueue(session, CONFIRM_REQUEST, filed, key=f"{key}:confirm", lane=lane)
                area = self.organisation.area(request.gap.area_key)
                if area and area.channel:
                    lane = f"channel:{area.channel}"
                    enqueue(session, ANNOUNCE_REQUEST, filed, key=f"{key}:announce", lane=lane)
                if requests.first_of_gap(session, request.gap_id) == request.id:
                    self._triage(session, request.gap)
            attempt.complete(session)

    def _triage(self, session: Session, gap: Gap) -> None:
        """A new gap can be found from now on, and its DRI has it to decide."""
        gap_index.index_gap(session.connection(), gap_id=gap.id, title=gap.title, problem=gap.problem)
        enqueue(session, SHOW_TRIAGE, GapToTriage(gap_id=gap.id), key=f"triage:{gap.id}:new", lane=f"triage:{gap.id}")

    def fan_out_withdrawal(self, attempt: Attempt[RequestWithdrawn]) -> None:
        """Promise to bring the messages about a withdrawn request up to date."""
        with self.database.write() as session:
            request = requests.find(session, attempt.payload.request_id)
            if request is not None:
                enqueue(session, SETTLE_CONFIRMATION, attempt.payload, lane=f"person:{request.requester_id}")
                area = self.organisation.area(request.gap.area_key)
                if area and area.channel:
                    refresh = RequestFiled(request_id=request.id)
                    enqueue(session, REFRESH_CARD, refresh, lane=f"channel:{area.channel}")
            attempt.complete(session)

    def confirmation(self, request_id: int) -> Confirmation | None:
        """What to tell the requester now; None when there is nobody to tell any more."""
        with self.database.read() as session:
            request = requests.find(session, request_id)
            if request is None or people.kind_of(session, request.requester_id) is not PersonKind.MEMBER:
                return None
            return Confirmation(
                request_id=request.id,
                gap_id=request.gap_id,
                gap_title=request.gap.title,
                account=request.account.name,
                account_is_verified=request.account.is_verified,
                opened_gap=requests.first_of_gap(session, request.gap_id) == request.id,
                requester_id=request.requester_id,
                is_withdrawn=request.withdrawn_at is not None,
                dispute=_dispute(request, self.rank.rates()),
            )

    def announcement(self, request_id: int) -> Announcement | None:
        """What to tell the area's channel now; None when the area has no channel."""
        with self.database.read() as session:
            request = requests.find(session, request_id)
            area = self.organisation.area(request.gap.area_key) if request else None
            if request is None or area is None or area.channel is None:
                return None
            filed = [one for one in requests.of_gap(session, request.gap_id) if one.account.crm_deleted_at is None]
            return Announcement(
                card=PublicCard(
                    gap_id=request.gap_id,
                    title=request.gap.title,
                    area=area.name,
                    dri_id=request.gap.dri_id or area.dri,
                    state=request.gap.state,
                    accounts=len({one.account_id for one in filed}),
                    p0_accounts=len({one.account_id for one in filed if one.priority is Priority.P0}),
                ),
                channel_id=area.channel,
                request_id=request.id,
                priority=request.priority,
                opened_gap=requests.first_of_gap(session, request.gap_id) == request.id,
                is_withdrawn=request.withdrawn_at is not None,
            )

    def standing(self, gap_id: int, *, since_request: int | None = None) -> Place | None:
        """Where the gap stands now, and where it would without one request. The dear part: ask for it last."""
        with self.database.read() as session:
            return self.rank.place(session, gap_id=gap_id, without_request=since_request)

    def posted(self, marker: str) -> messages.Posted | None:
        """Where the message with this marker is, if it was posted."""
        with self.database.read() as session:
            return messages.find(session, marker)


def _dispute(request: Request, rates: ExchangeRates) -> Dispute | None:
    typed, known = request.arr_typed, request.account.arr
    if typed is None or known is None or not is_other(typed, known, rates=rates):
        return None
    return Dispute(typed=Amount.of(typed, rates), known=Amount.of(known, rates), known_as_of=request.account.arr_as_of)
