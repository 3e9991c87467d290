"""Nothing that people type acts on GitLab: no command, mention, reference, address, image or HTML survives."""

import html
import re
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from domain.inert_text import JOINER, inert_line, inert_markdown
from domain.public_issue import PublicGap, public_draft
from domain.text import clean, clean_line
from domain.words import GapState

_TRICKS = st.sampled_from(
    [
        *("/close", "\n/close", "\n/label ~secret", "\n  /assign @ceo", "\u2028/close", "\r/close", "/", "\n"),
        *("@all", "a@b.com", "#12", "acme/app#12", "!7", "&3", "%9", "~bug", "$5", "^alert", "[vulnerability:1]"),
        *("Closes #1", "fixes ABC-123", "resolves https://gitlab.example.com/a/b/-/issues/1", "Implements: !2"),
        *("<script>x</script>", "<img src=x>", "<!-- x -->", "&lt;b&gt;", "<a href='//e'>", "<\n/details>"),
        *(
            "![x](https://evil.test/p.png)",
            "[x](https://e.test)",
            "[x]: https://e.test",
            "www.evil.test",
            "mailto:a@b.c",
        ),
        *("# head", "===", "---", "- item", "+ item", "* item", "1. item", "2) item", "> quote", "    code", "\tcode"),
        *("```\n/close\n```", "~~~", "`x`", "**b**", "_i_", "|a|b|\n|-|-|", "::include{file=x}", "{{x}}", "[[_TOC_]]"),
        *("\\", "\\\\/close", "*", "_", "é", "שלום", "👩\u200d👧", "word ", " ", JOINER, "[^1]", "$`x`$", ">>>", ";;;"),
    ]
)
TEXTS = st.lists(_TRICKS | st.text(max_size=6), max_size=12).map("".join)
# Ruby's line starts, for its commands are found before Markdown is.
_COMMAND = re.compile(r"^\s*/[a-z_]", re.IGNORECASE | re.MULTILINE)
_REFERENCE = re.compile(r"[@#!~%&$^\[](?=[^\s\u2060])")
_CLOSING = re.compile(
    r"\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?):? +"
    r"(?:issues? +)?(?:[\w./-]*#\d|https?://|[A-Z][A-Z0-9_]+-\d)",
    re.IGNORECASE,
)
_HARMLESS = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak", "hardbreak", "text_special"}


def tokens(source: str) -> list[Token]:
    parsed = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(source)
    return [inner for token in parsed for inner in (token, *(token.children or ()))]


def read(source: str) -> str:
    """What a reader sees, line by line, without the invisible."""
    shown = [
        token.content if token.type.startswith("text") else "\n" for token in tokens(source) if token.type != "inline"
    ]
    return re.sub(r"\s+", " ", "".join(shown).replace(JOINER, "")).strip()


@given(TEXTS)
def test_a_description_renders_as_plain_words_alone(text: str) -> None:
    assert {token.type for token in tokens(inert_markdown(text))} <= _HARMLESS


@given(TEXTS)
def test_the_words_stay_what_they_were(text: str) -> None:
    typed = clean(text.replace("\u2028", "\n").replace("\u2029", "\n")).replace(JOINER, "")
    assert read(inert_markdown(text)) == re.sub(r"\s+", " ", typed).strip()


@given(TEXTS)
def test_no_line_of_a_description_is_a_command(text: str) -> None:
    assert not _COMMAND.search(inert_markdown(text).replace("\r", "\n").replace("\u2028", "\n"))


@given(TEXTS)
def test_there_is_no_html_in_a_description(text: str) -> None:
    assert "<" not in inert_markdown(text)
    assert ">" not in inert_markdown(text)


@given(TEXTS)
def test_nothing_refers_or_leads_anywhere(text: str) -> None:
    for shown in (html.unescape(read_raw(inert_markdown(text))), inert_line(text)):
        assert not _REFERENCE.search(shown)
        assert not _CLOSING.search(shown)
        assert "://" not in shown
        assert not re.search(r"www\.", shown, re.IGNORECASE)


def read_raw(source: str) -> str:
    """The text that GitLab looks for references in: after Markdown, with the invisible."""
    return "\n".join(token.content for token in tokens(source) if token.type.startswith("text"))


@given(TEXTS)
def test_a_title_is_one_line_that_reads_as_typed(text: str) -> None:
    line = inert_line(text)
    assert "\n" not in line
    assert not re.search(r"<[^\s\u2060]", line)
    typed = clean_line(text.replace("\u2028", " ").replace("\u2029", " "))
    assert line.replace(JOINER, "") == typed.replace(JOINER, "")


@pytest.mark.parametrize("text", ["SSO for contractors (phase 2): e.g. SAML, OIDC", "We need it by May; it’s fine."])
def test_ordinary_words_are_left_as_they_are(text: str) -> None:
    assert inert_line(text) == text
    assert inert_markdown(text) == text


@given(title=TEXTS, problem=TEXTS)
def test_a_draft_is_only_ever_our_frame_around_inert_words(title: str, problem: str) -> None:
    gap = PublicGap(title=title, problem=problem, area_key="auth", area_name="Auth & SSO", state=GapState.BACKLOG)
    draft = public_draft(gap)
    assert len(draft.title) <= 255
    assert draft.labels == ("customer", "area:auth", "gap::backlog")
    assert draft.text.startswith("## What is missing\n\n")
    assert not _COMMAND.search(draft.text)


def test_what_goes_into_a_draft_has_no_field_for_a_customer() -> None:
    assert {field.name for field in fields(PublicGap)} == {"title", "problem", "area_key", "area_name", "state"}
