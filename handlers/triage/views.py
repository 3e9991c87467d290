"""The triage card, its forms and its lists. No customer is in any of them."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
)

from domain.issues import Health
from domain.keys import gap_key
from domain.lost_seats import SeatFate
from domain.organisation import Area, Organisation
from domain.text import shortened
from handlers import blocks
from handlers.buttons import Button
from handlers.messages import Message
from handlers.triage.ids import Action, Field, View
from storage.triage import QueuedGap
from usecases.triage import TriageCard

MOST_LISTED = 15


def card(shown: TriageCard, *, organisation: Organisation) -> Message:
    """What has to be decided, and the buttons that decide it."""
    gap = shown.gap
    key, value = gap_key(gap.gap_id), str(gap.gap_id)
    facts = [blocks.escaped(organisation.area_name(gap.area_key)), gap.state.label, _asking(gap.accounts)]
    parts: list[Block] = [
        blocks.section(f":inbox_tray: *{key}* {blocks.escaped(gap.title)}\n{_owner(gap)}"),
        blocks.context(" · ".join([*facts, *health_mark(gap.health)])),
    ]
    if shown.problem:
        parts.append(blocks.section(blocks.escaped(shortened(shown.problem, 500))))
    if shown.is_undecided and shown.alike:
        best = shown.alike[0]
        parts.append(
            blocks.context(
                f":mag: Looks like *{best.key}* {blocks.escaped(best.title)}: {best.score:.0f} % alike, "
                f"{blocks.escaped(best.reason)}"
            )
        )
    if shown.is_undecided:
        parts.append(_decide(value, key))
    opener = blocks.button("Open", action_id=Button.OPEN_GAP, value=value, spoken=f"Open {key}")
    parts.append(blocks.actions(opener, block_id=f"triage.{value}.open"))
    return Message(text=f"{key} {blocks.escaped(gap.title)}: {gap.state.label}.", blocks=parts)


def _decide(value: str, key: str) -> Block:
    def button(label: str, action: Action, **more: Any) -> Any:
        return blocks.button(label, action_id=action, value=value, spoken=f"{label}: {key}", **more)

    return blocks.actions(
        button("Take", Action.TAKE, style="primary"),
        button("Backlog", Action.BACKLOG),
        button("Plan", Action.PLAN),
        button("Needs info", Action.ASK),
        button("Wait for demand", Action.WAIT),
        button("Duplicate", Action.DUPLICATE),
        button("Transfer", Action.TRANSFER),
        button("Decline", Action.DECLINE, style="danger"),
        block_id=f"triage.{value}.decide",
    )


def question(*, key: str, title: str, text: str, by: str) -> Message:
    """What the requester is asked, in a direct message."""
    sentence = f"{blocks.user(by)} has a question about *{key}* {blocks.escaped(title)}, which you asked for:"
    return Message(
        text=f"There is a question about {key} {blocks.escaped(title)}.",
        blocks=[
            blocks.section(f":question: {sentence}\n>{blocks.escaped(text).replace(chr(10), chr(10) + '>')}"),
            blocks.context("Answer in this thread: it lands on your request, and the gap goes on."),
        ],
    )


def answered(*, key: str, gap_id: int, title: str, by: str, text: str) -> Message:
    """What whoever asked hears back. The answer is in the blocks alone: previews show the text."""
    opener = blocks.button("Triage", action_id=Action.OPEN, value=str(gap_id), spoken=f"Triage {key}")
    return Message(
        text=f"Your question about {key} {blocks.escaped(title)} is answered.",
        blocks=[
            blocks.section(
                f":speech_balloon: {blocks.user(by)} answered about *{key}* {blocks.escaped(title)}:\n"
                f">{blocks.escaped(text).replace(chr(10), chr(10) + '>')}"
            ),
            blocks.actions(opener, block_id=f"triage.{gap_id}.answered"),
        ],
    )


def thanks(key: str) -> Message:
    sentence = f"Thank you. I added it to your request for {key}."
    return Message(text=sentence, blocks=[blocks.section(sentence)])


def awake(gap: QueuedGap, *, accounts_then: int) -> Message:
    """A gap that waited for demand has it."""
    key, value = gap_key(gap.gap_id), str(gap.gap_id)
    sentence = f"{key} {blocks.escaped(gap.title)} has the demand that it waited for"
    then = "nobody" if accounts_then == 0 else f"{accounts_then}"
    return Message(
        text=f"{sentence}.",
        blocks=[
            blocks.section(
                f":sunrise: *{sentence}.*\n{_asking(gap.accounts)} now; {then} did when it began to wait. "
                "It is back in the backlog."
            ),
            blocks.actions(
                blocks.button("Move", action_id=Button.MOVE_GAP, value=value, spoken=f"Move {key}"),
                blocks.button("Open", action_id=Button.OPEN_GAP, value=value, spoken=f"Open {key}"),
                block_id=f"triage.{value}.awake",
            ),
        ],
    )


def review(queue: Sequence[QueuedGap], waited: Sequence[int]) -> Message:
    """What waits for one person's decision, the longest waiting first."""
    count = "1 gap waits" if len(queue) == 1 else f"{len(queue)} gaps wait"
    sentence = f"{count} for your decision"
    parts: list[Block] = [blocks.section(f":hourglass: *{sentence}*")]
    parts += [queued(gap, days) for gap, days in zip(queue[:MOST_LISTED], waited, strict=False)]
    if len(queue) > MOST_LISTED:
        parts.append(blocks.context(f"{len(queue) - MOST_LISTED} more are on the Home tab."))
    return Message(text=f"{sentence}.", blocks=parts)


def queued(gap: QueuedGap, waited: int) -> Block:
    """One line of a queue."""
    key = gap_key(gap.gap_id)
    days = "since today" if waited == 0 else "1 working day" if waited == 1 else f"{waited} working days"
    facts = [gap.state.label, _asking(gap.accounts), days, *health_mark(gap.health)]
    return blocks.section(
        f"*{key}* {blocks.escaped(gap.title)}\n{' · '.join(facts)}",
        block_id=f"queue.{gap.gap_id}",
        accessory=blocks.button("Triage", action_id=Action.OPEN, value=str(gap.gap_id), spoken=f"Triage {key}"),
    )


_HEALTH_EMOJI = {Health.ON_TRACK: "large_green_circle", Health.NEEDS_ATTENTION: "large_yellow_circle"}


def health_mark(health: Health | None) -> list[str]:
    """How the work goes, as GitLab says; nothing where it says nothing."""
    return [f":{_HEALTH_EMOJI.get(health, 'red_circle')}: {health.label}"] if health else []


def card_modal(shown: TriageCard, *, organisation: Organisation) -> dict[str, Any]:
    """The card on top of whatever is open."""
    message = card(shown, organisation=organisation)
    return blocks.modal("Triage", message.blocks, callback_id="triage.card")


def brief(gap: QueuedGap, *, organisation: Organisation) -> Message:
    """A gap that somebody named, in a thread that others may read."""
    key = gap_key(gap.gap_id)
    facts = [organisation.area_name(gap.area_key), gap.state.label, _asking(gap.accounts)]
    return Message(
        text=f"{key} {blocks.escaped(gap.title)}: {gap.state.label}.",
        blocks=[
            blocks.section(
                f"*{key}* {blocks.escaped(gap.title)}\n{_owner(gap)}",
                block_id=f"named.{gap.gap_id}",
                accessory=blocks.button("Open", action_id=Button.OPEN_GAP, value=str(gap.gap_id), spoken=f"Open {key}"),
            ),
            blocks.context(" · ".join(blocks.escaped(fact) for fact in facts)),
        ],
    )


def taken_out(gap_id: int, fate: SeatFate) -> str:
    """What came of undoing a merge."""
    key = gap_key(gap_id)
    return f"{key} stands for itself again, with everything that went along. {_SEATS[fate]}".strip()


_SEATS = {
    SeatFate.NEVER_LOST: "",
    SeatFate.GIVEN_BACK: "It has its place in the Top 10 again.",
    SeatFate.GONE: "Its place in the Top 10 is gone: the list was decided anew. `/top-gaps propose` asks for one.",
}


def ask_form(gap_id: int) -> dict[str, Any]:
    text = PlainTextInputElement(action_id=Field.QUESTION, multiline=True, max_length=2000)
    return _form(
        "Needs info",
        [
            blocks.context("It goes to whoever filed the latest request. The gap waits until they answer."),
            InputBlock(block_id=Field.QUESTION, label="What do you have to know?", element=text),
        ],
        View.ASK,
        gap_id,
        submit="Ask",
    )


def answer_form(question_id: int, *, key: str, title: str, text: str) -> dict[str, Any]:
    """For whoever does not want to look for the thread in which they were asked."""
    element = PlainTextInputElement(action_id=Field.ANSWER, multiline=True, max_length=2000)
    return _form(
        "Answer",
        [
            blocks.section(f"*{key}* {blocks.escaped(title)}\n>{blocks.escaped(text).replace(chr(10), chr(10) + '>')}"),
            InputBlock(
                block_id=Field.ANSWER,
                label="What do you know?",
                hint="It lands on your request, and whoever asked is told.",
                element=element,
            ),
        ],
        View.ANSWER,
        question_id,
        submit="Answer",
    )


def decline_form(gap_id: int) -> dict[str, Any]:
    text = PlainTextInputElement(action_id=Field.REASON, multiline=True, max_length=2000)
    hint = "Everybody who asked will read it."
    return _form(
        "Decline",
        [InputBlock(block_id=Field.REASON, label="Why not?", hint=hint, element=text)],
        View.DECLINE,
        gap_id,
        submit="Decline",
    )


def duplicate_form(shown: TriageCard) -> dict[str, Any]:
    """Choose what it is the same as: one of those that look alike, or any other by its key."""
    parts: list[Block] = []
    if shown.alike:
        options = [
            blocks.option(
                f"{one.key}: {one.title}", str(one.gap_id), description=f"{one.score:.0f} % alike, {one.reason}"
            )
            for one in shown.alike
        ]
        choice = RadioButtonsElement(action_id=Field.INTO, options=options)
        parts.append(InputBlock(block_id=Field.INTO, label="It is the same as", optional=True, element=choice))
    key = PlainTextInputElement(action_id=Field.KEY, placeholder="GAP-7", max_length=20)
    label = "Or another one" if shown.alike else "It is the same as"
    parts.append(InputBlock(block_id=Field.KEY, label=label, optional=True, element=key))
    parts.append(blocks.context("Requests, followers, links and a place in the Top 10 move along. It can be undone."))
    return _form("Duplicate", parts, View.DUPLICATE, shown.gap.gap_id, submit="Merge")


def transfer_form(gap_id: int, areas: Sequence[Area]) -> dict[str, Any]:
    options = [blocks.option(area.name, area.key) for area in areas[:100]]
    if not options:
        return blocks.modal("Transfer", [blocks.section("There are no areas in the policy.")], callback_id="note")
    choice = StaticSelectElement(action_id=Field.AREA, options=options, placeholder="Choose")
    return _form(
        "Transfer",
        [InputBlock(block_id=Field.AREA, label="Who should decide?", element=choice)],
        View.TRANSFER,
        gap_id,
        submit="Transfer",
    )


def plan_form(shown: TriageCard) -> dict[str, Any]:
    """The refinement checklist, before something is planned."""
    lines = "\n".join(f"{':white_check_mark:' if one.is_met else ':x:'} {one.label}" for one in shown.checks)
    missing = sum(not one.is_met for one in shown.checks)
    note = "Everything is there." if not missing else "You can plan it all the same: what is missing is yours to know."
    return _form(
        "Plan",
        [blocks.section(f"*Is it ready?*\n{lines}"), blocks.context(note)],
        View.PLAN,
        shown.gap.gap_id,
        submit="Plan",
    )


def _form(title: str, parts: Sequence[Block], view: View, about: int, *, submit: str) -> dict[str, Any]:
    return blocks.modal(title, parts, callback_id=view, submit=submit, close="Cancel", metadata=str(about))


def _owner(gap: QueuedGap) -> str:
    return f"DRI {blocks.user(gap.dri_id)}" if gap.dri_id else "No DRI yet"


def _asking(accounts: int) -> str:
    return "1 account asks" if accounts == 1 else f"{accounts} accounts ask"
