"""The weekly digest in a channel: once, for the eyes of whoever reads along, and whatever Slack does."""

from datetime import timedelta
from html import unescape

import pytest
import requests
from sqlalchemy import update

from bot import clock
from storage.jobs import enqueue
from storage.models import Account, Digest, RankDay, RankPlace
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.office import Office, buttons_of, seen
from tests.scenarios.weekly import WORKING_GROUP, digest_day, with_digest
from usecases.job_kinds import POST_DIGEST, DigestBuilt

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def a_week_ago(office: Office) -> None:
    """The ranking of a week ago: offline mode led, SCIM was last and nobody had asked Nordwind's P0 yet."""
    day = clock.now().date() - timedelta(days=7)
    order = {3: 60.0, 2: 20.0, 1: 15.0}
    parts = {"metrics": [], "families": [{"account": 2, "counted": 9_000_000, "priority": "P1"}]}
    with office.database.write() as session:
        session.add(
            RankDay(
                day=day, taken_at=clock.now(), model="composite", model_version=1, calibration_id="c", calibration={},
                currency="USD", inputs_hash="0", gaps=3,
            )
        )  # fmt: skip
        session.flush()
        for position, (gap_id, score) in enumerate(order.items(), start=1):
            session.add(
                RankPlace(
                    day=day, gap_id=gap_id, position=position, score=score, arr_minor=1, accounts=1,
                    strategic_accounts=0, p0_accounts=0, parts=parts if gap_id == 1 else {}, p_top10=None,
                )
            )  # fmt: skip


def channel(office: Office, name: str = "wg-top-gaps") -> list[str]:
    return [seen(message) for message in office.ada.messages(name)]


def test_says_what_moved_and_why_once(open_office: OpenOffice) -> None:
    office = open_office(more_policy=with_digest())
    a_week_ago(office)
    digest_day(office)
    digest_day(office)

    root, *thread = office.ada.messages("wg-top-gaps")
    assert "Top gaps, week 48" in seen(root)
    assert "1. ▲2 *SCIM provisioning for groups*" in seen(root)
    assert "1 P0" in seen(root)
    assert "$1m to $5m ARR" in seen(root) or "$250k to $1m ARR" in seen(root)
    assert [block["type"] for block in root.blocks].count("data_visualization") == 1
    assert buttons_of(root) == ["Propose change", "CSV"]
    assert root.text.startswith("Top gaps, week 48. 1. GAP-1 SCIM provisioning for groups, up 2: ")
    assert [message.thread_ts for message in thread] == [root.ts] * len(thread)
    details = " ".join(seen(message) for message in thread)
    assert "#3 → #1" in details
    assert "1 account asked (" in details
    assert office.count(Digest) == 1
    assert office.ada.choose("Why …", "SCIM", message=root, channel="wg-top-gaps").ok
    assert "GAP-1" in str(office.ada.modal.content)


@ON_SQLITE
def test_a_channel_sees_what_its_readers_may(open_office: OpenOffice) -> None:
    """The same wish for exact money: in a channel of ours, in one with another company, and in one with a guest."""
    policy = with_digest(money="exact")
    policy["digests"] = [policy["digests"][0] | {"channel": one} for one in (WORKING_GROUP, "C0PARTNER", "C0GENERAL")]
    office = open_office(more_policy=policy)
    a_week_ago(office)
    digest_day(office)

    ours = " ".join(channel(office))
    assert "$900k ARR" in ours
    assert "Nordwind AG asked" in ours
    for name in ("partner-room", "general"):
        said = " ".join(channel(office, name))
        assert "SCIM provisioning" in said
        assert "$" not in said
        assert "Nordwind" not in said
    # Names in a channel are what this test is about; the promise that none are is kept everywhere else.
    with office.database.write() as session:
        session.execute(update(Account).values(name="Renamed", domain=None))


@ON_SQLITE
def test_a_digest_is_about_what_its_filters_leave(open_office: OpenOffice) -> None:
    policy = with_digest()
    places = {WORKING_GROUP: "P0", "C0AREAAUTH": "account:nordwind", "C0GENERAL": "account:nordwind"}
    policy["digests"] = [policy["digests"][0] | {"channel": one, "filters": text} for one, text in places.items()]
    office = open_office(more_policy=policy)
    a_week_ago(office)
    digest_day(office)

    root, thread = channel(office)[0], " ".join(channel(office)[1:])
    assert "1. ▲2 *SCIM provisioning for groups*" in root
    assert "1 account · 1 P0" in root
    assert "Only requests with `priority:P0`" in root
    assert "Offline mode" not in root
    assert "#3 → #1" in thread

    of_a_customer = office.ada.messages("area-auth")[0]
    assert "Only requests with `account:…`" in seen(of_a_customer)
    assert buttons_of(of_a_customer) == ["Propose change"]
    assert "nordwind" not in str(of_a_customer.as_slack()).casefold()
    # A guest reads along in the last channel: which gaps are a customer's is none of theirs.
    assert channel(office, "general") == []
    assert ["about certain customers" in one for one in map(seen, office.ada.messages("app"))] == [True]


@ON_SQLITE
def test_who_answers_for_it_is_told_once_of_each_channel(open_office: OpenOffice) -> None:
    policy = with_digest()
    policy["digests"] = [policy["digests"][0] | {"channel": one} for one in ("C0OLD", "C0AREAAUTH")]
    office = open_office(more_policy=policy)
    office.world.channel("area-auth").posting_restricted = True
    digest_day(office, period="2026-W48")
    digest_day(office, period="2026-W49")

    told = sorted(seen(message) for message in office.ada.messages("app"))
    assert ["I could not post the weekly digest" in one for one in told] == [True, True]
    assert "posting in the channel is restricted" in told[0]
    assert "the channel is archived" in told[1]


@ON_SQLITE
def test_a_slack_without_charts_gets_the_rest(open_office: OpenOffice) -> None:
    office = open_office(more_policy=with_digest())
    a_week_ago(office)
    office.slack.faults.script("chat.postMessage", "error:invalid_blocks")
    digest_day(office)

    root, picture, *_ = office.ada.messages("wg-top-gaps")
    assert "Top gaps, week 48" in seen(root)
    assert "data_visualization" not in [block["type"] for block in root.blocks]
    (file,) = picture.files
    assert picture.thread_ts == root.ts
    assert file["alt_txt"].startswith("Line chart, score of the top five from ")
    assert "GAP-1 from 15.0 to " in file["alt_txt"]
    assert requests.get(file["url_private"], timeout=5).content.startswith(b"\x89PNG")
    with office.database.write() as session:  # whoever takes it over finds it all there
        session.execute(update(Digest).values(posted_at=None))
        enqueue(session, POST_DIGEST, DigestBuilt(digest_id=1))
    office.settle()
    assert [message.files for message in office.ada.messages("wg-top-gaps") if message.files] == [[file]]


@ON_SQLITE
def test_a_channel_is_subscribed_and_unsubscribed_with_a_form(open_office: OpenOffice) -> None:
    office = open_office()
    office.ava.command("/top-gaps", "subscribe", channel="general")
    assert "You may not do this" in seen(office.ava.last_message("general"))
    assert office.gwen.command("/top-gaps", "subscribe", channel="wg-top-gaps").ok
    office.gwen.fill({"Time zone": "Mars/Olympus", "How many?": "5 gaps"})
    assert list(office.gwen.submit().errors) == ["time_zone"]
    office.gwen.fill({"Time zone": "Europe/Berlin", "Asked since": "yesterday"})
    assert list(office.gwen.submit().errors) == ["words"]
    office.gwen.fill({"Asked since": "", "Words in the title": "Nordwind AG"})
    assert "is a customer’s name" in office.gwen.submit().errors["words"]
    office.gwen.fill({"Words in the title": "", "Asked since": "90d", "Priority": "P0", "Product area": "auth"})
    assert office.gwen.submit().ok
    digest_day(office)
    assert "Top gaps in Auth & SSO, week 48" in unescape(channel(office)[0])

    assert office.gwen.command("/top-gaps", "subscribe", channel="wg-top-gaps").ok
    assert "Mondays at 09:00 (Europe/Berlin), 5 gaps, bands" in str(office.gwen.modal.blocks)
    assert "`area:auth priority:P0 since:90d`" in str(office.gwen.modal.blocks)
    assert office.gwen.click("End").ok
    assert "Mondays" not in str(office.gwen.modal.blocks)
    digest_day(office, period="2026-W49")
    assert office.count(Digest) == 1
