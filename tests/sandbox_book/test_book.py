"""The demo's world: it reads like a company, is the same everywhere, and contradicts itself nowhere."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.transitions import TRANSITIONS
from domain.words import AccountKind, GapState, Impact, OpportunityKind, OpportunityStage, Priority
from sandbox.book import Book, write_book
from sandbox.book.dice import stream
from sandbox.book.salesforce_ids import new_id, with_checksum

AS_OF = date(2026, 1, 5)
SEEDS = (1, 7, 42)


@pytest.fixture(scope="module", params=SEEDS)
def book(request: pytest.FixtureRequest) -> Book:
    return write_book(seed=request.param, as_of=AS_OF)


class TestSize:
    def test_is_that_of_a_growing_company(self, book: Book) -> None:
        assert 110 <= len(book.accounts) <= 130
        assert 150 <= len(book.opportunities) <= 190
        assert len(book.gaps) == 40
        assert len(book.requests) == 400
        assert len(book.areas) == 7
        assert len(book.people) >= 20

    def test_every_account_kind_priority_and_state_occurs(self, book: Book) -> None:
        assert {account.kind for account in book.accounts} == set(AccountKind)
        assert {request.priority for request in book.requests} == set(Priority)
        assert {request.impact for request in book.requests} == set(Impact)
        assert {gap.state for gap in book.gaps} == set(GapState) == set(TRANSITIONS)
        assert {deal.kind for deal in book.opportunities} == set(OpportunityKind)
        assert {deal.stage for deal in book.opportunities} == set(OpportunityStage)

    def test_a_few_gaps_get_most_of_the_requests(self, book: Book) -> None:
        counts = Counter(request.gap for request in book.requests)
        top = sum(count for _, count in counts.most_common(10))
        assert len(counts) == 40
        assert 0.4 < top / 400 < 0.75

    def test_a_few_accounts_pay_most_of_the_dollars(self, book: Book) -> None:
        arr = sorted((account.arr or 0 for account in book.accounts if account.currency == "USD"), reverse=True)
        assert sum(arr[: len(arr) // 5]) > sum(arr) / 2

    def test_names_need_more_than_ascii_and_quotes(self, book: Book) -> None:
        names = " ".join(account.name for account in book.accounts)
        for letter in "'&öüßøåŁŻşÇıřé青銀":
            assert letter in names
        assert {account.currency for account in book.accounts} == {"USD", "EUR", "GBP", "JPY", "SEK"}


class TestHolesInTheData:
    def test_some_money_is_unknown_some_zero_and_some_typed_otherwise(self, book: Book) -> None:
        customers = [account for account in book.accounts if account.kind == "customer"]
        arr = {account.id: account.arr for account in book.accounts}
        assert any(account.arr is None for account in customers)
        assert all(account.arr is None for account in book.accounts if account.kind != "customer")
        differing = [r for r in book.requests if r.typed_arr and arr[r.account] and r.typed_arr != arr[r.account]]
        assert len(differing) > 20
        assert any(request.typed_arr and arr[request.account] is None for request in book.requests)

    def test_some_accounts_are_typed_by_hand(self, book: Book) -> None:
        typed = {account.id for account in book.accounts if not account.verified}
        assert len(typed) == 3
        assert not any(deal.account in typed for deal in book.opportunities)

    def test_some_deals_are_overdue_and_some_requests_withdrawn_or_repeated(self, book: Book) -> None:
        assert any(deal.stage == "open" and deal.close < AS_OF for deal in book.opportunities)
        assert any(request.withdrawn_at for request in book.requests)
        pairs = Counter((request.gap, request.account) for request in book.requests)
        assert sum(count > 1 for count in pairs.values()) > 10

    def test_namesakes_differ_in_domain_and_segment(self, book: Book) -> None:
        namesakes = [name for name, count in Counter(a.name for a in book.accounts).items() if count > 1]
        assert len(namesakes) == 2
        for name in namesakes:
            both = [account for account in book.accounts if account.name == name]
            assert len({account.segment for account in both}) == 2
        assert len({account.domain for account in book.accounts}) == len(book.accounts)


class TestReferences:
    def test_rows_are_numbered_from_one(self, book: Book) -> None:
        for rows in (book.accounts, book.opportunities, book.gaps, book.requests):
            assert [row.id for row in rows] == list(range(1, len(rows) + 1))

    def test_parents_come_before_their_children(self, book: Book) -> None:
        assert all(account.parent < account.id for account in book.accounts if account.parent)
        assert sum(account.parent is not None for account in book.accounts) > 15

    def test_everybody_mentioned_exists(self, book: Book) -> None:
        people = {person.id for person in book.people}
        channels = {channel.id for channel in book.channels}
        mentioned = {gap.dri for gap in book.gaps} | {request.requester for request in book.requests}
        mentioned |= {message.author for message in book.messages} | {area.dri for area in book.areas}
        mentioned |= {member for channel in book.channels for member in channel.members}
        mentioned |= {one for role, members in book.roles.items() if role != "requester" for one in members}
        mentioned |= {one for account in book.accounts for one in (account.owner, account.csm) if one}
        assert mentioned <= people
        said_in = {request.channel for request in book.requests} | {message.channel for message in book.messages}
        assert said_in - {None} | {area.channel for area in book.areas} <= channels

    def test_a_request_is_about_its_own_account_s_deal(self, book: Book) -> None:
        owner = {deal.id: deal.account for deal in book.opportunities}
        linked = [request for request in book.requests if request.opportunity]
        assert len(linked) > 100
        assert all(owner[request.opportunity or 0] == request.account for request in linked)

    def test_a_merged_gap_points_at_an_open_one(self, book: Book) -> None:
        gaps = {gap.id: gap for gap in book.gaps}
        for gap in book.gaps:
            assert (gap.state == "duplicate") == (gap.merged_into is not None)
            if gap.merged_into:
                assert GapState(gaps[gap.merged_into].state).is_open

    def test_guests_and_people_who_left_file_nothing(self, book: Book) -> None:
        silent = {person.id for person in book.people if person.kind not in {"member", "admin"}}
        assert len(silent) == 3
        assert not silent & {request.requester for request in book.requests}


class TestTime:
    def test_nothing_happens_after_today_or_in_the_wrong_order(self, book: Book) -> None:
        today = datetime.combine(AS_OF, time(tzinfo=UTC))
        accounts = {account.id: account for account in book.accounts}
        for request in book.requests:
            assert accounts[request.account].created_at < request.created_at <= request.last_confirmed_at < today
            if request.withdrawn_at:
                assert request.last_confirmed_at <= request.withdrawn_at < today
        assert [r.created_at for r in book.requests] == sorted(r.created_at for r in book.requests)

    def test_a_gap_is_as_old_as_its_first_request(self, book: Book) -> None:
        first = {request.gap: request for request in reversed(book.requests)}
        for gap in book.gaps:
            assert (gap.created_at, gap.created_by) == (first[gap.id].created_at, first[gap.id].requester)

    def test_new_gaps_are_new_and_shipped_ones_old(self, book: Book) -> None:
        today = datetime.combine(AS_OF, time(tzinfo=UTC))
        for gap in book.gaps:
            if gap.state == "new":
                assert today - gap.created_at < timedelta(days=14)
            if gap.state == "shipped":
                assert today - gap.created_at > timedelta(days=100)

    def test_requests_are_filed_on_working_days(self, book: Book) -> None:
        assert all(request.created_at.weekday() < 5 for request in book.requests)

    def test_who_churned_asked_before_leaving(self, book: Book) -> None:
        left = {deal.account: deal.close for deal in book.opportunities if deal.kind == "churn"}
        asked = [request for request in book.requests if request.account in left]
        assert all(request.created_at.date() <= left[request.account] for request in asked)


class TestText:
    def test_no_gap_names_a_customer(self, book: Book) -> None:
        texts = " ".join(f"{gap.title} {gap.problem}" for gap in book.gaps).lower()
        for account in book.accounts:
            assert account.name.lower() not in texts
            assert account.name.split()[0].lower() not in texts.split()

    def test_texts_fit_their_columns(self, book: Book) -> None:
        assert all(10 < len(gap.title) <= 150 for gap in book.gaps)
        assert all(len(gap.problem) > 40 for gap in book.gaps)
        assert all(20 < len(request.use_case) <= 3000 and request.use_case[-1] == "." for request in book.requests)

    def test_addresses_reach_nobody(self, book: Book) -> None:
        assert all(account.domain.isascii() and account.domain.endswith(".example") for account in book.accounts)

    def test_conversations_are_answered_after_the_question(self, book: Book) -> None:
        shared = [message for message in book.messages if message.text.startswith("Hi ")]
        assert [message.text[:6] for message in shared] == ["Hi all", "Hi Dan"]


class TestPeople:
    def test_personas_cover_every_part_of_the_story(self, book: Book) -> None:
        assert len(book.personas) == 8
        assert [person.kind for person in book.personas].count("guest") == 1
        assert [person.kind for person in book.personas].count("admin") == 1
        approvers = {book.roles[role][0] for role in ("gtm", "product", "engineering")}
        assert len(approvers) == 3
        assert approvers <= {person.id for person in book.personas}

    def test_channels_are_the_ones_the_product_needs(self, book: Book) -> None:
        names = {channel.name for channel in book.channels}
        assert {"wg-product-gaps", "top10-proposals", "sales-emea", "cs-enterprise", "general"} <= names
        assert sum(channel.shared for channel in book.channels) == 1
        assert len(names) == len(book.channels) == 13


class TestSalesforceIds:
    def test_the_known_example_has_the_known_suffix(self) -> None:
        assert with_checksum("001A0000006Vm9r") == "001A0000006Vm9rIAC"

    def test_ids_are_unique_and_carry_their_checksum(self, book: Book) -> None:
        accounts = [account.salesforce_id for account in book.accounts if account.salesforce_id]
        deals = [deal.salesforce_id for deal in book.opportunities]
        assert len({record[:15] for record in accounts + deals}) == len(accounts) + len(deals)
        assert all(record == with_checksum(record[:15]) and record.startswith("001") for record in accounts)
        assert all(record == with_checksum(record[:15]) and record.startswith("006") for record in deals)

    def test_a_new_id_has_eighteen_characters(self) -> None:
        assert len(new_id("001", random=stream(1, "ids"))) == 18


class TestDeterminism:
    def test_another_process_with_another_hash_seed_writes_the_same_book(self) -> None:
        code = (
            "import hashlib; from datetime import date; from sandbox.book import write_book;"
            "print(hashlib.sha256(repr(write_book(seed=7, as_of=date(2026, 1, 5))).encode()).hexdigest())"
        )
        environment = {**os.environ, "PYTHONHASHSEED": "4711"}  # noqa: TID251  a child process needs its surroundings
        there = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()

        here = hashlib.sha256(repr(write_book(seed=7, as_of=AS_OF)).encode()).hexdigest()

        assert there == here

    def test_another_seed_is_another_book(self) -> None:
        assert write_book(seed=1, as_of=AS_OF) != write_book(seed=2, as_of=AS_OF)

    @pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 7, 4), date(2027, 12, 31)])
    def test_it_can_be_written_on_any_day(self, day: date) -> None:
        assert len(write_book(seed=7, as_of=day).requests) == 400
