"""The digest fits into Slack at its largest, and is the same for ears as for eyes."""

from datetime import UTC, date, datetime, timedelta

from domain.digest import (
    Cause,
    CauseKind,
    DigestContent,
    DigestLine,
    GapName,
    MoneyShown,
    Movement,
    Mover,
    Trend,
)
from handlers.blocks import as_json
from handlers.digest import messages
from handlers.digest.words import Eyes
from handlers.messages import Message
from sandbox.slack.block_kit.check import message_problems

DAY = date(2026, 11, 23)
LONG = "&<>" * 50


def content(size: int, *, money: MoneyShown = MoneyShown.EXACT) -> DigestContent:
    lines = tuple(
        DigestLine(
            gap_id=10**8 + number, title=LONG, rank=number, before=number + 7, movement=Movement.UP, score=99.9,
            arr_minor=10**13, accounts=10_000, p0_accounts=9_999, state="awaiting_demand", milestone=LONG + LONG[:105],
            due=DAY, url="https://gitlab.example.com/" + "a" * 400,
        )
        for number in range(1, size + 1)
    )  # fmt: skip
    cause = Cause(kind=CauseKind.ASKED, delta=10**13, accounts=(1, 2, 3), p0=3)
    movers = tuple(Mover(gap_id=1, title=LONG, before=9, now=1, causes=(cause, cause, cause)) for _ in range(5))
    names = tuple(GapName(gap_id=number, title=LONG) for number in range(20))
    days = tuple(DAY - timedelta(days=back) for back in range(56, -1, -1))
    return DigestContent(
        period="2026-W48", as_of=DAY, compared_to=DAY, currency="KWD", size=size, areas=(), money=money, lines=lines,
        movers=movers, shipped=names, waiting=names[:5], skipped="2026-W47",
        built_at=datetime(2026, 11, 23, tzinfo=UTC),
        trend=Trend(days=days, scores={f"GAP-{number}": (50.0,) * len(days) for number in range(5)}),
    )  # fmt: skip


def all_messages(found: DigestContent, eyes: Eyes) -> list[Message]:
    query = "area:" + ",".join(["auth"] * 20)
    root = messages.root(found, eyes, area_names=["Auth & SSO"] * 20, query=query)
    return [root, *(message for _, message in messages.details(found, eyes))]


def characters(node: object) -> int:
    if isinstance(node, list):
        return sum(map(characters, node))
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(characters(value) for value in node.values())
    return 0


def test_the_largest_digest_fits() -> None:
    eyes = Eyes(MoneyShown.EXACT, names={1: LONG, 2: LONG})
    for message in all_messages(content(20), eyes):
        shown = as_json(message.blocks)
        assert message_problems({"text": message.text, "blocks": shown}) == []
        assert characters(shown) <= 12_000
        assert len(message.text) <= 4_000


def test_ears_get_what_eyes_get() -> None:
    root = all_messages(content(3), Eyes(MoneyShown.BAND))[0]
    for words in ("up 7", "10000 accounts", "9999 P0", "over KWD 20m ARR"):
        assert words in root.text


def test_without_money_no_amount_is_said_anywhere() -> None:
    for message in all_messages(content(3), Eyes(MoneyShown.NONE)):
        assert "KWD" not in message.text + str(as_json(message.blocks))


def test_every_refusal_of_a_channel_is_a_sentence() -> None:
    for code in ("is_archived", "not_in_channel", "channel_not_found", "restricted_action", "something_new"):
        assert messages.refused("C1", code).text.endswith(".")
