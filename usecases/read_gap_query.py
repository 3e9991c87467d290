"""Read what people type after `/top-gaps`: forgiving in spelling and order, and helpful where it makes no sense."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from rapidfuzz import fuzz, process, utils

from domain.errors import Refusal
from domain.gap_query import LONGEST_PAGE, MODELS, OPEN_STATES, GapQuery, Sort, read_since
from domain.organisation import Area
from domain.text import clean_line, folded
from domain.words import Impact, Priority

LONGEST_TEXT = 600
_MOST_VALUES = 30
_ALIKE = 50.0

_SPELLINGS = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "：": ":", "，": ",", "＝": "="})
_NAME = re.compile(r"([^\W\d_][\w-]*)[:=]\s*")
_VALUE = re.compile(r'"([^"]*)"?|([^\s",]+)')
_BETWEEN = re.compile(r"\s*,\s*")
_BLANK = re.compile(r"[\s,]+")

_FILTERS: Mapping[str, str] = {
    "area": "areas",
    "segment": "segments",
    "region": "regions",
    "priority": "priorities",
    "impact": "impacts",
    "account": "accounts",
    "owner": "owners",
    "status": "states",
    "linked": "linked",
    "theme": "themes",
    "since": "since",
    "until": "until",
    "model": "model",
    "sort": "sort",
    "view": "view",
}
FILTERS = tuple(_FILTERS)
"""Every filter by the name people type, in the order of the canonical text."""
_SYNONYMS = {
    "areas": "area", "product": "area", "segments": "segment", "regions": "region", "prio": "priority",
    "priorities": "priority", "stake": "impact", "impacts": "impact", "accounts": "account", "customer": "account",
    "company": "account", "owners": "owner", "dri": "owner", "csm": "owner", "state": "status", "states": "status",
    "link": "linked", "gitlab": "linked", "themes": "theme", "tag": "theme", "label": "theme", "from": "since",
    "after": "since", "to": "until", "before": "until", "models": "model", "order": "sort", "views": "view",
}  # fmt: skip
_YES_NO = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
_MODEL_SYNONYMS = {"blc": "composite", "default": "composite", "rrf": "rank_fusion", "arr": "raw_arr", "gitlab": "cipf"}
_EXAMPLES = {"area": "auth", "priority": "P0", "since": "30d", "linked": "no", "status": "backlog", "model": "cd3"}

Value = TypeVar("Value")
Word = TypeVar("Word", Priority, Impact, Sort)


class NotUnderstood(Refusal):
    """The text says something that makes no sense here; the sentence says what would."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the query, and the saved view that it starts from."""

    query: GapQuery
    view: str | None = None

    def over(self, saved: GapQuery) -> GapQuery:
        """The saved query, with what was typed in the place of the same filters."""
        usual = GapQuery()
        typed = {
            field.name: getattr(self.query, field.name)
            for field in fields(GapQuery)
            if getattr(self.query, field.name) != getattr(usual, field.name)
        }
        return replace(saved, **typed)


@dataclass(frozen=True, slots=True)
class _Token:
    """A filter with its values (`name` is set), or a bare word."""

    name: str | None
    values: tuple[str, ...]
    is_quoted: bool = False


def read_gap_query(text: str, *, areas: Sequence[Area]) -> Typed:
    """Read the text after the command; raise `NotUnderstood` with what was probably meant."""
    line = clean_line(text).translate(_SPELLINGS)
    if len(line) > LONGEST_TEXT:
        raise NotUnderstood(f"That is too long for me: up to {LONGEST_TEXT} characters, please.")
    found: dict[str, list[str]] = {}
    words: list[str] = []
    sizes: set[int] = set()
    for token in _tokens(line):
        if token.name is not None:
            found.setdefault(token.name, []).extend(token.values)
        elif not token.is_quoted and token.values[0].isascii() and token.values[0].isdigit():
            sizes.add(int(token.values[0][:6]))
        elif not token.is_quoted and token.values[0].upper() in {"P0", "P1"}:
            found.setdefault("priority", []).append(token.values[0])
        else:
            words.append(token.values[0])
    if sum(map(len, found.values())) + len(words) > _MOST_VALUES:
        raise NotUnderstood(f"That is more than I can filter by: up to {_MOST_VALUES} words and values, please.")
    query = GapQuery(**_fields(found, areas), words=tuple(dict.fromkeys(words)), size=_size(sizes))
    view = found.get("view")
    return Typed(query, view[-1] if view else None)


def _tokens(line: str) -> Iterator[_Token]:
    at = 0
    while at < len(line):
        if blank := _BLANK.match(line, at):
            at = blank.end()
            continue
        name = _NAME.match(line, at)
        if name:
            known = _known_filter(name[1])
            values, at = _values(line, name.end())
            if not values:
                example = f"{known}:{_EXAMPLES.get(known, 'x')}"
                raise NotUnderstood(f"Say what to look for after `{known}:`, like `{example}`.")
            yield _Token(known, values)
            continue
        value = _VALUE.match(line, at)
        if value is None:  # pragma: no cover - whatever is not blank matches
            return
        at = value.end()
        said = (value[1] if value[1] is not None else value[2]).strip()
        if said:
            yield _Token(None, (said,), is_quoted=value[1] is not None)


def _values(line: str, at: int) -> tuple[tuple[str, ...], int]:
    """One value or several with commas between; a known filter's name begins something new."""
    values: list[str] = []
    while not _begins_filter(line, at) and (value := _VALUE.match(line, at)):
        said = (value[1] if value[1] is not None else value[2]).strip()
        values += [said] if said else []
        at = value.end()
        between = _BETWEEN.match(line, at)
        if not between:
            break
        at = between.end()
    return tuple(values), at


def _begins_filter(line: str, at: int) -> bool:
    name = _NAME.match(line, at)
    return bool(name) and (name[1].lower() in _FILTERS or name[1].lower() in _SYNONYMS) if name else False


def _known_filter(name: str) -> str:
    typed = name.lower()
    known = typed if typed in _FILTERS else _SYNONYMS.get(typed)
    if known:
        return known
    alike = _closest(typed, [*_FILTERS, *_SYNONYMS])
    if alike:
        meant = _SYNONYMS.get(alike, alike)
        raise NotUnderstood(f"I do not know the filter `{name[:40]}:`. Did you mean `{meant}:`?")
    listed = " ".join(f"`{one}:`" for one in FILTERS)
    raise NotUnderstood(
        f"I do not know the filter `{name[:40]}:`. There are {listed}. A word with a colon in it goes in quotes."
    )


def _closest(typed: str, known: Iterable[str]) -> str | None:
    found = process.extractOne(
        typed, list(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=_ALIKE
    )
    return str(found[0]) if found else None


def _size(sizes: set[int]) -> int:
    if not sizes:
        return GapQuery().size
    if len(sizes) > 1:
        raise NotUnderstood("How many? I read more than one number. Put a number to look for in quotes.")
    (size,) = sizes
    if not 1 <= size <= LONGEST_PAGE:
        raise NotUnderstood(f"I show 1 to {LONGEST_PAGE} gaps a page: `/top-gaps 5`. *Next* shows more.")
    return size


def _fields(found: Mapping[str, list[str]], areas: Sequence[Area]) -> dict[str, Any]:
    readers: Mapping[str, Callable[[str], Any]] = {
        "area": lambda typed: _area(typed, areas),
        "priority": lambda typed: _word(typed, Priority, name="priority"),
        "impact": lambda typed: _word(typed, Impact, name="impact"),
        "status": _state,
    }
    many = {
        _FILTERS[name]: _each(found[name], readers.get(name, _free))
        for name in ("area", "segment", "region", "priority", "impact", "account", "owner", "status", "theme")
        if name in found
    }
    one: Mapping[str, Callable[[str], Any]] = {
        "linked": lambda typed: _one_of(typed, _YES_NO, name="linked", known=("yes", "no")),
        "since": lambda typed: _since(typed, name="since"),
        "until": lambda typed: _since(typed, name="until"),
        "model": _model,
        "sort": lambda typed: _word(typed, Sort, name="sort"),
    }
    return many | {_FILTERS[name]: read(found[name][-1]) for name, read in one.items() if name in found}


def _each(typed: Sequence[str], read: Callable[[str], Value]) -> tuple[Value, ...]:
    """Every value once, in one order however they were typed."""
    return tuple(sorted({read(one) for one in typed}, key=str))


def _free(typed: str) -> str:
    return typed.lstrip("@").casefold() or typed


def _area(typed: str, areas: Sequence[Area]) -> str:
    wanted = folded(typed)
    for area in areas:
        if wanted and wanted in {folded(area.key), folded(area.name)}:
            return area.key
    starting = [area.key for area in areas if wanted and folded(area.name).startswith(wanted)]
    if len(starting) == 1:
        return starting[0]
    raise _unknown("area", typed, [area.key for area in areas])


def _state(typed: str) -> Any:
    return _one_of(typed, {_plain(state.value): state for state in OPEN_STATES}, name="status", known=OPEN_STATES)


def _model(typed: str) -> str:
    known = {_plain(model): model for model in MODELS} | _MODEL_SYNONYMS
    return _one_of(typed, known, name="model", known=MODELS)


def _word(typed: str, words: type[Word], *, name: str) -> Word:
    known = {_plain(spelling): word for word in words for spelling in (word.value, word.label)}
    starting = {word for spelling, word in known.items() if spelling.startswith(_plain(typed))}
    if len(starting) == 1:
        return starting.pop()
    return _one_of(typed, known, name=name, known=tuple(words))


def _plain(text: str) -> str:
    """One spelling of `raw_arr`, `raw-arr` and `Raw ARR`."""
    return folded(text).replace("_", " ")


def _one_of(typed: str, known_spellings: Mapping[str, Value], *, name: str, known: Sequence[str]) -> Value:
    try:
        return known_spellings[_plain(typed)]
    except KeyError:
        raise _unknown(name, typed, known) from None


def _since(typed: str, *, name: str) -> Any:
    found = read_since(typed)
    if found is None:
        raise NotUnderstood(f"`{name}:` takes a day like `{name}:2026-01-31`, or so long ago: `30d`, `6w`, `3m`, `1y`.")
    return found


def _unknown(name: str, typed: str, known: Sequence[str]) -> NotUnderstood:
    shown = typed[:40].replace("`", "")
    alike = _closest(typed, known)
    if alike:
        return NotUnderstood(f"I do not know `{name}:{shown}`. Did you mean `{name}:{alike}`?")
    listed = ", ".join(f"`{one}`" for one in known[:15])
    return NotUnderstood(
        f"I do not know `{name}:{shown}`. " + (f"There are {listed}." if listed else f"No {name} is set up yet.")
    )
