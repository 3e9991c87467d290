"""The Home tab: what waits for the reader, their areas, their accounts, their requests."""

from collections.abc import Iterable, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, StaticSelectElement
from slack_sdk.models.views import View

from domain.gap_changes import NoticeChoice
from domain.text import shortened
from handlers import blocks
from handlers.buttons import Button
from handlers.home.ids import Action
from handlers.notices.ids import Action as NoticeAction
from handlers.top10.lines import headline
from handlers.top10.messages import decision_buttons
from handlers.triage.ids import Action as TriageAction
from handlers.triage.views import health_mark, queued
from usecases.home_pages import Page, Section
from usecases.show_home import AreaGap, Home, MyAccount, MyApproval, MyQuestion, MyRequest, WantedGap

GAPS_SHOWN = 5


def home(shown: Home) -> dict[str, Any]:
    """The tab as the JSON that views.publish takes."""
    return View(type="home", blocks=_blocks(shown)).to_dict()


def _blocks(shown: Home) -> list[Block]:
    if not shown.is_welcome:
        return [blocks.section("gapbot is for full members of this workspace. Your contact there can file for you.")]
    parts: list[Block] = [
        blocks.header("What do your customers miss?"),
        blocks.section(
            "Tell me, and it is counted: `/feature-request` files it, `/top-gaps` shows what matters most, "
            "`/gap GAP-42` shows one gap."
        ),
        blocks.actions(
            blocks.button("File a request", action_id=Button.OPEN_FORM, style="primary"), block_id="home.file"
        ),
    ]
    parts += _paged("Waiting for my answer", Section.QUESTIONS, shown.questions, map(_question, shown.questions.rows))
    approvals = (block for one in shown.approvals.rows for block in _approval(one))
    parts += _paged("My approvals", Section.APPROVALS, shown.approvals, approvals)
    queue = (queued(one.gap, one.days) for one in shown.queue.rows)
    parts += _paged("My triage queue", Section.QUEUE, shown.queue, queue)
    nobodys = (queued(one.gap, one.days) for one in shown.nobodys.rows)
    parts += _paged("Nobody decides about these", Section.NOBODYS, shown.nobodys, nobodys)
    parts += _areas(shown)
    parts += _accounts(shown)
    if shown.requests.total:
        parts += _paged("My requests", Section.REQUESTS, shown.requests, map(_mine, shown.requests.rows))
    else:
        parts += [blocks.divider(), blocks.header("My requests"), blocks.section("You have not filed any yet.")]
    return [*parts, blocks.divider(), _notices(shown)]


def _paged(title: str, section: Section, page: Page[Any], rows: Iterable[Block], *facts: str) -> list[Block]:
    """A part with its rows, and buttons where there are more of them; nothing where there are none."""
    if not page.total:
        return []
    parts: list[Block] = [blocks.divider(), blocks.header(title)]
    is_cut = page.total > len(page.rows)
    facts = (*facts, *([f"{page.first}–{page.last} of {page.total}"] if is_cut else []))
    parts += [blocks.context(" · ".join(facts))] if facts else []
    parts += rows
    if is_cut:
        parts.append(blocks.actions(*_turners(title, section, page), block_id=f"home.{section.value}"))
    return parts


def _turners(title: str, section: Section, page: Page[Any]) -> Sequence[Any]:
    steps = (
        (page.number > 0, "Previous", Action.PREVIOUS, page.number - 1),
        (page.has_next, "Next", Action.NEXT, page.number + 1),
    )
    return [
        blocks.button(label, action_id=action, value=f"{section.value}:{number}", spoken=f"{label}: {title}")
        for is_there, label, action, number in steps
        if is_there
    ]


def _question(one: MyQuestion) -> Block:
    """What triage wants to know of the reader."""
    return blocks.section(
        f":question: *{one.key}* {blocks.escaped(one.gap_title)}: {blocks.user(one.asked_by)} asks\n"
        f">{blocks.escaped(shortened(one.text, 300)).replace(chr(10), ' ')}",
        block_id=f"question.{one.question_id}",
        accessory=blocks.button(
            "Answer",
            action_id=TriageAction.ANSWER,
            value=str(one.question_id),
            spoken=f"Answer the question about {one.key}",
        ),
    )


def _approval(one: MyApproval) -> list[Block]:
    return [
        blocks.section(f"*Proposal {one.proposal_id}*: {headline(one.change)}"),
        decision_buttons(one.proposal_id),
    ]


def _areas(shown: Home) -> list[Block]:
    """The strongest gaps of the areas that the reader is responsible for."""
    if not shown.area_gaps:
        return []
    names = blocks.escaped(shortened(", ".join(shown.areas), 300))
    return [
        blocks.divider(),
        blocks.header("Top gaps of my areas"),
        blocks.context(names),
        *map(_area_gap, shown.area_gaps),
    ]


def _area_gap(one: AreaGap) -> Block:
    who = "1 account asks" if one.accounts == 1 else f"{one.accounts} accounts ask"
    facts = [f"#{one.rank}", one.state.label, who, *health_mark(one.health)]
    return blocks.section(
        f"*{one.key}* {blocks.escaped(one.title)}\n{' · '.join(facts)}",
        block_id=f"area_gap.{one.gap_id}",
        accessory=_opener(one.key, one.gap_id),
    )


def _accounts(shown: Home) -> list[Block]:
    """The reader's own accounts and what they ask for: their spreadsheet, kept by itself."""
    total = shown.account_sum
    if total is None:
        return []
    accounts = "1 account asks" if total.accounts == 1 else f"{total.accounts} accounts ask"
    gaps = "1 gap" if total.gaps == 1 else f"{total.gaps} gaps"
    worth = [f"{total.arr.compact()} ARR"] if total.arr.minor else []
    facts = [f"{accounts} for {gaps}", *worth]
    return _paged("My accounts", Section.ACCOUNTS, shown.accounts, map(_account, shown.accounts.rows), *facts)


def _account(one: MyAccount) -> Block:
    money = f" · {one.arr.compact()} ARR" if one.arr else ""
    lines = [_wanted(gap) for gap in one.gaps[:GAPS_SHOWN]]
    if len(one.gaps) > GAPS_SHOWN:
        lines.append(f"and {len(one.gaps) - GAPS_SHOWN} more")
    return blocks.section(f"*{blocks.escaped(one.name)}*{money}\n" + "\n".join(lines))


def _wanted(gap: WantedGap) -> str:
    facts = [gap.priority.label, gap.state.label, *([f"#{gap.rank}"] if gap.rank else [])]
    return f"• *{gap.key}* {blocks.escaped(gap.title)} · {' · '.join(facts)}"


def _notices(shown: Home) -> Block:
    """How the reader hears what became of the gaps they asked for."""
    options = [blocks.option(choice.label, choice.value) for choice in NoticeChoice]
    chosen = next(one for one in options if one.value == shown.notices)
    return blocks.section(
        "*What becomes of gaps* that you asked for, follow, or whose accounts are yours: I tell you",
        block_id="home.notices",
        accessory=StaticSelectElement(action_id=NoticeAction.PREFER, options=options, initial_option=chosen),
    )


def _mine(one: MyRequest) -> Block:
    facts = [one.key, one.gap_state.label, one.priority.label]
    if one.rank:
        facts.append(f"#{one.rank}")
    facts.append(f"{one.filed_at:%-d %b %Y}")
    return blocks.section(
        f"*{blocks.escaped(one.account)}*: {blocks.escaped(one.gap_title)}\n{' · '.join(facts)}",
        block_id=f"mine.{one.request_id}",
        accessory=_opener(one.key, one.gap_id),
    )


def _opener(key: str, gap_id: int) -> Any:
    return blocks.button("Open", action_id=Button.OPEN_GAP, value=str(gap_id), spoken=f"Open {key}")
