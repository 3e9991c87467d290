"""Slots: exactly one for each day or week in every zone of the world, whatever its clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recurrence import Daily, Every, Weekly, hourly, instant

ZONES = sorted(available_timezones() - {"localtime"})
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
DAY = timedelta(days=1)
_NEW_YEAR = datetime(2026, 1, 1)  # noqa: DTZ001  Hypothesis wants it so

zones = st.sampled_from(ZONES).map(ZoneInfo)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
days = st.dates(FIRST, LAST)


def _brute_force(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first minute at which the zone's wall clock shows this time or a later one."""
    wanted = datetime.combine(day, at)
    moment = wanted.replace(tzinfo=UTC) - timedelta(hours=15)
    while moment.astimezone(zone).replace(tzinfo=None) < wanted:
        moment += timedelta(minutes=1)
    return moment


@cache
def clocks_of_the_world() -> dict[ZoneInfo, set[date]]:
    """One zone for each behaviour that a clock has in these two years, to the minute; the days around its changes."""
    noon = datetime.combine(FIRST, time(12), UTC)
    noons = [noon + DAY * number for number in range((LAST - FIRST).days + 1)]
    alike: dict[tuple[object, ...], tuple[ZoneInfo, set[date]]] = {}
    for zone in map(ZoneInfo, ZONES):
        offsets = [at.astimezone(zone).utcoffset() for at in noons]
        changes = [number for number in range(1, len(noons)) if offsets[number] != offsets[number - 1]]
        moments = tuple((_moment(zone, noons[number - 1]), offsets[number]) for number in changes)
        around = {noons[number].date() + DAY * shift for number in changes for shift in (-2, -1, 0, 1)}
        alike[offsets[0], moments] = zone, around
    return dict(alike.values())


def _moment(zone: ZoneInfo, noon: datetime) -> datetime:
    """When the clock changes in the day after this noon."""
    before, after = noon, noon + DAY
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == noon.astimezone(zone).utcoffset():
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)


@given(zone=zones, day=days, at=times)
def test_a_slot_is_the_first_moment_that_shows_its_time(zone: ZoneInfo, day: date, at: time) -> None:
    assert instant(day, at, zone) == _brute_force(day, at, zone)


def test_every_change_of_every_zone_in_two_years() -> None:
    gaps = folds = 0
    for zone, around in clocks_of_the_world().items():
        for day in around:
            for minutes in range(0, 24 * 60, 30):
                wanted = datetime.combine(day, time(minutes // 60, minutes % 60))
                at = instant(day, wanted.time(), zone)
                shown = at.astimezone(zone)
                if shown.replace(tzinfo=None) == wanted:
                    assert shown.fold == 0
                    folds += (at + timedelta(hours=1)).astimezone(zone).replace(tzinfo=None) == wanted
                else:
                    gaps += 1
                    before = (at - timedelta(seconds=1)).astimezone(zone)
                    assert before.replace(tzinfo=None) < wanted < shown.replace(tzinfo=None)
    assert gaps >= 100
    assert folds >= 100


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), "2026-03-29T03:00:00+02:00"),
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), "2026-10-25T02:30:00+02:00"),
        ("Europe/Berlin", date(2026, 10, 26), time(9, 0), "2026-10-26T09:00:00+01:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-04T02:30:00+11:00"),
        ("Africa/Cairo", date(2026, 4, 24), time(0, 0), "2026-04-24T01:00:00+03:00"),
        ("Pacific/Apia", date(2011, 12, 30), time(9, 0), "2011-12-31T00:00:00+14:00"),
        ("Asia/Kathmandu", date(2026, 1, 1), time(0, 0), "2026-01-01T00:00:00+05:45"),
    ],
)
def test_examples(zone: str, day: date, at: time, expected: str) -> None:
    assert instant(day, at, ZoneInfo(zone)).astimezone(ZoneInfo(zone)).isoformat() == expected


@given(zone=zones, at=times, start=days, steps=st.lists(st.floats(0.01, 20), min_size=10, max_size=40))
def test_a_daily_schedule_has_one_slot_a_day(zone: ZoneInfo, at: time, start: date, steps: list[float]) -> None:
    rule = Daily(at=at, zone=zone)
    now = instant(start, at, zone)
    seen = [rule.latest(now).label]
    for hours in steps:
        now += timedelta(hours=hours)
        slot = rule.latest(now)
        assert slot.at <= now < rule.following(now).at
        if slot.label != seen[-1]:
            seen.append(slot.label)
    assert seen == [f"{start + DAY * number}T{at:%H:%M}" for number in range(len(seen))]


@given(zone=zones, weekday=st.integers(0, 6), at=times, start=days)
def test_a_weekly_schedule_has_one_slot_a_week(zone: ZoneInfo, weekday: int, at: time, start: date) -> None:
    rule = Weekly(weekday=weekday, at=at, zone=zone)
    slot = rule.following(datetime.combine(start, at, UTC))
    for _ in range(15):
        following = rule.following(slot.at)
        assert rule.latest(following.at) == following
        assert rule.latest(following.at - timedelta(seconds=1)) == slot
        day = date.fromisoformat(following.label[:10])
        assert day.weekday() == weekday
        assert day - date.fromisoformat(slot.label[:10]) == timedelta(days=7)
        assert abs(following.at - slot.at - timedelta(days=7)) <= timedelta(hours=2)
        slot = following


@given(seconds=st.integers(1, 100_000), offset=st.integers(0, 10_000), now=st.datetimes(_NEW_YEAR))
def test_a_period_has_one_slot_each_time_it_passes(seconds: int, offset: int, now: datetime) -> None:
    rule = Every(period=timedelta(seconds=seconds), offset=timedelta(seconds=offset))
    moment = now.replace(tzinfo=UTC)
    latest, following = rule.latest(moment), rule.following(moment)
    assert latest.at <= moment < following.at
    assert following.at - latest.at == rule.period
    assert rule.latest(following.at) == following
    assert latest.label != following.label


def test_an_hourly_schedule_fires_at_its_minute() -> None:
    assert hourly(minute=17).latest(datetime(2026, 11, 2, 9, 16, tzinfo=UTC)).label == "2026-11-02T08:17:00Z"


def test_a_period_is_at_least_a_second() -> None:
    with pytest.raises(ValueError, match="second"):
        Every(period=timedelta(milliseconds=500))
