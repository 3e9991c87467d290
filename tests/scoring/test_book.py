"""One gap ranked again must leave the list exactly as if all had been."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import STANDING_ALONE, Portfolio, Request, rank
from scoring.book import Book, Spot
from scoring.ranking import standings
from tests.scoring.worlds import ACCOUNT_IDS, CALIBRATION, DAY, GAP_IDS, portfolios, request


def spots(portfolio: Portfolio, *, model: str = "composite") -> dict[str, Spot]:
    return {each.gap_id: Spot.of(each) for each in standings(portfolio, CALIBRATION, as_of=DAY, model=model)}


def only(portfolio: Portfolio, gap: str) -> Portfolio:
    """What is read for one gap alone."""
    return replace(
        portfolio,
        gaps=tuple(each for each in portfolio.gaps if each.id == gap),
        requests=tuple(each for each in portfolio.requests if each.gap == gap),
    )


class TestMovingOneGap:
    @pytest.mark.parametrize("model", sorted(STANDING_ALONE))
    @given(portfolio=portfolios(merged=False), data=st.data())
    def test_gives_the_places_of_a_full_ranking(self, model: str, portfolio: Portfolio, data: st.DataObject) -> None:
        book = Book(spots(portfolio, model=model).values())
        for number in range(3):
            gap = data.draw(st.sampled_from(GAP_IDS))
            portfolio = _changed(portfolio, gap, number=number, data=data)
            for spot in spots(only(portfolio, gap), model=model).values():
                book.put(spot)
        full = rank(portfolio, CALIBRATION, as_of=DAY, model=model)
        assert book.gap_ids(start=0, stop=len(book)) == [entry.gap_id for entry in full]
        assert {gap: book.rank(gap) for gap in GAP_IDS} == {
            entry.gap_id: entry.rank if entry.evidence.cells else None for entry in full
        }
        assert book.asked == sum(bool(entry.evidence.cells) for entry in full)

    @given(portfolios(merged=False), st.sampled_from(GAP_IDS), st.data())
    def test_tells_the_place_it_would_have_instead(self, portfolio: Portfolio, gap: str, data: st.DataObject) -> None:
        book = Book(spots(portfolio).values())
        before = book.gap_ids(start=0, stop=9)
        other = _changed(portfolio, gap, number=0, data=data)
        assert book.rank_instead(spots(only(other, gap))[gap]) == rank(other, CALIBRATION, as_of=DAY)[gap].rank
        assert book.gap_ids(start=0, stop=9) == before

    @given(portfolios(merged=False), st.sampled_from(GAP_IDS))
    def test_a_gap_that_goes_takes_nothing_with_it(self, portfolio: Portfolio, gap: str) -> None:
        book = Book(spots(portfolio).values())
        book.remove(gap)
        book.remove("never there")
        rest = replace(portfolio, gaps=tuple(each for each in portfolio.gaps if each.id != gap))
        full = rank(rest, CALIBRATION, as_of=DAY)
        assert book.gap_ids(start=0, stop=9) == [entry.gap_id for entry in full]
        assert (gap in book, book.rank(gap), len(book)) == (False, None, 2)
        assert book.asked == sum(bool(entry.evidence.cells) for entry in full)
        back = spots(only(portfolio, gap))[gap]
        assert book.rank_instead(back) == rank(portfolio, CALIBRATION, as_of=DAY)[gap].rank

    def test_a_part_of_the_list_starts_where_it_is_asked_to(self) -> None:
        portfolio = Portfolio(gaps=Portfolio().gaps)
        assert Book(spots(portfolio).values()).gap_ids(start=0, stop=5) == []
        book = Book(Spot(key, (number, key), is_asked=True) for number, key in enumerate("abcde"))
        assert book.gap_ids(start=1, stop=3) == ["b", "c"]
        assert [book.rank(key) for key in "ae"] == [1, 5]


def _changed(portfolio: Portfolio, gap: str, *, number: int, data: st.DataObject) -> Portfolio:
    """Somebody asks for the gap, or takes everything back."""
    if data.draw(st.booleans()):
        said: Request = request(
            f"new{number}",
            data.draw(st.sampled_from(ACCOUNT_IDS)),
            gap=gap,
            priority=data.draw(st.sampled_from(("P0", "P1", "NICE"))),
            requester="somebody new",
        )
        return replace(portfolio, requests=(*portfolio.requests, said))
    return replace(portfolio, requests=tuple(each for each in portfolio.requests if each.gap != gap))


def test_thousands_of_moves_keep_the_list_sorted() -> None:
    moves = random.Random(7)  # noqa: S311 - chance, not secrets
    book = Book(Spot(f"g{n}", (0, f"g{n}"), is_asked=False) for n in range(50))
    for _ in range(2_000):
        gap = f"g{moves.randrange(50)}"
        book.put(Spot(gap, (moves.randrange(20), gap), is_asked=True))
    listed = book.gap_ids(start=0, stop=50)
    assert len(set(listed)) == len(book) == book.asked == 50
    assert [book.rank(gap) for gap in listed] == list(range(1, 51))
