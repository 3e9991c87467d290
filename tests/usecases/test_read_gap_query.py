"""The language of `/top-gaps`: any order, forgiving, one canonical text."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import scoring
from domain.gap_query import MODELS, OPEN_STATES, GapQuery, Sort, read_since
from domain.organisation import Area
from domain.words import GapState, Impact, Priority
from usecases.read_gap_query import FILTERS, LONGEST_TEXT, NotUnderstood, Typed, read_gap_query

AREAS = (Area(key="auth", name="Auth & SSO"), Area(key="data", name="Data"), Area(key="mobile", name="Mobile apps"))


def read(text: str) -> GapQuery:
    return read_gap_query(text, areas=AREAS).query


_FREE = st.text(st.sampled_from("abzé0 9-_.&:=,<>|*'ß日:P"), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split()).lstrip("@").casefold()
).filter(bool)  # fmt: skip
_WORDS = st.text(st.sampled_from("abzÉ0 9-_.&:=,<>|*'P日"), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
).filter(bool)  # fmt: skip


def some(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, max_size=2, unique=True).map(lambda found: tuple(sorted(found, key=str)))


_WHEN = st.none() | st.sampled_from(["30d", "2w", "3m", "1y", "2026-01-31"]).map(read_since)
QUERIES = st.builds(
    GapQuery,
    areas=some(st.sampled_from([area.key for area in AREAS])),
    segments=some(_FREE),
    regions=some(_FREE),
    priorities=some(st.sampled_from(Priority)),
    impacts=some(st.sampled_from(Impact)),
    accounts=some(_FREE),
    owners=some(_FREE),
    states=some(st.sampled_from(OPEN_STATES)),
    linked=st.none() | st.booleans(),
    themes=some(_FREE),
    since=_WHEN,
    until=_WHEN,
    model=st.none() | st.sampled_from(MODELS),
    sort=st.sampled_from(Sort),
    words=st.lists(_WORDS, max_size=3, unique=True).map(tuple),
    size=st.integers(1, 20),
)


@given(QUERIES)
def test_what_is_written_is_read_back(query: GapQuery) -> None:
    assert read(str(query)) == query


@given(st.text(max_size=80) | st.lists(st.sampled_from([*FILTERS, ":", '"', ",", "P0", "5", "auth", " "])).map("".join))
@example('area:"auth')
@example('""')
@example("area:,")
def test_whatever_is_typed_is_read_or_refused_politely(text: str) -> None:
    try:
        query = read(text)
    except NotUnderstood:
        return
    assert read(str(query)) == query, "the canonical text is a fixed point"


@given(st.permutations(["area:auth", "priority:P0,P1", "since:30d", "linked:no", "sso", "7"]))
def test_the_order_does_not_matter(parts: list[str]) -> None:
    assert str(read(" ".join(parts))) == "area:auth priority:P0,P1 linked:no since:30d sso 7"


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("", ""),
        ("5", "5"),
        ("10", ""),
        ('AREA:"Auth & SSO"', "area:auth"),
        ("area: auth , data", "area:auth,data"),
        ("area:auth area:data area:auth", "area:auth,data"),
        ("areas=mobile", "area:mobile"),
        ("p0", "priority:P0"),
        ('"P0"', '"P0"'),
        ("priority:nice", "priority:NICE"),
        ("prio:“nice to have”", "priority:NICE"),
        ("impact:churn", None),
        ("impact:risks_churn", "impact:risks_churn"),
        ('impact:"blocks a new deal"', "impact:blocks_new_deal"),
        ("state:in-progress", "status:in_progress"),
        ("status:backlog", "status:backlog"),
        ("segment:Mid-Market", "segment:mid-market"),
        ("region:“EMEA North”", 'region:"emea north"'),
        ("owner:@pat", "owner:pat"),
        ("linked:y", "linked:yes"),
        ("model:rrf", "model:rank_fusion"),
        ("model:raw-arr", "model:raw_arr"),
        ("sort:acc", "sort:accounts"),
        ("offline mode, android", "offline mode android"),
        ('"offline mode"', '"offline mode"'),
        ("since:2026-1-1", None),
    ],
)
def test_forgiving(typed: str, canonical: str | None) -> None:
    if canonical is None:
        with pytest.raises(NotUnderstood):
            read(typed)
    else:
        assert str(read(typed)) == canonical


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("arae:auth", "Did you mean `area:`?"),
        ("segmnt:x", "Did you mean `segment:`?"),
        ("xyzzy:auth", "goes in quotes"),
        ("area:auht", "Did you mean `area:auth`?"),
        ("area:zzzz", "There are `auth`, `data`, `mobile`."),
        ("priority:P5", "I do not know `priority:P5`. Did you mean `priority:P0`?"),
        ("status:shipped", "I do not know `status:shipped`."),
        ("linked:maybe", "`linked:maybe`"),
        ("model:magic", "`composite`"),
        ("since:soon", "`since:2026-01-31`"),
        ("until:", "Say what to look for after `until:`"),
        ("area: priority:P0", "Say what to look for after `area:`, like `area:auth`."),
        ("5 6", "more than one number"),
        ("21", "1 to 20 gaps a page"),
        ("0", "1 to 20 gaps a page"),
        ("x" * (LONGEST_TEXT + 1), "too long"),
        ("a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd ee", "more than I can filter by"),
    ],
)
def test_what_makes_no_sense_says_what_would(typed: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read(typed)
    assert says in refused.value.sentence


def test_without_areas_it_says_so() -> None:
    with pytest.raises(NotUnderstood, match="No area is set up yet"):
        read_gap_query("area:auth", areas=())


class TestViews:
    def test_a_view_is_named_beside_filters(self) -> None:
        typed = read_gap_query("view:“EMEA blockers” p0 5", areas=AREAS)
        assert typed == Typed(GapQuery(priorities=(Priority.P0,), size=5), "EMEA blockers")

    def test_what_is_typed_goes_before_what_is_saved(self) -> None:
        saved = read("area:auth priority:P0 since:30d")
        assert str(read_gap_query("area:data 5", areas=AREAS).over(saved)) == "area:data priority:P0 since:30d 5"


def test_the_models_are_those_that_are_shipped() -> None:
    assert set(MODELS) == set(scoring.MODELS)


def test_open_states_are_what_can_be_asked_for() -> None:
    assert GapState.SHIPPED not in OPEN_STATES
    assert GapState.NEW in OPEN_STATES


@pytest.mark.parametrize(
    ("text", "day"), [("30d", date(2026, 10, 3)), ("2w", date(2026, 10, 19)), ("2026-01-31", date(2026, 1, 31))]
)
def test_a_length_of_time_moves_with_the_calendar(text: str, day: date) -> None:
    found = read_since(text)
    assert found is not None
    assert found.on(date(2026, 11, 2)) == day
