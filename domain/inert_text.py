"""People's words made harmless for GitLab: they are read there, and nothing in them acts.

GitLab executes quick actions at line starts, notifies whom it finds mentioned, ties issues together that refer to each
other, closes what a closing keyword precedes, and renders Markdown, HTML and remote images. Signs are escaped or kept
apart by an invisible word joiner; taking both away gives the words back, so nobody's sentence changes.
"""

import re

from domain.text import clean, clean_line

JOINER = "\u2060"
"""Takes no room, joins no words to anything, and ends every reference before it begins."""

_LINE_ENDS = re.compile(r"[\u2028\u2029]")
# Mentions, issues, merge requests, labels, milestones, epics, snippets, contacts and `[vulnerability:7]`.
_SIGIL = re.compile(r"([@#!~%&$^\[])(?=\S)")
# Trackers' keys, ABC-123: a closing keyword before one would close it.
_TRACKER_KEY = re.compile(r"\b([A-Za-z][A-Za-z0-9_]+-)(?=\d)")
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\bmailto:)(?=\S)", re.IGNORECASE)
_TAG = re.compile(r"<(?=\S)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]|~$^#@!%])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ENTITY = re.compile("[&<>]")
# A slash is a command there; the rest are lists, rules, headings, fences of front matter and includes.
_LINE_START = re.compile(r"^(?=[/+\-=:;])", re.MULTILINE)
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)])", re.MULTILINE)


def inert_line(text: str) -> str:
    """One line for a title, where there is no Markdown but references and addresses are live."""
    line = clean_line(_LINE_ENDS.sub(" ", text))
    return _TAG.sub(f"<{JOINER}", _unreferenced(line))


def inert_markdown(text: str) -> str:
    """Paragraphs for a description: the words as they were typed, each line on its own."""
    lines = [line.strip() for line in clean(_LINE_ENDS.sub("\n", text)).split("\n")]
    apart = _unreferenced("\n".join(lines))
    escaped = _MARKDOWN.sub(r"\\\1", apart)
    harmless = _ENTITY.sub(lambda found: _ENTITIES[found[0]], escaped)
    started = _NUMBERED.sub(r"\1\\", _LINE_START.sub(r"\\", harmless))
    # Two spaces at its end keep a line's break; an empty line begins a paragraph.
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", "  \n", started)


def _unreferenced(text: str) -> str:
    apart = _SIGIL.sub(rf"\1{JOINER}", text)
    return _ADDRESS.sub(JOINER, _TRACKER_KEY.sub(rf"\1{JOINER}", apart))
