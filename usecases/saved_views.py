"""Queries with names: kept for oneself or for everybody, found by what was typed."""

from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from domain.errors import NotFound, Refusal
from domain.gap_query import GapQuery
from domain.organisation import Organisation
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean_line
from storage import audit, views
from storage.database import Database
from storage.models import SavedView
from storage.views import NAME_LENGTH, SHARED
from usecases.know_people import KnowPeople
from usecases.read_gap_query import LONGEST_TEXT, NotUnderstood, read_gap_query

MOST_VIEWS = 50
_ALIKE = 55.0


class TooManyViews(Refusal):
    """Nobody finds anything among more."""


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A saved view as it is listed."""

    name: str
    query: str
    is_shared: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class SavedViews:
    """Keep, find and forget named queries."""

    database: Database
    people: KnowPeople
    organisation: Organisation
    now: Clock

    def query(self, text: str, *, by: str) -> GapQuery:
        """What was typed as a query: the name of a view, filters, or filters over `view:NAME`.

        Raise `NotUnderstood` with what was probably meant, or `NotAllowed`.
        """
        name = clean_line(text)
        with self.database.read() as session:
            self.people.authorised(session, by, Action.SEE_RANKING)
            if name and len(name) <= NAME_LENGTH and (saved := views.find(session, user_id=by, name=name)):
                return self._of(saved)
            typed = read_gap_query(text, areas=self.organisation.areas)
            return typed.over(self._named(session, typed.view, by)) if typed.view else typed.query

    def save(self, name: str, query: str, *, by: str, is_shared: bool) -> GapQuery:
        """Keep the query under the name; the same name again replaces it. Raise `NotUnderstood` or `NotAllowed`."""
        meant = self.query(query, by=by)
        kept = _checked_name(name)
        if len(str(meant)) > 2 * LONGEST_TEXT:  # pragma: no cover - what is read is never so long
            raise NotUnderstood("That is too long to be kept.")
        scope, at = SHARED if is_shared else by, self.now()
        with self.database.write() as session:
            self.people.authorised(session, by, Action.SHARE_VIEW if is_shared else Action.SEE_RANKING)
            mine = [row for row in views.visible_to(session, by) if row.scope == scope]
            known = {row.name_folded for row in mine}
            if len(mine) >= MOST_VIEWS and views.name_key(kept) not in known:
                raise TooManyViews(f"{MOST_VIEWS} views are the most I keep. `/top-gaps forget NAME` makes room.")
            views.save(session, scope=scope, name=kept, query=str(meant), by=by, at=at)
            audit.record(
                session.connection(),
                at=at,
                actor_id=by,
                action="view.saved",
                subject=f"view:{scope}",
                after={"name": kept, "query": str(meant)},
            )
        return meant

    def forget(self, name: str, *, by: str) -> str:
        """Drop a view of one's own, or a shared one for everybody; return its name as it was written."""
        at = self.now()
        with self.database.write() as session:
            self.people.authorised(session, by, Action.SEE_RANKING)
            saved = views.find(session, user_id=by, name=clean_line(name))
            if saved is None:
                raise self._unknown(session, name, by)
            if saved.scope == SHARED:
                self.people.authorised(session, by, Action.SHARE_VIEW)
            views.forget(session, saved.id)
            audit.record(
                session.connection(),
                at=at,
                actor_id=by,
                action="view.forgotten",
                subject=f"view:{saved.scope}",
                before={"name": saved.name, "query": saved.query},
            )
            return saved.name

    def list(self, *, by: str) -> "tuple[ViewLine, ...]":
        """One's own and the shared views, by name."""
        with self.database.read() as session:
            self.people.authorised(session, by, Action.SEE_RANKING)
            return tuple(
                ViewLine(row.name, row.query, is_shared=row.scope == SHARED, is_own=row.scope == by)
                for row in views.visible_to(session, by)
            )

    def may_share(self, *, by: str) -> bool:
        with self.database.read() as session:
            return self.people.may(session, by, Action.SHARE_VIEW)

    def _named(self, session: Session, name: str, by: str) -> GapQuery:
        saved = views.find(session, user_id=by, name=name)
        if saved is None:
            raise self._unknown(session, name, by)
        return self._of(saved)

    def _of(self, saved: SavedView) -> GapQuery:
        try:
            return read_gap_query(saved.query, areas=self.organisation.areas).query
        except NotUnderstood as outdated:
            raise NotUnderstood(f"The view “{saved.name}” does not fit any more. {outdated.sentence}") from outdated

    def _unknown(self, session: Session, name: str, by: str) -> NotFound:
        known = [row.name for row in views.visible_to(session, by)]
        alike = process.extractOne(name, known, scorer=fuzz.WRatio, score_cutoff=_ALIKE)
        hint = f" Did you mean “{alike[0]}”?" if alike else " `/top-gaps views` lists those there are."
        return NotFound(f"I know no view called “{name[:NAME_LENGTH]}”.{hint}")


def _checked_name(name: str) -> str:
    kept = clean_line(name)
    if not kept:
        raise NotUnderstood("Give the view a name: `/top-gaps save Blockers priority:P0`.")
    if len(kept) > NAME_LENGTH or ":" in kept or '"' in kept:
        raise NotUnderstood(f"A name has up to {NAME_LENGTH} characters, and neither colons nor quotes.")
    return kept
