"""What was filled in, field by field: a fault is a sentence beside its field, and all faults come at once."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.money import ExchangeRates, Money
from domain.words import Impact, Priority
from usecases.request_fields import TEXT_LENGTH, TITLE_LENGTH, CheckedFields, FieldRules, RequestFields, with_more

TODAY = date(2026, 11, 2)
RATES = ExchangeRates("USD", {"EUR": Fraction(11, 10)})
RULES = FieldRules(rates=lambda: RATES, gitlab_url="https://gitlab.example.com")


def check(*, rules: FieldRules = RULES, currency: str | None = None, **changes: Any) -> CheckedFields:
    given_fields: dict[str, Any] = {"title": "SCIM", "priority": "P1", "impact": "none"} | changes
    return rules.check(RequestFields(**given_fields), currency=currency, today=TODAY)


def faults(*, rules: FieldRules = RULES, **changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        check(rules=rules, **changes)
    return refused.value.fields


def test_the_least_that_is_fine() -> None:
    assert check() == CheckedFields(
        title="SCIM",
        use_case=None,
        workaround=None,
        priority=Priority.P1,
        impact=Impact.NONE,
        arr=None,
        needed_by=None,
        opportunity_id=None,
        gitlab_url=None,
    )


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"title": ""}, "title", "what is missing"),
        ({"title": " \n\t "}, "title", "what is missing"),
        ({"title": "\x00\u202e"}, "title", "what is missing"),
        ({"title": "🤷"}, "title", "what is missing"),
        ({"title": "!?…"}, "title", "what is missing"),
        ({"title": "x" * 151}, "title", "151 now"),
        ({"title": "x" * 40_000}, "title", "under 150"),
        ({"use_case": "x" * 3001}, "use_case", "3,001 now"),
        ({"workaround": "x" * 3001}, "workaround", "under 3,000"),
        ({"priority": None}, "priority", "badly"),
        ({"priority": "P9"}, "priority", "badly"),
        ({"impact": None}, "impact", "at stake"),
        ({"impact": "meteor"}, "impact", "at stake"),
        ({"arr": "lots"}, "arr", "250k"),
        ({"arr": "-5"}, "arr", "negative"),
        ({"arr": "1e308"}, "arr", "250k"),
        ({"arr": "£5"}, "arr", "no exchange rate for GBP. Use EUR, USD"),
        ({"needed_by": "soon"}, "needed_by", "2027-03-31"),
        ({"needed_by": "2026-11-01"}, "needed_by", "from today"),
        ({"needed_by": "2031-11-02"}, "needed_by", "five years"),
        ({"needed_by": "9999-12-31"}, "needed_by", "five years"),
        ({"priority": "P0", "workaround": "a spreadsheet"}, "workaround", "no workaround"),
    ],
)
def test_a_fault_is_said_beside_its_field(changes: dict[str, Any], field: str, says: str) -> None:
    found = faults(**changes)
    assert set(found) == {field}
    assert says in found[field]


def test_all_faults_come_at_once() -> None:
    everything = faults(
        title="", use_case="x" * 3001, priority="?", impact="?", arr="?", needed_by="?", gitlab_url="ftp://x"
    )
    assert set(everything) == {"title", "use_case", "priority", "impact", "arr", "needed_by", "gitlab_url"}


def test_the_limits_themselves_are_fine() -> None:
    checked = check(title="x" * TITLE_LENGTH, use_case="y" * TEXT_LENGTH, workaround="z" * TEXT_LENGTH)
    assert (len(checked.title), len(checked.use_case or ""), len(checked.workaround or "")) == (150, 3000, 3000)


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=365 * 5)])
def test_the_first_and_the_last_day_are_fine(day: date) -> None:
    assert check(needed_by=day.isoformat()).needed_by == day


def test_p0_with_an_empty_workaround_is_fine() -> None:
    assert check(priority="P0", workaround=" \n ").workaround is None


def test_an_amount_is_in_the_accounts_currency_or_the_reporting_one() -> None:
    assert check(arr="5k", currency="EUR").arr == Money(5_000_00, "EUR")
    assert check(arr="5k").arr == Money(5_000_00, "USD")


class TestGitLabAddress:
    @pytest.mark.parametrize(
        "url",
        [
            "https://gitlab.example.com/acme/platform/-/issues/7",
            "http://gitlab.example.com/groups/acme/-/epics/3",
            "  https://gitlab.example.com/acme/platform/-/work_items/7  ",
            "https://GITLAB.example.com/acme/platform/-/issues/7",
            "https://gitlab.example.com:8443/acme/platform/-/issues/7",
        ],
    )
    def test_of_our_gitlab_is_taken(self, url: str) -> None:
        assert check(gitlab_url=url).gitlab_url == url.strip()

    @pytest.mark.parametrize(
        "url",
        [
            *("javascript:alert(1)", "file:///etc/passwd", "gitlab.example.com/a", "https://", "//x", "https://[::1"),
            *("https://user:pass@gitlab.example.com/a", "https://token@gitlab.example.com/a", "not a url", "<script>"),
            "https://gitlab.example.com/" + "a" * 1000,
        ],
    )
    def test_that_is_none_is_refused(self, url: str) -> None:
        assert "Paste the issue" in faults(gitlab_url=url)["gitlab_url"]

    @pytest.mark.parametrize(
        "url", ["https://evil.example/a", "https://gitlab.example.com.evil.example/a", "http://127.0.0.1/a"]
    )
    def test_of_another_host_is_refused(self, url: str) -> None:
        assert "gitlab.example.com" in faults(gitlab_url=url)["gitlab_url"]

    def test_of_any_host_is_taken_while_no_gitlab_is_connected(self) -> None:
        rules = FieldRules(rates=lambda: RATES)
        assert check(rules=rules, gitlab_url="https://other.example/a").gitlab_url == "https://other.example/a"


ANYTHING = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=200)


@given(
    st.fixed_dictionaries(
        {"title": ANYTHING, "priority": st.none() | ANYTHING, "impact": st.none() | ANYTHING},
        optional={
            "use_case": ANYTHING,
            "workaround": ANYTHING,
            "arr": ANYTHING,
            "needed_by": st.none() | ANYTHING,
            "gitlab_url": ANYTHING
            | ANYTHING.map("https://gitlab.example.com/{}".format)
            | ANYTHING.map("http://[{}".format),
        },
    )
)
def test_anything_is_either_believed_or_a_fault_of_a_field(fields: dict[str, Any]) -> None:
    found: dict[str, str] = {}
    try:
        RULES.check(RequestFields(**fields), currency=None, today=TODAY)
    except InvalidInput as invalid:
        found = invalid.fields
    assert set(found) <= set(RequestFields.__slots__)
    assert all(sentence.strip() for sentence in found.values())


@given(ANYTHING)
def test_a_believed_title_can_be_stored_and_shown(title: str) -> None:
    try:
        believed = check(title=title).title
    except InvalidInput:
        return
    assert "\x00" not in believed
    assert len(believed.splitlines()) == 1
    believed.encode()


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        (None, "By April", "By April"),
        ("They audit.", "By April", "They audit.\n\nBy April"),
        ("x" * TEXT_LENGTH, "By April", "x" * (TEXT_LENGTH - 11) + "…\n\nBy April"),
        ("They audit.", "y" * TEXT_LENGTH, "y" * TEXT_LENGTH),
        ("They audit.", "y" * (TEXT_LENGTH + 1), "y" * (TEXT_LENGTH - 1) + "…"),
    ],
)
def test_what_is_added_stays_and_what_is_older_gives_way(text: str | None, more: str, expected: str) -> None:
    assert with_more(text, more) == expected
    assert len(expected) <= TEXT_LENGTH
