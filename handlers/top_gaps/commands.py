"""What the text after `/top-gaps` asks for: a list, or something about saved views."""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Refusal
from usecases.read_gap_query import FILTERS


class Verb(StrEnum):
    """What a text begins with that is not a filter."""

    SHOW = "show"
    SAVE = "save"
    SHARE = "share"
    FORGET = "forget"
    VIEWS = "views"
    CSV = "csv"
    TABLE = "table"
    HELP = "help"


_WORDS = {"delete": Verb.FORGET, "export": Verb.CSV} | {verb.value: verb for verb in Verb}
_ALONE = {Verb.VIEWS, Verb.HELP}
_NAMED = {Verb.SAVE, Verb.SHARE, Verb.FORGET}
_QUOTED = re.compile(r'["“„«]([^"”“»]*)["”“»]\s*')
_FIRST_FILTER = re.compile(rf"(?:^|\s)(?:(?:{'|'.join(FILTERS)})\w{{0,3}}[:=]|[Pp][01](?:\s|$)|\d{{1,2}}$)")


@dataclass(frozen=True, slots=True)
class Command:
    """A verb, the name it is about, and the rest: a query."""

    verb: Verb
    name: str = ""
    rest: str = ""


class NothingToSave(Refusal):
    """A name without anything that the view would show."""


def read_command(text: str) -> Command:
    """Read the text after the command; raise `NothingToSave`."""
    first, _, rest = text.strip().partition(" ")
    verb = _WORDS.get(first.lower())
    rest = rest.strip()
    if verb is None or (verb in _ALONE and rest) or (verb in _NAMED and not rest):
        return Command(Verb.SHOW, rest=text.strip())
    if verb is Verb.FORGET:
        return Command(verb, name=_unquoted(rest))
    if verb in _NAMED:
        name, query = _name_and_query(rest)
        if not query:
            raise NothingToSave(
                f"Say what “{name[:60]}” shows: `/top-gaps {verb} {name[:60]} area:auth priority:P0`. "
                "Or press *Save view* under a list."
            )
        return Command(verb, name=name, rest=query)
    return Command(verb, rest=rest)


def _name_and_query(text: str) -> tuple[str, str]:
    """The name goes up to its closing quote, or up to the first filter."""
    quoted = _QUOTED.match(text)
    if quoted:
        return quoted[1].strip(), text[quoted.end() :].strip()
    found = _FIRST_FILTER.search(text)
    return (text[: found.start()].strip(), text[found.start() :].strip()) if found else (text, "")


def _unquoted(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    return quoted[1].strip() if quoted else text
