"""Tell how alike two gaps are, from 0 to 100, and why: pure, so that the form and triage say the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from storage.gap_index import Candidate
from storage.stems import stems
from usecases.duplicates.synonyms import Synonyms

SHORTEST = 3
ALIKE = 70.0
"""Chosen on the labelled titles of the tests that were not held back: below it, more offers annoy than help."""
INSIDE = 0.95
IN_PROBLEM = 0.8
PART = 0.9


@dataclass(frozen=True, slots=True)
class Likeness:
    """A candidate with its score and the reason in words."""

    candidate: Candidate
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed, as it is compared."""

    stems: tuple[str, ...]
    canonical: tuple[str, ...]

    @classmethod
    def of(cls, typed: str, synonyms: Synonyms) -> "Wanted":
        words = stems(typed)
        return cls(stems=tuple(words), canonical=tuple(synonyms.canonical(words)))

    @property
    def says_enough(self) -> bool:
        return len("".join(self.stems)) >= SHORTEST


def ranked(wanted: Wanted, candidates: Iterable[Candidate], synonyms: Synonyms) -> list[Likeness]:
    """The candidates that are alike enough, best first; ties go to the older gap."""
    found = [_likeness(wanted, one, synonyms) for one in candidates]
    alike = [one for one in found if one.score >= ALIKE]
    return sorted(alike, key=lambda one: (-one.score, one.candidate.gap_id))


def _likeness(wanted: Wanted, candidate: Candidate, synonyms: Synonyms) -> Likeness:
    said = stems(candidate.title)
    canonical = synonyms.canonical(said)
    score = max(_compared(wanted.stems, said), _compared(wanted.canonical, canonical))
    shared = [word for word in wanted.canonical if word in canonical]
    if score < ALIKE and candidate.problem:
        inside = set(synonyms.canonical(stems(candidate.problem))) | set(canonical)
        covered = sum(word in inside for word in wanted.canonical)
        if covered >= 2:  # noqa: PLR2004  one word of a whole paragraph says nothing
            score = max(score, 100 * IN_PROBLEM * covered / len(wanted.canonical))
            shared = [word for word in wanted.canonical if word in inside]
    return Likeness(candidate=candidate, score=round(score, 1), reason=_reason(wanted, canonical, shared))


def _compared(one: Sequence[str], other: Sequence[str]) -> float:
    """The better of three views: the same words in any order, one inside the other, most of the words shared."""
    first, second = " ".join(one), " ".join(other)
    if not first or not second:
        return 0.0
    sorted_words = fuzz.token_sort_ratio(first, second)
    inside = INSIDE * fuzz.token_set_ratio(first, second)
    shared = len(set(one) & set(other))
    part = PART * 100 * shared / min(len(set(one)), len(set(other))) if shared >= 2 else 0.0  # noqa: PLR2004
    return max(sorted_words, inside, part)


def _reason(wanted: Wanted, canonical: Sequence[str], shared: Sequence[str]) -> str:
    if sorted(wanted.canonical) == sorted(canonical):
        return "the same words"
    if shared:
        return f"shares {', '.join(word.replace('_', ' ') for word in dict.fromkeys(shared))}"
    return "spelt alike"
