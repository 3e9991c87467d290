"""Find the gaps that may be the same as what somebody describes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from storage import gap_index, gaps
from storage.gap_index import Candidate
from usecases.duplicates.alike import Likeness, Wanted, ranked
from usecases.duplicates.synonyms import Synonyms

MOST_CANDIDATES = 50
SAID, CORRECTED, OTHERWISE = 1.0, 0.8, 0.6
SPELT_ALIKE = 78.0
SHORTEST_MISSPELT = 4
MOST_CORRECTIONS = 3


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """Candidates from the index, put in order by a comparison of words."""

    synonyms: Synonyms

    def __call__(self, session: Session, text: str, *, limit: int, but: int | None = None) -> list[Likeness]:
        """The open gaps most like the text, best first. One that was merged stands for what it became part of."""
        wanted = Wanted.of(text, self.synonyms)
        if not wanted.says_enough:
            return []
        known = gap_index.how_common(session, wanted.stems)
        weights = self._weights(session, wanted, known)
        found = gap_index.candidates(session, weights, counted=known, limit=MOST_CANDIDATES)
        return self._living(session, ranked(wanted, found, self.synonyms), limit=limit, but=but)

    def _weights(self, session: Session, wanted: Wanted, known: Mapping[str, int]) -> dict[str, float]:
        """What to look for: the words as typed, other words for them, and known words that unknown ones may be."""
        weights = dict.fromkeys(self.synonyms.others(wanted.stems), OTHERWISE)
        weights |= dict.fromkeys(_joined(wanted.stems), CORRECTED)
        for word in wanted.stems:
            if known[word]:
                weights[word] = SAID
            elif len(word) >= SHORTEST_MISSPELT:
                weights |= dict.fromkeys(_corrections(word, gap_index.stems_like(session, word)), CORRECTED)
        return weights

    def _living(self, session: Session, found: Iterable[Likeness], *, limit: int, but: int | None) -> list[Likeness]:
        """Each gap once, under the name it has today."""
        kept: dict[int, Likeness] = {}
        for one in found:
            today = self._today(session, one.candidate)
            if today is not None and today.gap_id != but and today.gap_id not in kept:
                kept[today.gap_id] = Likeness(candidate=today, score=one.score, reason=_said(one, today))
            if len(kept) == limit:
                break
        return list(kept.values())

    def _today(self, session: Session, candidate: Candidate) -> Candidate | None:
        if candidate.merged_into_id is None:
            return candidate
        living = gaps.living_gap(session.connection(), candidate.merged_into_id)
        gap = gaps.find(session, living) if living is not None else None
        return Candidate(gap.id, gap.title, gap.problem, None) if gap else None


def _said(one: Likeness, today: Candidate) -> str:
    return one.reason if today is one.candidate else f"“{one.candidate.title}” was merged into it"


def _joined(words: tuple[str, ...]) -> set[str]:
    """Neighbours written as one word: “sign on” and “signon”."""
    return {first + second for first, second in pairwise(words)}


def _corrections(word: str, known: list[str]) -> list[str]:
    """Known words that this one may be meant for, and the two that it may be written together from."""
    alike = process.extract(word, known, scorer=fuzz.ratio, score_cutoff=SPELT_ALIKE, limit=MOST_CORRECTIONS)
    parts = [one for one in known if len(one) >= SHORTEST_MISSPELT and (word.startswith(one) or word.endswith(one))]
    return [match[0] for match in alike] + parts
