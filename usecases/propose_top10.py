"""A person's wish to change the Top 10: add, remove, pin or reorder."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from domain import top10 as rules
from domain.errors import InvalidInput, Refusal
from domain.keys import gap_key, parse_gap_key
from domain.policy import Action
from domain.ports import Clock
from domain.quorum import Quorum
from domain.text import clean
from domain.top10 import Change, NoLongerFits, Pin, Seat
from storage import inbox, top10
from storage.database import Database
from storage.top10 import Published
from usecases import change_top10, keep_customers_in
from usecases.figures import Figures, RankedFigures
from usecases.keep_customers_in import Written
from usecases.know_people import KnowPeople

LONGEST_REASON = 1000
PINNED_FOR = timedelta(days=91)
LONGEST_PIN = timedelta(days=366)
MOST_CHOICES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was filled in; nothing here has been believed yet."""

    key: str
    by: str
    type: str | None
    gap_id: int | None
    instead_of: int | None
    until: str | None
    order: str
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A gap that can be chosen in the form."""

    gap_id: int
    title: str
    rank: int | None
    is_on_list: bool

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers: the list in its order, then the ranking."""

    number: int
    on_list: tuple[Choice, ...]
    others: tuple[Choice, ...]
    until: date


@dataclass(frozen=True, slots=True)
class ProposeTop10:
    """PMs, the GTM lead and admins propose; the quorum decides."""

    database: Database
    people: KnowPeople
    figures: RankedFigures
    quorum: Quorum
    now: Clock

    def choices(self, *, by: str, about: int | None = None) -> Choices:
        """What can be proposed, the gap that somebody comes from included, however few ask for it.

        Raises `NotAllowed`, or a `Refusal` before there is a list.
        """
        with self.database.read() as session:
            self.people.authorised(session, by, Action.PROPOSE_TOP10)
            base = top10.latest(session)
            _must_be_there(base)
            figures = self.figures(session)
            titles = top10.titles(session, base.gap_ids)
            others = _others(session, figures, listed=set(titles), about=about)
        listed = tuple(
            Choice(gap_id, titles[gap_id], figures[gap_id].rank if gap_id in figures else None, is_on_list=True)
            for gap_id in base.gap_ids
        )
        return Choices(number=base.number, on_list=listed, others=others, until=self.now().date() + PINNED_FOR)

    def __call__(self, wish: Wish) -> None:
        """Open the proposal; raise `InvalidInput`, `NotAllowed`, or a `Refusal` for a list that is not there yet.

        The same key twice opens one.
        """
        at = self.now()
        with self.database.write() as session:
            self.people.authorised(session, wish.by, Action.PROPOSE_TOP10)
            if not inbox.first_time(session.connection(), key=wish.key, at=at):
                return
            top10.take_turn(session)
            base = change_top10.official(session, at=at)
            _must_be_there(base)
            figures = self.figures(session)
            change = self._read(wish, base, figures, at.date())
            self._check(session, base, change)
            reason = clean(wish.reason)
            keep_customers_in.check(session, {"reason": Written(reason)}, gap_ids=change.touches)
            proposal_id = change_top10.propose(
                session,
                change,
                base=base,
                figures=figures,
                quorum=self.quorum,
                reason=reason,
                by=wish.by,
                at=at,
            )
            if proposal_id is None:
                raise InvalidInput({"type": "The same change is proposed already, and not decided yet."})

    def _read(self, wish: Wish, base: Published, figures: Mapping[int, Figures], today: date) -> Change:
        faults: dict[str, str] = {}
        if not clean(wish.reason):
            faults["reason"] = "Say why: those who decide will read it."
        if len(wish.reason) > LONGEST_REASON:
            faults["reason"] = f"Keep it under {LONGEST_REASON:,} characters."
        if wish.type != "reorder" and wish.gap_id is None:
            faults["gap"] = "Choose the gap."
        try:
            change = None if "gap" in faults else self._change(wish, base, figures, today)
        except InvalidInput as invalid:
            faults |= invalid.fields
        if faults:
            raise InvalidInput(faults)
        if change is None:
            raise AssertionError("a missing gap without a fault")
        return change

    def _change(self, wish: Wish, base: Published, figures: Mapping[int, Figures], today: date) -> Change:
        gap_id = wish.gap_id or 0
        match wish.type:
            case "add":
                out = _seat_for(gap_id, wish, base, figures, today)
                return rules.swap(gap_id, out=out) if out is not None else rules.enter(gap_id)
            case "remove":
                return rules.leave(gap_id)
            case "pin":
                pin = Pin(by=wish.by, reason=clean(wish.reason), until=_until(wish.until, today))
                is_listed = gap_id in base.gap_ids
                return rules.pin(gap_id, pin, out=None if is_listed else _seat_for(gap_id, wish, base, figures, today))
            case "reorder":
                return rules.reorder(_order(wish.order))
            case _:
                raise InvalidInput({"type": "Choose what shall change."})

    def _check(self, session: Session, base: Published, change: Change) -> None:
        try:
            after = change_top10.result(session, base.seats, change)
        except NoLongerFits as misfit:
            field = "order" if change.type is rules.ChangeType.REORDER else "gap"
            raise InvalidInput({field: misfit.sentence}) from misfit
        if after == base.seats:
            raise InvalidInput({"order": "The list is in this order already."})
        unknown = change.touches - set(top10.titles(session, change.touches))
        if unknown:
            raise InvalidInput({"gap": f"I do not know {gap_key(min(unknown))}."})


def _others(
    session: Session, figures: Mapping[int, Figures], *, listed: Collection[int], about: int | None
) -> tuple[Choice, ...]:
    """The best of the ranking that have no seat, and the gap that is asked about, unless it is closed."""
    found = [one for one in figures.values() if one.gap_id not in listed]
    best = [one for one in found if one.gap_id != about][: MOST_CHOICES - len(listed) - 1]
    choices = [Choice(one.gap_id, one.title, one.rank, is_on_list=False) for one in best]
    if about is None or about in listed or top10.closed_among(session, [about]):
        return tuple(choices)
    rank = figures[about].rank if about in figures else None
    titles = top10.titles(session, [about])
    return (*(Choice(about, title, rank, is_on_list=False) for title in titles.values()), *choices)


def _must_be_there(base: Published) -> None:
    if base.number == 0:
        raise Refusal("There is no Top 10 yet. The first list is proposed by the next weekly run.")


def _seat_for(gap_id: int, wish: Wish, base: Published, figures: Mapping[int, Figures], today: date) -> int | None:
    """Whose seat a new gap takes; None while one is free. Without a choice it is the weakest one's."""
    if wish.instead_of is not None:
        return wish.instead_of
    seats: tuple[Seat, ...] = base.seats
    if len(seats) < rules.SIZE or gap_id in base.gap_ids:
        return None
    standings = {one.gap_id: one.standing for one in figures.values()}
    weakest = rules.weakest_seat(seats, standings, today=today)
    if weakest is None:
        raise InvalidInput({"instead_of": "Every seat is pinned. Choose whose seat it shall take."})
    return weakest


def _until(text: str | None, today: date) -> date:
    if not text:
        return today + PINNED_FOR
    try:
        day = date.fromisoformat(text)
    except ValueError as unreadable:
        raise InvalidInput({"until": "Choose a date, like 2027-03-31."}) from unreadable
    if not today < day <= today + LONGEST_PIN:
        raise InvalidInput({"until": "Choose a date from tomorrow on, within a year."})
    return day


def _order(text: str) -> list[int]:
    try:
        return [parse_gap_key(word) for word in text.replace(",", " ").split()]
    except Refusal as unreadable:
        raise InvalidInput({"order": "Write the keys in their new order, like GAP-3, GAP-1, GAP-2."}) from unreadable
