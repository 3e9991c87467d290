"""Values as bad as the product lets them be: the longest, oddest and most of all that a view may have to show."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from domain.amount import Amount
from domain.gap_query import MODELS, GapQuery, Sort
from domain.issues import Health, IssueState
from domain.money import LARGEST, Money
from domain.organisation import Area, Organisation
from domain.text import clean, clean_line
from domain.top10 import swap
from domain.words import AccountKind, GapState, Impact, Priority
from storage.triage import QueuedGap
from usecases.account_budget import Budget
from usecases.add_up import Sum
from usecases.change_request import StoredRequest
from usecases.find_accounts import AccountCard, AccountMatch, Colleague, OpportunityChoice
from usecases.home_pages import SIZES, Page, Section
from usecases.linked_issues import LinkedIssue
from usecases.list_gaps import GapList, ListedGap
from usecases.rank_gaps import Place
from usecases.request_fields import TEXT_LENGTH, TITLE_LENGTH
from usecases.show_gap import DealThen, GapCard, GapPart, RequestLine
from usecases.show_home import (
    AccountSum,
    AreaGap,
    Home,
    MyAccount,
    MyApproval,
    MyQuestion,
    MyRequest,
    Waiting,
    WantedGap,
)
from usecases.suggest_gaps import Suggestion
from usecases.tell_about_request import Announcement, Confirmation, Dispute, PublicCard

_PIECES = st.sampled_from(
    [
        *(
            "&",
            "<",
            ">",
            "|",
            "*",
            "_",
            "`",
            "~",
            "\\",
            '"',
            "'",
            "<!channel>",
            "<@U1>",
            "<http://evil|Salesforce>",
            "&lt;",
        ),
        *("👩\u200d👩\u200d👧", "é", "e\u0301", "שלום", "\u200b", "日本語", "=cmd()", "x", "word ", "\n", "\u2028"),
    ]
)


def texts(longest: int) -> st.SearchStrategy[str]:
    """Visible text of up to `longest` characters, often exactly so long."""
    mixed = st.lists(_PIECES, min_size=1, max_size=20).map("".join)
    return st.tuples(mixed, st.booleans()).map(lambda drawn: ((drawn[0] * longest) if drawn[1] else drawn[0])[:longest])


def lines(longest: int) -> st.SearchStrategy[str]:
    return texts(longest).map(clean_line).filter(bool)


def addresses() -> st.SearchStrategy[str]:
    paths = st.text(st.sampled_from("abc&<>|%?=#/é -\u2028"), max_size=60) | st.just("&" * 960) | st.just("<" * 960)
    return paths.map(lambda path: f"https://gitlab.example.com/{path}"[:1000])


TITLES, NAMES = lines(TITLE_LENGTH), lines(255)
TEXTS = texts(TEXT_LENGTH).map(clean) | st.none()
IDS = st.integers(1, 2**63 - 1)
SLACK_IDS = st.from_regex(r"U[A-Z0-9]{1,31}", fullmatch=True)
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds
MONEY = st.builds(
    Money, minor=st.integers(0, LARGEST * 1000), currency=st.sampled_from(["USD", "EUR", "CHF", "JPY", "KWD"])
)
COUNTS = st.integers(0, 10**6)
PLACES = st.builds(
    Place, rank=st.integers(1, 10**6), of=st.integers(1, 10**6), before=st.none() | st.integers(1, 10**6)
)
AREAS = st.builds(
    Area, key=st.from_regex(r"[a-z0-9][a-z0-9-]{0,38}", fullmatch=True), name=lines(60), dri=st.none() | SLACK_IDS
)
ORGANISATIONS = st.lists(AREAS, max_size=130, unique_by=lambda area: area.key).map(
    lambda areas: Organisation(areas=tuple(areas))
)
CHOICES = st.lists(
    st.builds(OpportunityChoice, opportunity_id=IDS, line=lines(400)),
    max_size=130,
    unique_by=lambda one: one.opportunity_id,
).map(tuple)
ENUMS = {
    "kind": st.sampled_from(AccountKind),
    "state": st.sampled_from(GapState),
    "priority": st.sampled_from(Priority),
    "impact": st.sampled_from(Impact),
}
AMOUNTS = st.builds(Amount, original=MONEY, reporting=st.none() | MONEY, rate_date=st.none() | DAYS)
COLLEAGUES = st.none() | st.builds(Colleague, name=lines(120), slack_id=st.none() | SLACK_IDS)
CARDS = st.builds(
    AccountCard, account_id=IDS, name=NAMES, kind=ENUMS["kind"], is_verified=st.booleans(), is_deleted=st.booleans(),
    segment=st.none() | lines(80), is_strategic=st.booleans(), arr=st.none() | AMOUNTS, arr_as_of=st.none() | TIMES,
    renewal_date=st.none() | DAYS, owner=COLLEAGUES, csm=COLLEAGUES, opportunities=CHOICES,
    budget=st.none() | st.builds(Budget, total=MONEY, gaps=st.integers(1, 10**6), as_p0=MONEY),
    shows_exact_money=st.booleans(),
)  # fmt: skip
MATCHES = st.lists(
    st.builds(AccountMatch, account_id=IDS, name=NAMES, hints=texts(500), is_exact=st.booleans()),
    max_size=60, unique_by=lambda one: one.account_id,
)  # fmt: skip
SUGGESTIONS = st.lists(
    st.builds(Suggestion, gap_id=IDS, title=TITLES, accounts=COUNTS), max_size=3, unique_by=lambda one: one.gap_id
)
STORED = st.builds(
    StoredRequest, request_id=IDS, version=st.integers(1, 10**6), gap_id=IDS, gap_title=TITLES, account_id=IDS,
    account=NAMES, title=TITLES, use_case=TEXTS, workaround=TEXTS, priority=ENUMS["priority"], impact=ENUMS["impact"],
    arr=st.none() | MONEY, arr_crm=st.none() | MONEY, needed_by=st.none() | DAYS, opportunity_id=st.none() | IDS,
    opportunities=CHOICES, is_withdrawn=st.booleans(), requester_id=SLACK_IDS, channel_id=st.none(),
)  # fmt: skip
LINES = st.lists(
    st.builds(
        RequestLine, request_id=IDS, account=NAMES, priority=ENUMS["priority"], arr=st.none() | AMOUNTS,
        needed_by=st.none() | DAYS, requester_id=SLACK_IDS, filed_at=TIMES, is_verified=st.booleans(),
        is_deleted=st.booleans(), typed=st.none() | AMOUNTS, arr_then=st.none() | MONEY,
        kind_then=st.none() | ENUMS["kind"],
        deal_then=st.none() | st.builds(DealThen, stage=lines(80), is_lost=st.booleans(), amount=st.none() | MONEY),
    ),
    max_size=20, unique_by=lambda one: one.request_id,
).map(tuple)  # fmt: skip
ISSUES = st.lists(
    st.builds(
        LinkedIssue, link_id=IDS, url=addresses(), reference=st.none() | lines(1000), title=st.none() | lines(255),
        state=st.none() | st.sampled_from(IssueState), is_hidden=st.booleans(), is_moved=st.booleans(),
        moved_to_url=st.none() | addresses(), milestone=st.none() | lines(255), due=st.none() | DAYS,
        weight=st.none() | COUNTS, health=st.none() | st.sampled_from(Health),
        assignees=st.lists(lines(255), max_size=9).map(tuple),
    ),
    max_size=9, unique_by=lambda one: one.link_id,
).map(tuple)  # fmt: skip
GAP_CARDS = st.builds(
    GapCard, gap_id=IDS, title=TITLES, area_key=st.none() | st.just("auth"), dri_id=st.none() | SLACK_IDS,
    state=ENUMS["state"], opened_at=TIMES, place=st.none() | PLACES, accounts=COUNTS, requests=LINES,
    hidden_requests=COUNTS, issues=ISSUES, shows_exact_money=st.booleans(), can_link=st.booleans(),
    can_decide=st.booleans(), merged_into=st.none() | IDS, total=COUNTS,
    parts=st.lists(st.builds(GapPart, gap_id=IDS, title=TITLES), max_size=2).map(tuple),
)  # fmt: skip
LISTED = st.lists(
    st.builds(
        ListedGap, gap_id=IDS, position=st.none() | st.integers(1, 10**6), rank=st.none() | st.integers(1, 10**6),
        was=st.none() | st.integers(1, 10**6), is_new=st.booleans(), score=st.floats(0, 10**12), title=TITLES,
        area_key=st.none(), state=ENUMS["state"], dri_id=st.none(), arr=MONEY, accounts=COUNTS,
        strategic_accounts=COUNTS, p0_accounts=COUNTS, has_guessed_money=st.booleans(),
        issues=ISSUES,
    ),
    max_size=20, unique_by=lambda one: one.gap_id,
).map(tuple)  # fmt: skip
_TYPED = st.lists(lines(20), max_size=3).map(tuple)
QUERIES = st.builds(
    GapQuery, segments=_TYPED, accounts=_TYPED, owners=_TYPED, themes=_TYPED, words=_TYPED,
    linked=st.none() | st.booleans(), model=st.none() | st.sampled_from(MODELS), sort=st.sampled_from(Sort),
    size=st.integers(1, 20), states=st.just((GapState.NEW,)),
)  # fmt: skip
SUMS = st.builds(Sum, accounts=COUNTS, p0_accounts=COUNTS, arr=MONEY)
GAP_LISTS = st.builds(
    GapList, gaps=LISTED, query=QUERIES | st.just(GapQuery()), page=st.integers(0, 3), pages=st.integers(1, 4),
    total=COUNTS, as_of=DAYS, model=st.sampled_from(MODELS), moved_since=st.none() | DAYS, shown=SUMS, whole=SUMS,
    shows_exact_money=st.booleans(), may_estimate=st.booleans(), may_try=st.booleans(),
)  # fmt: skip


def _queued(number: int) -> QueuedGap:
    return QueuedGap(number, "x", None, None, GapState.NEW, datetime(2026, 1, 1, tzinfo=UTC), 1, Health.ON_TRACK)


HEALTHS = st.none() | st.sampled_from(Health)
QUEUED = st.builds(
    QueuedGap, gap_id=IDS, title=TITLES, area_key=st.none(), dri_id=st.none() | SLACK_IDS, state=ENUMS["state"],
    opened_at=TIMES, accounts=COUNTS, health=HEALTHS,
)  # fmt: skip
WAITING = st.builds(Waiting, gap=QUEUED, days=COUNTS)


def pages(section: Section, rows: st.SearchStrategy[Any], key: Callable[[Any], int]) -> st.SearchStrategy[Page[Any]]:
    """A few rows somewhere among many; a page that is full is another test's."""
    size, some = SIZES[section], st.lists(rows, max_size=2, unique_by=key)
    return st.builds(
        lambda found, number: Page(tuple(found), number, size, number * size + len(found) + number % 2), some, COUNTS
    )


HOMES = st.builds(
    Home,
    is_welcome=st.booleans(),
    requests=pages(
        Section.REQUESTS,
        st.builds(
            MyRequest, request_id=IDS, gap_id=IDS, gap_title=TITLES, gap_state=ENUMS["state"], account=NAMES,
            priority=ENUMS["priority"], rank=st.none() | COUNTS, filed_at=TIMES,
        ),
        lambda one: one.request_id,
    ),
    questions=pages(
        Section.QUESTIONS,
        st.builds(MyQuestion, question_id=IDS, gap_id=IDS, gap_title=TITLES, text=texts(2000), asked_by=SLACK_IDS),
        lambda one: one.question_id,
    ),
    approvals=pages(
        Section.APPROVALS,
        st.builds(MyApproval, proposal_id=IDS, change=st.builds(swap, IDS, out=IDS)),
        lambda one: one.proposal_id,
    ),
    queue=pages(Section.QUEUE, WAITING, lambda one: one.gap.gap_id),
    areas=st.lists(lines(60), min_size=1, max_size=3).map(tuple),
    area_gaps=st.lists(
        st.builds(
            AreaGap, gap_id=IDS, title=TITLES, state=ENUMS["state"], rank=COUNTS, accounts=COUNTS, health=HEALTHS
        ),
        max_size=2, unique_by=lambda one: one.gap_id,
    ).map(tuple),
    accounts=pages(
        Section.ACCOUNTS,
        st.builds(
            MyAccount, name=NAMES, arr=st.none() | MONEY,
            gaps=st.lists(
                st.builds(
                    WantedGap, gap_id=IDS, title=TITLES, state=ENUMS["state"], priority=ENUMS["priority"],
                    rank=st.none() | COUNTS,
                ),
                min_size=1, max_size=6,
            ).map(tuple),
        ),
        id,
    ),
    account_sum=st.none() | st.builds(AccountSum, accounts=COUNTS, gaps=COUNTS, arr=MONEY),
)  # fmt: skip
FULL_HOME = Home(
    is_welcome=True,
    requests=Page(
        tuple(
            MyRequest(n, n, "x", GapState.NEW, "y", Priority.P0, 1, datetime(2026, 1, 1, tzinfo=UTC)) for n in range(10)
        ),
        1, 10, 30,
    ),
    questions=Page(tuple(MyQuestion(n, n, "x", "y", "U1") for n in range(5)), 1, 5, 30),
    approvals=Page(tuple(MyApproval(n, swap(1, out=2)) for n in range(5)), 1, 5, 30),
    queue=Page(tuple(Waiting(_queued(n), 3) for n in range(10)), 1, 10, 30),
    nobodys=Page(tuple(Waiting(_queued(n), 3) for n in range(20, 25)), 1, 5, 30),
    areas=("Auth",),
    area_gaps=tuple(AreaGap(n, "x", GapState.NEW, 1, 1, Health.AT_RISK) for n in range(5)),
    accounts=Page(
        tuple(MyAccount(f"{n}", None, (WantedGap(1, "x", GapState.NEW, Priority.P0, 1),)) for n in range(10)), 1, 10, 30
    ),
    account_sum=AccountSum(30, 30, Money(100, "USD")),
)  # fmt: skip
"""Every part of the tab, all of them full."""
CONFIRMATIONS = st.builds(
    Confirmation, request_id=IDS, gap_id=IDS, gap_title=TITLES, account=NAMES, account_is_verified=st.booleans(),
    opened_gap=st.booleans(), requester_id=SLACK_IDS, is_withdrawn=st.booleans(),
    dispute=st.none() | st.builds(Dispute, typed=AMOUNTS, known=AMOUNTS, known_as_of=st.none() | TIMES),
)  # fmt: skip
PUBLIC_CARDS = st.builds(
    PublicCard, gap_id=IDS, title=TITLES, area=lines(60), dri_id=st.none() | SLACK_IDS, state=ENUMS["state"],
    accounts=COUNTS, p0_accounts=COUNTS,
)  # fmt: skip
ANNOUNCEMENTS = st.builds(
    Announcement, card=PUBLIC_CARDS, channel_id=st.just("C1"), request_id=IDS, priority=ENUMS["priority"],
    opened_gap=st.booleans(), is_withdrawn=st.booleans(),
)  # fmt: skip

_OURS = re.compile(r"<@U[A-Z0-9]+>|<https?://[^<>|\s]+\|[^<>|\n]*>|^>", re.MULTILINE)
_ENTITY = re.compile(r"&(?:amp|lt|gt);")


def live_markup(payload: Any) -> list[str]:
    """Every piece of mrkdwn in which something is live, or broken, that we did not put there."""
    return [text for text in _marked_up(payload) if re.search(r"[<>&]", _ENTITY.sub("", _OURS.sub("", text)))]


def _marked_up(payload: Any) -> Iterator[str]:
    if isinstance(payload, list):
        for one in payload:
            yield from _marked_up(one)
    elif isinstance(payload, dict):
        if payload.get("type") == "mrkdwn" or ("blocks" in payload and isinstance(payload.get("text"), str)):
            yield payload["text"]
        for one in payload.values():
            yield from _marked_up(one)
