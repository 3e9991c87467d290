"""A model's answer fills what is empty, if it fits; it carries nothing out, and says nothing that the text does not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.language_model import NoAnswer
from domain.words import Impact, Priority
from usecases.understanding.draft import Draft, Part
from usecases.understanding.guessed import fills, read_guess

TODAY = date(2026, 11, 2)
TEXT = "The nightly export breaks for [customer]; they copy rows by hand and are furious"
ALL = (
    '{"title": "Nightly export breaks", "priority": "P1", "impact": "risks_churn", "needed_by": "2027-01-31",'
    ' "workaround": "they copy rows by hand", "account": "Acme", "command": "file", "request_id": 7}'
)


def filled(answer: str, draft: Draft | None = None) -> dict[str, object]:
    return dict(fills(read_guess(answer), draft or Draft(), text=TEXT, today=TODAY))


def test_what_is_empty_is_filled_and_nothing_else() -> None:
    everything = {
        "title": "Nightly export breaks",
        "priority": Priority.P1,
        "impact": Impact.RISKS_CHURN,
        "needed_by": date(2027, 1, 31),
        "workaround": "they copy rows by hand",
    }
    assert filled(ALL) == filled(f"```json\n{ALL}\n```") == everything
    known = Draft(title="Export", priority=Priority.P0, by_renewal=True)
    assert filled(ALL, known) == {"impact": Impact.RISKS_CHURN}
    assert filled("{}") == {}


@pytest.mark.parametrize(
    "answer",
    [
        '{"title": "Free beer for everyone"}',  # not what the text says
        '{"title": "Export for [customer]"}',
        '{"title": "  "}',
        '{"needed_by": "2020-01-01"}',
        '{"needed_by": "2099-01-01"}',
        '{"priority": "P0", "workaround": "they copy rows by hand"}',
    ],
)
def test_what_cannot_be_meant_is_left_out(answer: str) -> None:
    assert set(filled(answer)) <= {"priority"}


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I cannot help with that.",
        "[]",
        '"P0"',
        '{"priority": "P9"}',
        '{"impact": "world peace"}',
        f'{{"title": "{"x" * 151}"}}',
        '{"needed_by": "soon"}',
        '{"title": {"text": "SSO"}}',
        "[" * 100_000,
        ALL + ALL,
    ],
)
def test_what_does_not_fit_is_no_answer(answer: str) -> None:
    with pytest.raises(NoAnswer):
        read_guess(answer)


@given(st.text(max_size=200))
def test_any_words_are_read_or_no_answer(answer: str) -> None:
    try:
        reading = read_guess(answer)
    except NoAnswer:
        return
    fills(reading, Draft(), text=TEXT, today=TODAY)


def test_a_guess_is_marked_until_somebody_says_it() -> None:
    guessed = Draft(title="Export").with_guesses({"priority": Priority.P1, "impact": Impact.RISKS_CHURN})
    assert guessed.guessed == (Part.PRIORITY, Part.IMPACT)
    assert guessed.changed({"priority": "P1"}).guessed == (Part.IMPACT,)
    assert Draft.model_validate(guessed.model_dump(mode="json")) == guessed
