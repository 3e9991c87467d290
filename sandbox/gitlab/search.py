"""GitLab's full-text search without Elasticsearch: words of PostgreSQL's `to_tsvector`, found by their beginnings.

Stop words, stems, and the parser's hosts, numbers and addresses are left aside: a marker is none of them.
"""

import re
import unicodedata
from collections.abc import Collection

from sandbox.gitlab.world import Item

# PostgreSQL's parser takes what stands between these for a tag, and the text search configuration leaves tags out.
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z!?][^<>]*>", re.DOTALL)
_LONG = re.compile(r"[A-Za-z0-9+/@]{50,}")
_WORD = re.compile(r"[a-z0-9]+")
_NOT_ASKED_FOR = re.compile(r'[^a-zA-Z0-9 .@/\-"]')


def matches(item: Item, text: str, *, where: Collection[str]) -> bool:
    """Tell whether every word of the text begins some word of the title or description."""
    wanted = _words(_NOT_ASKED_FOR.sub(" ", _plain(text)))
    there: set[str] = set()
    if "title" in where:
        there |= _indexed(item.title)
    if "description" in where:
        there |= _indexed(item.description)
    return bool(wanted) and all(any(word.startswith(one) for word in there) for one in wanted)


def _indexed(text: str) -> set[str]:
    return _words(_TAG.sub(" ", _LONG.sub(" ", _plain(text))))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
