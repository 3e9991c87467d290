"""When digests are due, what the command line does about it, and what the policy says of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy_file import Policy
from bot.wiring_of_digests import period_of, recurrence_of
from domain.digest import Subscription
from storage.database import Database
from storage.models import Digest, Proposal
from tests.bot.test_cli import run as run  # noqa: PLC0414  it is the fixture
from tests.bot.test_cli import url
from tests.bot.test_recurrence import clocks_of_the_world
from tests.usecases.office import Office

Run = Callable[..., tuple[int, str, str]]
START, WEEKS = date(2026, 1, 5), 104


def test_every_week_of_two_years_has_one_digest_in_every_zone() -> None:
    """One zone for each behaviour of a clock; days and hours take turns, the hour of the change among them."""
    for number, zone in enumerate(clocks_of_the_world()):
        wanted = Subscription(
            key="s", channel="C1", weekday=number % 7, at=("02:30", "00:00", "23:59")[number % 3], time_zone=zone.key
        )
        rule, moment, periods = recurrence_of(wanted), datetime(2026, 1, 4, tzinfo=UTC), []
        for _week in range(WEEKS):
            slot = rule.following(moment)
            periods.append(period_of(slot))
            moment = slot.at
        assert len(set(periods)) == WEEKS
        assert periods == sorted(periods)


@given(st.dates(START, START + timedelta(days=7 * WEEKS)), st.integers(0, 6), st.integers(0, 6))
def test_another_day_or_hour_is_no_other_week(day: date, before: int, after: int) -> None:
    monday = day - timedelta(days=day.weekday())
    slots = [
        recurrence_of(Subscription(key="s", channel="C1", weekday=weekday, at="09:00", time_zone="UTC")).latest(
            datetime(monday.year, monday.month, monday.day, 12, tzinfo=UTC) + timedelta(days=6)
        )
        for weekday in (before, after)
    ]
    assert period_of(slots[0]) == period_of(slots[1])


def test_a_subscription_of_the_file_is_named_by_what_it_wants() -> None:
    common = {"channel": "C1"}
    policy = Policy.model_validate({"digests": [common, common | {"time": "10:00"}, {"channel": "C2"}]})
    moved = Policy.model_validate({"digests": [common | {"day": "friday"}]})
    assert [one.key for one in policy.subscriptions()] == ["config:C1:*", "config:C1:*#2", "config:C2:*"]
    assert moved.subscriptions()[0].key == "config:C1:*"


def test_filters_are_part_of_what_is_wanted_and_no_customer_is_in_the_key() -> None:
    digests = [{"channel": "C1", "filters": text} for text in ("p0 segment:enterprise", "account:acme", "area:auth P0")]
    policy = Policy.model_validate({"areas": [{"key": "auth", "name": "Auth"}], "digests": digests})
    first, customers, area = policy.subscriptions()
    assert (first.filters, area.areas, area.filters) == ("segment:enterprise priority:P0", ("auth",), "priority:P0")
    assert len({first.key, customers.key, area.key}) == 3
    assert "acme" not in customers.key


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_command_does_what_is_due_once(run: Run, database: Database, tmp_path: Path) -> None:
    office = Office(database)
    office.file(account_id=office.account("Acme"), title="SCIM provisioning")
    (tmp_path / "gapbot.toml").write_text('[[digests]]\nchannel = "C1"\n[top10]\nchannel = "C2"\n')
    where = {"DATABASE_URL": url(database)}

    status, printed, _ = run("digest", "--dry-run", **where)
    assert (status, "SCIM provisioning" in printed) == (0, True)
    assert "Acme" not in printed
    said = [run("digest", "--now", **where)[1] for _ in range(2)]
    assert "for C1: is on its way." in said[0]
    assert "1 proposed." in said[0]
    assert "was posted already" in said[1]
    assert "nothing to propose." in said[1]
    assert "is on its way" in run("digest", "--now", "--again", "--channel", "C1", **where)[1]
    assert "No digest is subscribed for C9" in run("digest", "--now", "--channel", "C9", **where)[2]
    assert "Say --now" in run("digest", **where)[2]

    assert len(office.reading(lambda session: session.query(Digest).all())) == 2
    assert len(office.reading(lambda session: session.query(Proposal).all())) == 1
