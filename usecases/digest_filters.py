"""The filters of a digest: those of `/top-gaps`, and the gaps that pass them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from domain.digest import Subscription
from domain.gap_query import USUAL_PAGE, GapQuery
from domain.organisation import Area
from domain.people import Actor, PersonKind, Role
from domain.policy import Action, may
from usecases.list_gaps import ListedGap, ListGaps
from usecases.read_gap_query import NotUnderstood, read_gap_query

_CONFIGURED = Actor(user_id="gapbot", kind=PersonKind.MEMBER, roles=frozenset({Role.ADMIN}))
"""Who reads for a subscription of the configuration: whoever writes that file may see everything."""


def read_filters(text: str, *, areas: Sequence[Area]) -> GapQuery:
    """Read what could be typed after `/top-gaps`; raise `NotUnderstood`, also for what is no filter."""
    typed = read_gap_query(text, areas=areas)
    if typed.view is not None:
        raise NotUnderstood("A digest keeps its own filters: write those of the view instead of its name.")
    if typed.query.model is not None or typed.query.size != USUAL_PAGE:
        raise NotUnderstood("A digest is made by the usual model, and has a size of its own: leave both out here.")
    return typed.query


def shown_filters(query: GapQuery) -> str:
    """The filters as a channel may read them: whose accounts they are about is left out."""
    hidden = [name for name, values in (("account:…", query.accounts), ("owner:…", query.owners)) if values]
    return " ".join([str(replace(query, areas=(), accounts=(), owners=())), *hidden]).strip()


@dataclass(frozen=True, slots=True)
class FilteredList:
    """The first gaps of the list that the filters leave, and the ids of all of them."""

    query: GapQuery
    lines: tuple[ListedGap, ...]
    gap_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class DigestFilters:
    """Lists what a subscription is about, for who answers for it and with their rights of this moment."""

    list_gaps: ListGaps
    areas: tuple[Area, ...]

    def __call__(self, session: Session, wanted: Subscription) -> FilteredList:
        query = replace(read_filters(wanted.filters, areas=self.areas), areas=wanted.areas)
        listing = self.list_gaps.listings(session, query, self._reader(session, wanted))
        lines = self.list_gaps.lines(session, listing, start=0, stop=wanted.size)
        return FilteredList(
            query=query,
            lines=tuple(one for one in lines if one.position is not None),
            gap_ids=frozenset(int(listing.order.gap_ids[gap]) for gap in listing.listed),
        )

    def _reader(self, session: Session, wanted: Subscription) -> Actor:
        if wanted.owner is None or not wanted.key.startswith("slack:"):
            return _CONFIGURED
        actor = self.list_gaps.people.actor(session, wanted.owner)
        # Who has left sees nobody's customers any more; what is about gaps alone goes on.
        return actor if may(actor, Action.SEE_RANKING) else replace(actor, roles=frozenset())
