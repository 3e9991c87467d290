"""Suggest the gap that already exists, while its title is typed."""

from dataclasses import dataclass

from rapidfuzz import fuzz, process

from domain.keys import gap_key
from domain.policy import Action
from domain.text import folded, shortened
from storage import gaps
from storage.database import Database
from storage.gaps import OpenTitle
from usecases.know_people import KnowPeople

MOST_SUGGESTIONS = 3
SHORTEST_TITLE = 3
# Chosen on the labelled titles of the tests, where it finds 83 % of what is meant and 86 % of its offers are meant. An
# offer too many is read past; a duplicate that is not noticed costs a merge. (At 72 it is 76 % and 98 %.)
ALIKE = 62.0
_STOP_WORDS = frozenset(
    {"a", "an", "and", "for", "from", "in", "is", "missing", "need", "needs", "no", "of", "on", "or", "our", "please"}
    | {"support", "the", "their", "they", "to", "want", "wants", "we", "with"}
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A gap that looks like what is being typed."""

    gap_id: int
    title: str
    accounts: int

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class SuggestGaps:
    """Compare a title with those of all open gaps."""

    database: Database
    people: KnowPeople

    def like(self, title: str, *, by: str, keep: int | None = None) -> list[Suggestion]:
        """The open gaps most like the title, best first; `keep` stays in the list whatever is typed."""
        with self.database.read() as session:
            self.people.authorised(session, by, Action.FILE_REQUEST)
            known = gaps.open_titles(session)
        chosen = [one for one in known if one.gap_id == keep]
        found = chosen + [one for one in most_alike(title, known) if one.gap_id != keep]
        return [
            Suggestion(gap_id=one.gap_id, title=one.title, accounts=one.accounts) for one in found[:MOST_SUGGESTIONS]
        ]


def most_alike(title: str, known: list[OpenTitle]) -> list[OpenTitle]:
    """Open gaps whose title shares its telling words with this one, best first; ties go to the older gap."""
    wanted = _telling(title)
    if len(wanted) < SHORTEST_TITLE:
        return []
    texts = {one.gap_id: _telling(one.title) for one in known}
    by_id = {one.gap_id: one for one in known}
    scored = process.extract(wanted, texts, scorer=_alike, score_cutoff=ALIKE, limit=None)
    return [by_id[gap_id] for _, _, gap_id in sorted(scored, key=lambda match: (-match[1], match[2]))]


def _alike(one: str, other: str, **_options: object) -> float:
    """The better of two views: the same words in any order, and the shorter text inside the longer."""
    return max(fuzz.token_sort_ratio(one, other), 0.95 * fuzz.token_set_ratio(one, other))


def _telling(title: str) -> str:
    return " ".join(word for word in folded(shortened(title, 200)).split() if word not in _STOP_WORDS)
