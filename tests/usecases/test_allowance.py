"""How fast one person may ask: generous to people, an end to scripts, nobody at another one's expense."""

import pytest

from tests.usecases.office import GUEST, PM, SELLER, HandClock, Office
from usecases import allowance
from usecases.allowance import Allowance, TooFast
from usecases.find_accounts import TYPED_AT_ONCE


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def three(clock: HandClock) -> Allowance:
    """Three at once, and one more every two seconds."""
    return Allowance(at_once=3, per_second=0.5, now=clock)


def taken(allowance: Allowance, who: str = "U1", *, of: int = 10) -> int:
    """How many of so many questions are let pass."""
    for number in range(of):
        try:
            allowance.take(who)
        except TooFast:
            return number
    return of


def test_so_many_at_once_for_each(three: Allowance) -> None:
    assert [taken(three, who) for who in ("U1", "U2", "U1")] == [3, 3, 0]


def test_it_comes_back_with_time_and_never_grows_beyond_the_start(three: Allowance, clock: HandClock) -> None:
    taken(three)
    clock.move(seconds=1)
    assert taken(three) == 0
    clock.move(seconds=1)
    assert taken(three) == 1
    clock.move(hours=9)
    assert taken(three) == 3


def test_a_clock_that_goes_back_takes_nothing_away(three: Allowance, clock: HandClock) -> None:
    taken(three, of=1)
    clock.move(hours=-1)
    assert taken(three) == 2


def test_whoever_has_waited_long_enough_is_forgotten(
    three: Allowance, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "_MOST_KEPT", 5)
    for number in range(5):
        three.take(f"U{number}")
    clock.move(seconds=60)
    three.take("U9")
    assert set(three._left) == {"U9"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_type_ahead_that_is_asked_too_fast_rests(office: Office) -> None:
    office.account("Acme")
    for _ in range(TYPED_AT_ONCE):
        assert office.use.find_accounts.matching("acme", by=SELLER)
    with pytest.raises(TooFast):
        office.use.find_accounts.matching("acme", by=SELLER)
    assert office.use.find_accounts.matching("acme", by=PM), "nobody else waits"
    office.clock.move(seconds=1)
    assert office.use.find_accounts.matching("acme", by=SELLER)
    assert GUEST not in office.use.find_accounts.allowance._left
