"""The words that sellers use for how badly something is needed, and for what is at stake."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from domain.words import Impact, Priority
from usecases.understanding.found import Found, Span

T = TypeVar("T")


def _table(rows: Mapping[T, Sequence[str]]) -> tuple[tuple[T, re.Pattern[str]], ...]:
    return tuple(
        (value, re.compile("|".join(rf"(?:{one})" for one in said), re.IGNORECASE)) for value, said in rows.items()
    )


_NOT = r"\b(?:not|no|isn't|isnt|never)\s+(?:really\s+)?(?:an?\s+|that\s+)?"
_TOTAL = r"(?:\b(?:an?\s+)?(?:total|hard|absolute|complete|real|big|huge|major)\s+)?"

_GOING = r"\b(?:is |are )?(?:going to |threatens? to |will |would )?"

# Tried in this order: "not a blocker" says nice to have, "no acceptable workaround" says P0.
_PRIORITIES = (
    (
        Priority.NICE,
        (
            _NOT + r"(?:show\s?-?stopper|blocker|blocking|urgent|priority|critical|important|must)\b",
            r"\bnice\s?-?(?:to|2)\s?-?have\b",
            r"\b(?:would|'d) be (?:nice|cool|great|lovely)\b",
            r"\bno (?:rush|hurry)\b",
            r"\blow(?:est)?[ -]prio(?:rity)?\b",
            r"\b(?:wish\s?-?list|a wish|just an idea)\b",
            r"\b(?:they|we)(?:'ve| have)? (?:got )?an? (?:ok|okay|acceptable|good|fine|decent) workaround\b",
            r"\bworkaround (?:is )?(?:ok|okay|acceptable|fine|good enough)\b",
            r"\b(?:can|could) live (?:with|without)(?: the current one| it)?\b",
            r"\bp[2-5]\b",
        ),
    ),
    (
        Priority.P0,
        (
            r"\bp\s?-?0\b",
            _NOT + r"(?:acceptable\s+|usable\s+|possible\s+)?(?:workaround|alternative|way around)s?\b",
            r"\bwithout (?:any |a )?(?:workaround|alternative)\b",
            _TOTAL + r"(?:\bblocker|\bblocking\b(?! (?:\w+ ){0,3}expansion)|\bshow\s?-?stopper|\bdeal[ -]?breaker)\b",
            r"\bmust[ -]haves?\b",
            r"\b(?:an )?absolute must\b",
            r"\b(?:absolutely |mission |business )?critical\b(?! path)",
            r"\b(?:is|are) (?:completely )?blocked\b",
            r"\b(?:can't|cannot|can not) (?:go live|work|start|launch|operate|go to production) without\b",
        ),
    ),
    (
        Priority.P1,
        (
            r"\bp\s?-?1\b",
            r"\bshould[ -]haves?\b",
            r"\b(?:a )?(?:high|top) prio(?:rity)?\b",
            r"\b(?:very |really |quite )?(?:important|painful)\b",
            r"\breally needs?\b",
            r"\bwould help (?:them )?a lot\b",
            r"\bworkaround (?:exists )?(?:but|with|takes)\b",
            r"\b(?:have|has|got|use) (?:a|an|only a) (?:\w+ )?workaround\b(?! (?:is )?(?:ok|fine))",
            r"\bwork around it\b",
            r"\b(?:as )?their workaround\b",
        ),
    ),
)

_IMPACTS = (
    (
        Impact.NONE,
        (
            r"\b(?:nothing|no (?:deal|money|revenue|renewal)) (?:is )?at (?:stake|risk)\b",
            r"\b(?:no|without) (?:business )?impact\b",
            r"\bimpact:? none\b",
        ),
    ),
    (
        Impact.RISKS_DOWNGRADE,
        (
            r"\bdown\s?-?grad(?:e|es|ing)\b(?: risk)?",
            r"\b(?:reduc|cut|drop|giv)(?:e|es|ing|s)? (?:up )?(?:\w+ ){0,2}(?:seats|licen[cs]es|users)\b",
            r"\b(?:fewer|less) (?:seats|licen[cs]es)\b",
            r"\b(?:smaller|cheaper|lower) plan\b",
        ),
    ),
    (
        Impact.BLOCKS_EXPANSION,
        (
            r"\bup\s?-?sell\b",
            r"\bexpan(?:sion|d|ds|ding)\b",
            r"\bupgrad(?:e|es|ing)\b",
            r"\b(?:\d+ )?(?:more|additional|extra) (?:seats|licen[cs]es|users|departments)\b",
            r"\b(?:double|triple|increase) (?:their|the) (?:seats|licen[cs]es|users)\b",
            r"\b(?:second|next|wider|bigger) roll\s?-?out\b",
            r"\broll\s?-?out to\b",
            r"\bcross\s?-?sell\b",
        ),
    ),
    (
        Impact.RISKS_CHURN,
        (
            r"\b(?:risk of )?churn(?:s|ing|ed)?\b(?: risk)?",
            r"\b(?:the |their |for (?:the|their) )?renewals?\b(?: (?:is )?(?:at risk|in danger|depends on it))?",
            r"\b(?:won't|will not|can't|cannot|not) renew\b",
            r"\b(?:they )?renews?\b",
            _GOING + r"(?:leav(?:e|es|ing)|quit|walk away)(?: us)?\b(?! (?:the|a) (?:company|team|organi[sz]ation))",
            r"\b(?:they )?(?:will |would )?cancel(?:s|ling)?\b",
            r"\b(?:we )?los(?:e|ing) (?!the deal)(?:them|the (?:customer|account)|[A-Z]\w+)",
            r"\b(?:contract )?terminat(?:e|es|ion)\b",
            r"\b(?:is |are )?(?:an? )?(?:at risk|account at risk)\b",
        ),
    ),
    (
        Impact.BLOCKS_NEW_DEAL,
        (
            r"\bnew (?:deal|logo|customer|prospect|business|account)\b",
            r"\b(?:the |a |our )?(?:deal|tender|rfp|rfi|poc|proof of concept|bid)\b(?![ -]?breaker)",
            r"\b(?:our )?prospect\b",
            r"\bevaluat(?:e|es|ing|ion)\b",
            r"\bcompetitor\b",
            r"\b(?:to |only |will )?(?:signs?|signing)\b(?!-| (?:on|in|off|up|language|images?|keys?|commits?))",
            r"\bclose the (?:deal|sale)\b",
        ),
    ),
)

_PRIORITY_TABLE = _table(dict(_PRIORITIES))
_IMPACT_TABLE = _table(dict(_IMPACTS))


def find_priority(text: str) -> Found[Priority] | None:
    """How badly it is needed; None when nothing says so."""
    return _first(_PRIORITY_TABLE, text)


def find_impact(text: str) -> Found[Impact] | None:
    """What is at stake; None when nothing says so."""
    return _first(_IMPACT_TABLE, text)


def _first(table: tuple[tuple[T, re.Pattern[str]], ...], text: str) -> Found[T] | None:
    spans: tuple[Span, ...]
    for value, pattern in table:
        spans = tuple(match.span() for match in pattern.finditer(text))
        if spans:
            return Found(value, spans)
    return None
