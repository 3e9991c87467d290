"""What views send back is listened to, by exactly one listener."""

import importlib
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Any

import handlers
from handlers.buttons import Button
from tests.architecture.recording import recorded

KINDS = ("command", "action", "view", "shortcut", "options", "event")
MODULES = [
    importlib.import_module(f"handlers.{path.parent.name}.ids")
    for path in sorted(Path(handlers.__path__[0]).glob("*/ids.py"))
]


def named(kind: str) -> tuple[type[StrEnum], ...]:
    """The enums of this name of all conversations."""
    return tuple(getattr(module, kind) for module in MODULES if hasattr(module, kind))


ACTIONS: tuple[type[StrEnum], ...] = (Button, *named("Action"))
# These show something, and have nothing to submit.
ONLY_SHOWN = {"gap_card.card", "split.done", "what_if.result", "why.explained"}
# Links open by themselves; the press is told to us all the same, and ignored on purpose.
ONLY_LINKS = {"gap_card.follow_link"}


def values(enums: tuple[type[Any], ...]) -> set[str]:
    return {str(one) for enum in enums for one in enum}


def test_nothing_is_registered_twice() -> None:
    """Bolt runs the first of two, silently."""
    for kind in KINDS:
        doubled = [name for name, count in Counter(recorded().named(kind)).items() if count > 1]
        assert doubled == [], kind


def test_every_button_has_a_listener() -> None:
    assert values(ACTIONS) - ONLY_LINKS <= recorded().names("action")


def test_every_modal_that_is_submitted_has_a_listener() -> None:
    assert values(named("View")) - ONLY_SHOWN == recorded().names("view")


def test_inputs_that_tell_us_have_a_listener() -> None:
    assert {"account", "title"} <= recorded().names("action")
    assert recorded().names("options") == {"account", "conversation.find_account", "issue", "split_requests"}


def test_there_is_no_listener_for_what_no_view_sends() -> None:
    assert recorded().names("action") <= values(ACTIONS) | values(named("Field"))


def test_the_catch_alls_are_registered_after_everything_else() -> None:
    kinds = [(kind, isinstance(key, str | dict)) for kind, key in recorded().registered if kind in KINDS]
    for kind in KINDS:
        named = [is_named for one, is_named in kinds if one == kind]
        assert named == sorted(named, reverse=True), f"a catch-all for {kind} hides what comes after it"


def test_ids_are_unique_over_conversations() -> None:
    ids = [str(one) for enum in (*ACTIONS, *named("View")) for one in enum]
    assert len(ids) == len(set(ids))
