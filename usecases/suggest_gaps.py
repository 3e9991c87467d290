"""Suggest the gap that already exists, while its title is typed."""

from dataclasses import dataclass

from domain.keys import gap_key
from domain.policy import Action
from domain.text import shortened
from storage import gaps
from storage.database import Database
from usecases.duplicates.alike import Likeness
from usecases.duplicates.find import FindDuplicates
from usecases.know_people import KnowPeople

MOST_SUGGESTIONS = 3
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A gap that looks like what is being typed; `score` goes up to 100, `reason` says why in a few words."""

    gap_id: int
    title: str
    accounts: int
    score: float = 100.0
    reason: str = ""

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class SuggestGaps:
    """Look a title up among all open gaps, in a time that does not grow with how many there are."""

    database: Database
    people: KnowPeople
    find: FindDuplicates

    def like(self, title: str, *, by: str, keep: int | None = None, limit: int = MOST_SUGGESTIONS) -> list[Suggestion]:
        """The open gaps most like the title, best first; `keep` stays in the list whatever is typed."""
        with self.database.read() as session:
            self.people.authorised(session, by, Action.FILE_REQUEST)
            found = self.find(session, shortened(title, LONGEST_TITLE), limit=limit + 1)
            kept = gaps.open_title(session, keep) if keep is not None else None
            others = [one for one in found if kept is None or one.candidate.gap_id != keep]
            chosen = others[: limit - (kept is not None)]
            asking = gaps.accounts_asking(session, [one.candidate.gap_id for one in chosen])
        first = [Suggestion(gap_id=kept.gap_id, title=kept.title, accounts=kept.accounts)] if kept else []
        return first + [_suggestion(one, asking) for one in chosen]


def _suggestion(one: Likeness, asking: dict[int, int]) -> Suggestion:
    gap = one.candidate
    return Suggestion(
        gap_id=gap.gap_id,
        title=gap.title,
        accounts=asking.get(gap.gap_id, 0),
        score=one.score,
        reason=one.reason,
    )
