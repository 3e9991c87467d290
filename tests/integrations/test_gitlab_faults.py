"""Whatever goes wrong at whichever call: repeated, it ends with one issue, one note and the right labels."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.issue_tracker import NoteText
from domain.issue_tracker_errors import (
    Busy,
    Forbidden,
    Misunderstood,
    NotVisible,
    SignInRefused,
    TrackerError,
    Unreachable,
)
from tests.integrations.gitlab_house import DRAFT, MARKER, NOTE, START, TOKEN, House

HASTE = 0.15
BEFORE = {
    "502_before_effect": Unreachable,
    "drop_before_effect": Unreachable,
    "hang_before_effect": Unreachable,
    "429:30": Busy,
    "429:date": Busy,
    "429:huge": Busy,
    "429:absent": Busy,
    "401": SignInRefused,
    "403": Forbidden,
    "404": NotVisible,
    "301": (Unreachable, Misunderstood),
    "html": Misunderstood,
    "malformed": Misunderstood,
}
AFTER = {
    "502_after_effect": Unreachable,
    "drop_after_effect": Unreachable,
    "hang_after_effect": Unreachable,
    "html_after_effect": Misunderstood,
}
FAULTS = list((BEFORE | AFTER).items())


def repeated(deed: Callable[[], object]) -> TrackerError:
    """Do it until it works, as a job would; return the first error."""
    errors: list[TrackerError] = []
    for _ in range(3):
        try:
            deed()
        except TrackerError as failed:
            errors.append(failed)
        else:
            return errors[0]
    raise AssertionError("it never worked") from errors[-1]


@pytest.mark.parametrize("script", [("issues.list", ()), ("issues.list", ("ok",)), ("issue.create", ())])
def test_one_issue_is_made(house: House, script: tuple[str, tuple[str, ...]]) -> None:
    for fault, error in FAULTS:
        house.gitlab.faults.script(script[0], *script[1], fault)

        told = repeated(lambda: house.create(read=HASTE))

        assert isinstance(told, error), fault
        made = [(item.title, sorted(item.labels)) for item in house.made_by_bot()]
        assert made == [(DRAFT.title, ["customer", "gap::new"])], fault
        house.world.items.clear()


@pytest.mark.parametrize("operation", ["notes.list", "graphql.query", "note.create", "graphql.mutation"])
def test_one_note_is_written(house: House, operation: str) -> None:
    home = house.group if operation == "graphql.mutation" else house.project
    ref = house.seen(item := house.issue(home=home)).ref
    for fault, error in FAULTS:
        house.gitlab.faults.script(operation, fault)

        told = repeated(lambda: house.tracker(read=HASTE).put_note(ref, text=NOTE, marker=MARKER))

        assert isinstance(told, error), fault
        assert [note.internal for note in item.notes] == [True], fault
        item.notes.clear()


def test_the_note_is_changed_and_the_labels_are_right(house: House) -> None:
    ref = house.seen(item := house.issue(labels=["team", "gap::new"])).ref
    tracker = house.tracker(read=HASTE)
    for number, (fault, error) in enumerate(FAULTS):
        wanted, stale = f"gap::{number}", f"gap::{number - 1}"
        tracker.put_note(ref, text=NOTE, marker=MARKER)
        house.gitlab.faults.script("note.update", fault)
        house.gitlab.faults.script("issue.update", fault)

        told = repeated(lambda: tracker.put_note(ref, text=NoteText("By 4."), marker=MARKER))
        also = repeated(lambda add=wanted, old=stale: tracker.change_labels(ref, add=[add], remove=[old]))  # type: ignore[misc]

        assert isinstance(told, error), fault
        assert isinstance(also, error), fault
        assert [note.body.splitlines()[0] for note in item.notes] == ["By 4."], fault
        assert {"team", wanted} <= set(item.labels), fault
        assert stale not in item.labels, fault


@pytest.mark.parametrize("fault", list(AFTER))
def test_removing_a_note_survives(house: House, fault: str) -> None:
    ref = house.seen(item := house.issue()).ref
    house.tracker(read=HASTE).put_note(ref, text=NOTE, marker=MARKER)
    house.gitlab.faults.script("note.delete", fault)

    if fault == "html_after_effect":
        house.tracker(read=HASTE).remove_note(ref, marker=MARKER)
    else:
        repeated(lambda: house.tracker(read=HASTE).remove_note(ref, marker=MARKER))

    assert item.notes == []


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ("429:30", timedelta(seconds=30)),
        ("429:date", timedelta(seconds=90)),
        ("429:huge", timedelta(days=1)),
        ("429:absent", timedelta(minutes=1)),
    ],
)
def test_busy_says_for_how_long(house: House, fault: str, wait: timedelta) -> None:
    house.gitlab.faults.script("user.read", fault)

    with pytest.raises(Busy) as busy:
        house.tracker().account()

    assert busy.value.retry_after == wait
    assert len(house.gitlab.records.calls) == 1


@pytest.mark.parametrize(
    ("operation", "fault", "perhaps"),
    [
        ("issues.list", "502_before_effect", False),
        ("issue.create", "502_before_effect", True),
        ("issue.create", "drop_after_effect", True),
        ("issue.create", "301", False),
    ],
)
def test_unreachable_tells_what_may_have_happened(house: House, operation: str, fault: str, perhaps: bool) -> None:
    house.gitlab.faults.script(operation, fault)

    with pytest.raises(Unreachable) as told:
        house.create()

    assert told.value.perhaps_done is perhaps


def test_nothing_listens(house: House) -> None:
    ref = house.seen(house.issue()).ref
    house.gitlab.stop()

    with pytest.raises(Unreachable) as told:
        house.tracker(read=HASTE).change_labels(ref, add=["a"])

    assert told.value.perhaps_done is False


def test_no_error_carries_a_secret_or_an_address(house: House) -> None:
    for fault, _ in FAULTS:
        house.gitlab.faults.script("issue.create", fault)
        with pytest.raises(TrackerError) as told:
            house.create(read=HASTE)
        assert told.value.__context__ is None
        assert told.value.__cause__ is None
        for secret in (TOKEN, house.gitlab.base_url, DRAFT.title, "acme"):
            assert secret not in told.value.sentence
        house.world.items.clear()


def test_a_read_only_token_is_told_what_it_lacks(house: House) -> None:
    house.world.add_token("reader", house.bot, scopes=["read_api"])

    with pytest.raises(SignInRefused, match="scope"):
        house.tracker(token="reader").create(
            project_id=house.project.id, draft=DRAFT, marker=MARKER, since=START - timedelta(days=1)
        )
