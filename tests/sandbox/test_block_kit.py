"""What Slack refuses is refused, at the right place and for the right reason; what it takes is taken."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.block_kit.check import (
    message_problems,
    options_problems,
    submission_problems,
    view_problems,
)
from sandbox.slack.block_kit.problem import Problem
from tests.sandbox.block_kit_cases import BAD_MESSAGES, BAD_VIEWS, GOOD_MESSAGES, GOOD_VIEWS
from tests.sandbox.blocks import (
    field,
    home,
    message,
    modal,
    mrkdwn,
    option,
    plain,
    section,
    table,
)

Json = dict[str, Any]


def said(problems: list[Problem]) -> list[str]:
    return [f"{problem.pointer} {problem.text}" for problem in problems]


def assert_refused(problems: list[Problem], pointer: str, words: str) -> None:
    assert any(p.pointer.startswith(pointer) and words in p.text for p in problems), said(problems)


@pytest.mark.parametrize("name", GOOD_VIEWS)
def test_takes_a_good_view(name: str) -> None:
    assert said(view_problems(GOOD_VIEWS[name])) == []


@pytest.mark.parametrize("name", GOOD_MESSAGES)
def test_takes_a_good_message(name: str) -> None:
    assert said(message_problems(GOOD_MESSAGES[name])) == []


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_refuses_a_bad_view(name: str) -> None:
    view, pointer, words = BAD_VIEWS[name]

    assert_refused(view_problems(view), pointer, words)


@pytest.mark.parametrize("name", BAD_MESSAGES)
def test_refuses_a_bad_message(name: str) -> None:
    payload, pointer, words = BAD_MESSAGES[name]

    assert_refused(message_problems(payload), pointer, words)


def test_blocks_may_be_too_long_together() -> None:
    problems = message_problems(message(*[section(text=mrkdwn("x" * 2900)) for _ in range(5)]))

    assert [problem.code for problem in problems] == ["msg_blocks_too_long"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"options": [option(str(n)) for n in range(101)]}, "no more than 100"),
        ({}, "exactly one of options"),
        ({"options": [], "option_groups": []}, "exactly one of options"),
        ({"options": [{"text": mrkdwn(), "value": "x"}]}, "plain_text"),
        ({"option_groups": [{"options": [option()]}]}, "field: label"),
        (None, "dictionary"),
        ("text", "dictionary"),
    ],
)
def test_refuses_a_bad_options_answer(answer: object, words: str) -> None:
    assert_refused(options_problems(answer), "", words)


@pytest.mark.parametrize("answer", [{"options": []}, {"options": [option()]}, {"option_groups": []}])
def test_takes_a_good_options_answer(answer: Json) -> None:
    assert options_problems(answer) == []


@pytest.mark.parametrize(
    ("answer", "pointer", "words"),
    [
        ({"response_action": "close"}, "", "unsupported type: close"),
        ({"text": "ok"}, "", "missing required field"),
        ({"response_action": "errors"}, "", "field: errors"),
        ({"response_action": "errors", "errors": {"a": ["b"]}}, "/errors/a", "string"),
        ({"response_action": "update"}, "", "field: view"),
        ({"response_action": "update", "view": home()}, "/view", "modal"),
        ({"response_action": "push", "view": modal(table())}, "/view/blocks/0/type", "unsupported type: table"),
        ({"response_action": "clear", "view": modal()}, "", "property: view"),
        ("ok", "", "valid"),
    ],
)
def test_refuses_a_bad_submission_answer(answer: object, pointer: str, words: str) -> None:
    assert_refused(submission_problems(answer), pointer, words)


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "clear"},
        {"response_action": "errors", "errors": {"a": "b"}},
        {"response_action": "push", "view": modal(field())},
    ],
)
def test_takes_a_good_submission_answer(answer: Json) -> None:
    assert submission_problems(answer) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["section", "modal", "mrkdwn"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "blocks", "elements", "view", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_never_fails_on_nonsense(value: object) -> None:
    for judge in (message_problems, view_problems, options_problems, submission_problems):
        assert all(str(problem).startswith("[ERROR] ") for problem in judge(value))


@given(st.integers(min_value=0, max_value=160))
def test_a_header_may_have_150_characters(length: int) -> None:
    problems = message_problems(message({"type": "header", "text": plain("x" * length)}))

    assert bool(problems) == (not 1 <= length <= 150)
