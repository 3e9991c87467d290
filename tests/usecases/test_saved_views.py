"""Queries with names: one's own, shared ones, and what happens to them."""

import pytest

from domain.errors import NotAllowed, NotFound
from domain.gap_query import GapQuery
from tests.usecases.office import GUEST, OTHER_SELLER, PM, SELLER, Office
from usecases.read_gap_query import NotUnderstood
from usecases.saved_views import MOST_VIEWS, SavedViews, TooManyViews


@pytest.fixture
def views(office: Office) -> SavedViews:
    return office.use.ranking.saved_views


def test_a_view_is_found_by_its_name_however_it_is_written(views: SavedViews) -> None:
    kept = views.save("EMEA  Blockers", "p0 region:emea", by=SELLER, is_shared=False)
    assert str(kept) == "region:emea priority:P0"
    for typed in ("EMEA Blockers", "emea blockers", " émea-blockers ", 'view:"EMEA blockers"'):
        assert views.query(typed, by=SELLER) == kept, typed
    assert str(views.query("view:“EMEA blockers” area:auth 5", by=SELLER)) == "area:auth region:emea priority:P0 5"


def test_the_same_name_again_replaces_it(office: Office, views: SavedViews) -> None:
    for query in ("area:auth", "area:data"):
        views.save("Mine", query, by=SELLER, is_shared=False)
    assert [(view.name, view.query) for view in views.list(by=SELLER)] == [("Mine", "area:data")]
    assert [row.action for row in office.audit(f"view:{SELLER}")] == ["view.saved", "view.saved"]


def test_ones_own_goes_before_a_shared_one_and_is_nobody_elses(views: SavedViews) -> None:
    views.save("Blockers", "priority:P0", by=PM, is_shared=True)
    views.save("Blockers", "area:auth", by=SELLER, is_shared=False)
    assert str(views.query("blockers", by=SELLER)) == "area:auth"
    assert str(views.query("blockers", by=OTHER_SELLER)) == "priority:P0"
    assert [(view.is_shared, view.is_own) for view in views.list(by=SELLER)] == [(False, True), (True, False)]
    assert views.forget("BLOCKERS", by=SELLER) == "Blockers"
    assert str(views.query("blockers", by=SELLER)) == "priority:P0"


def test_sharing_and_dropping_what_is_shared_is_for_leaders(views: SavedViews) -> None:
    with pytest.raises(NotAllowed):
        views.save("Blockers", "priority:P0", by=SELLER, is_shared=True)
    views.save("Blockers", "priority:P0", by=PM, is_shared=True)
    with pytest.raises(NotAllowed):
        views.forget("Blockers", by=SELLER)
    views.forget("Blockers", by=PM)
    assert views.list(by=SELLER) == ()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestWhatDoesNotWork:
    def test_a_name_that_is_not_there_is_answered_with_the_closest(self, views: SavedViews) -> None:
        views.save("Blockers", "priority:P0", by=SELLER, is_shared=False)
        for attempt in (lambda: views.query("view:Blokers", by=SELLER), lambda: views.forget("Blokers", by=SELLER)):
            with pytest.raises(NotFound, match="Did you mean “Blockers”"):
                attempt()
        assert views.query("Blokers", by=SELLER) == GapQuery(words=("Blokers",)), "without view: it is a word"

    @pytest.mark.parametrize("name", ["", "  ", "a:b", 'say "x"', "x" * 61])
    def test_not_every_name(self, views: SavedViews, name: str) -> None:
        with pytest.raises(NotUnderstood, match="name"):
            views.save(name, "priority:P0", by=SELLER, is_shared=False)

    def test_what_makes_no_sense_is_not_saved(self, views: SavedViews) -> None:
        with pytest.raises(NotUnderstood, match="area"):
            views.save("Mine", "area:nowhere", by=SELLER, is_shared=False)
        assert views.list(by=SELLER) == ()

    def test_no_more_than_anybody_can_find(self, views: SavedViews) -> None:
        for number in range(MOST_VIEWS):
            views.save(f"View {number}", "5", by=SELLER, is_shared=False)
        with pytest.raises(TooManyViews):
            views.save("One more", "5", by=SELLER, is_shared=False)
        views.save("View 0", "7", by=SELLER, is_shared=False)

    def test_strangers_have_none(self, views: SavedViews) -> None:
        for attempt in (
            lambda: views.save("x", "5", by=GUEST, is_shared=False),
            lambda: views.query("x", by=GUEST),
            lambda: views.list(by=GUEST),
            lambda: views.forget("x", by=GUEST),
        ):
            with pytest.raises(NotAllowed):
                attempt()
