"""Other words for the same thing, from a file that people can read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from storage.stems import stems

Phrase = tuple[str, ...]
LONGEST_PHRASE = 5


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of phrases, as stems: `phrases` leads to the number of a group, `groups` to its phrases."""

    phrases: dict[Phrase, int]
    groups: tuple[tuple[Phrase, ...], ...]

    @classmethod
    def of(cls, groups: Iterable[Sequence[str]]) -> "Synonyms":
        """Build from groups of phrases as people write them; a phrase without telling words is left out."""
        stemmed = tuple(
            tuple(dict.fromkeys(phrase for said in group if (phrase := tuple(stems(said))))) for group in groups
        )
        phrases: dict[Phrase, int] = {}
        for number, group in enumerate(stemmed):
            for phrase in group:
                phrases.setdefault(phrase, number)
        return cls(phrases=phrases, groups=stemmed)

    def found(self, words: Sequence[str]) -> list[tuple[Phrase, int | None]]:
        """The words cut into phrases, longest first, each with the group that it belongs to."""
        cut: list[tuple[Phrase, int | None]] = []
        at = 0
        while at < len(words):
            length = next(
                (n for n in range(min(LONGEST_PHRASE, len(words) - at), 1, -1) if self._knows(words, at, n)), 1
            )
            phrase = tuple(words[at : at + length])
            cut.append((phrase, self.phrases.get(phrase)))
            at += length
        return cut

    def canonical(self, words: Sequence[str]) -> list[str]:
        """The words with every phrase of a group replaced by the group's first one."""
        said: list[str] = []
        for phrase, group in self.found(words):
            said += phrase if group is None else ["_".join(self.groups[group][0])]
        return said

    def others(self, words: Sequence[str]) -> set[str]:
        """Stems that the same could be said with, beyond those that were."""
        return {
            stem
            for _, group in self.found(words)
            if group is not None
            for phrase in self.groups[group]
            for stem in phrase
        } - set(words)

    def _knows(self, words: Sequence[str], at: int, length: int) -> bool:
        return tuple(words[at : at + length]) in self.phrases


def read_synonyms(extra: Iterable[Sequence[str]] = ()) -> Synonyms:
    """The groups of the file that comes with the bot, and those of this installation before them."""
    text = files("usecases.duplicates").joinpath("synonyms.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return Synonyms.of([*extra, *([said.strip() for said in line.split(" = ")] for line in lines)])
