"""Judge messages, views and acks by Slack's rules, in Slack's words."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from sandbox.slack.block_kit.problem import Problem
from sandbox.slack.block_kit.rules import broken_rules
from sandbox.slack.block_kit.surfaces import ALLOWED, AnyView, Message, OptionsAnswer, SubmissionAnswer

_WORDS: dict[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda error: f"missing required field: {error['loc'][-1]}",
    "extra_forbidden": lambda error: f"invalid additional property: {error['loc'][-1]}",
    "string_too_long": lambda error: f"must be less than {error['ctx']['max_length'] + 1} characters",
    "string_too_short": lambda error: f"must be more than {error['ctx']['min_length'] - 1} characters",
    "too_long": lambda error: f"no more than {error['ctx']['max_length']} items allowed",
    "too_short": lambda error: f"no less than {error['ctx']['min_length']} items allowed",
    "union_tag_invalid": lambda error: f"unsupported type: {error['ctx']['tag']}",
    "union_tag_not_found": lambda _: "missing required field: type",
}
_ABOUT_THE_OWNER = {"missing", "extra_forbidden"}


def message_problems(message: Any) -> list[Problem]:
    """Judge the content of a message, or a whole body for a `response_url` or a command."""
    return _shape_problems(Message, message) or _block_problems("message", message.get("blocks") or [])


def view_problems(view: Any) -> list[Problem]:
    """Judge a modal or a home."""
    return _shape_problems(AnyView, view) or _view_rules(view)


def options_problems(answer: Any) -> list[Problem]:
    """Judge the ack of a `block_suggestion`."""
    return _shape_problems(OptionsAnswer, answer)


def submission_problems(answer: Any) -> list[Problem]:
    """Judge the ack of a `view_submission` that has a body."""
    problems = _shape_problems(SubmissionAnswer, answer)
    if problems or "view" not in answer:
        return problems
    return [
        Problem(pointer=f"/view{problem.pointer}", text=problem.text, code=problem.code)
        for problem in _view_rules(answer["view"])
    ]


def _view_rules(view: Any) -> list[Problem]:
    problems = _block_problems(view["type"], view["blocks"])
    if view["type"] == "modal" and "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
        problems.append(Problem(pointer="", text="submit is required when there is an input block"))
    return problems


def _block_problems(surface: str, blocks: list[Any]) -> list[Problem]:
    strangers = [
        Problem(pointer=f"/blocks/{number}/type", text=f"unsupported type: {block['type']} in a {surface}")
        for number, block in enumerate(blocks)
        if block["type"] not in ALLOWED[surface]
    ]
    return strangers or list(broken_rules(surface, blocks))


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _shape_problems(shape: Any, value: Any) -> list[Problem]:
    try:
        _adapter(shape).validate_python(value)
    except ValidationError as errors:
        return [_problem(error, value) for error in errors.errors(include_url=False)]
    return []


def _problem(error: ErrorDetails, value: Any) -> Problem:
    words = _WORDS.get(error["type"], _as_pydantic_says)
    loc = error["loc"][:-1] if error["type"] in _ABOUT_THE_OWNER else error["loc"]
    detail = error.get("ctx", {}).get("at")
    path = [*_path(loc, value), *([detail] if detail else [])]
    return Problem(pointer="".join(f"/{step}" for step in path), text=words(error))


def _as_pydantic_says(error: ErrorDetails) -> str:
    return error["msg"][:1].lower() + error["msg"][1:]


def _path(loc: Sequence[int | str], value: Any) -> list[int | str]:
    """Leave out of pydantic's location the union tags, which are values of `type` and no keys."""
    path: list[int | str] = []
    tag_seen = False
    for step in loc:
        if isinstance(value, dict) and not tag_seen and step in (value.get("type"), value.get("response_action")):
            tag_seen = True
            continue
        path.append(step)
        value, tag_seen = _inside(value, step), False
    return path


def _inside(value: Any, step: int | str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
