"""Words as the search for alike gaps sees them: folded, cut to their stems, without those that say nothing."""

import threading
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

from domain.text import folded, word_set

LONGEST_TEXT = 2000
LONGEST_STEM = 40
STOP_WORDS = word_set(
    "a able about again all allow also an and any are as at be better between by can could customer customers do does "
    "each feature for from functionality have having how i if in into is it its like make missing more need needed "
    "needs new no not of on one only or our out please possibility possible product request should so some support "
    "supported than that the their them then there these they this to up us use used user users using via want wants "
    "we what when where which will with within without would you your"
)

_own = threading.local()  # a stemmer keeps the word that it works on


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a folded word."""
    if not hasattr(_own, "stemmer"):
        _own.stemmer = snowballstemmer.stemmer("english")
    found: str = _own.stemmer.stemWord(word)
    return found[:LONGEST_STEM]


def stems(text: str) -> list[str]:
    """The stems of the telling words, in their order."""
    return [stem(word) for word in folded(text[:LONGEST_TEXT]).split() if word not in STOP_WORDS]


def grams(word: str) -> set[str]:
    """Three letters in a row, with the word's start and end marked."""
    marked = f" {word} "
    return {marked[at : at + 3] for at in range(len(marked) - 2)}


def all_grams(words: Iterable[str]) -> list[dict[str, str]]:
    """Rows of `stem_gram` for these stems, in an order that two transactions share."""
    return [{"gram": gram, "stem": word} for word in sorted(set(words)) for gram in sorted(grams(word))]
