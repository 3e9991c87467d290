"""The forms in which an issue is found, linked and created."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)

from domain.keys import gap_key
from handlers import blocks
from handlers.issues.ids import CHOSEN, PASTED, SEARCH, Field, View
from handlers.issues.payloads import LONGEST_VALUE, FormOf
from usecases.answer_issue_question import Question
from usecases.create_issue import PROBLEM_LENGTH, TITLE_LENGTH, IssueForm
from usecases.link_issue import Linked
from usecases.move_gap import LONGEST_TEXT
from usecases.search_issues import SHORTEST_WORDS, Answered, FoundIssue

_MOST_OPTIONS = 90
_WORDS = 120


def link_form(
    gap_id: int, *, title: str, notice: str = "", found: Sequence[FoundIssue] = (), again: int = 0
) -> dict[str, Any]:
    """Find an issue by words or paste its address; `found` is what GitLab answered to a search."""
    parts: list[Block] = [blocks.section(f"*{gap_key(gap_id)}* {blocks.escaped(title)}")]
    if notice:
        parts.append(blocks.context(blocks.escaped(notice)))
    parts.append(_found(found, again) if found else _search(again))
    parts.append(
        InputBlock(
            block_id=Field.ADDRESS,
            label=PlainTextObject(text="Or paste its address"),
            element=PlainTextInputElement(
                action_id=Field.ADDRESS,
                max_length=1000,
                placeholder=PlainTextObject(text="https://…/-/issues/7, group/project#7 or group&3"),
            ),
            optional=True,
        )
    )
    return blocks.modal(
        f"Link {gap_key(gap_id)}",
        parts,
        callback_id=View.LINK,
        submit="Link",
        close="Cancel",
        metadata=FormOf(gap_id=gap_id).dump(),
    )


def searching(gap_id: int, *, title: str, words: str) -> dict[str, Any]:
    """The same form while GitLab is asked."""
    return link_form(gap_id, title=title, notice=f"Searching GitLab for “{words}” …", again=1)


def searched(answer: Answered, *, title: str, again: int) -> dict[str, Any]:
    """The form with what GitLab found, or with why that is nothing."""
    if answer.trouble:
        notice = f"{answer.trouble} You can still paste the address."
    elif not answer.found:
        notice = f"GitLab finds nothing for “{answer.words}” that I may see."
    else:
        many = "1 issue" if len(answer.found) == 1 else f"{len(answer.found)} issues"
        notice = f"GitLab finds {many} for “{answer.words}”. Choose one below."
    return link_form(answer.gap_id, title=title, notice=notice, found=answer.found, again=again)


def options(found: Sequence[FoundIssue], *, words: str, pasted: str | None, can_ask: bool) -> list[dict[str, Any]]:
    """What the type-ahead offers: known issues, what was pasted, and at last a search in GitLab."""
    shown = [_option(one) for one in found[:_MOST_OPTIONS]]
    if pasted is not None and not shown and len(PASTED + pasted) <= LONGEST_VALUE:
        shown.append(blocks.option(f"Link {pasted}", PASTED + pasted))
    if pasted is None and can_ask and len(words.strip()) >= SHORTEST_WORDS:
        cut = words.strip()[:_WORDS]
        shown.append(blocks.option(f"Search GitLab for “{cut[:40]}”", SEARCH + cut))
    return [option.to_dict() for option in shown]


def linked(done: Linked) -> dict[str, Any]:
    """What the form turns into."""
    later = "" if done.is_read else " I am reading it from GitLab."
    sentence = f"{done.key} is linked to {blocks.escaped(done.reference)}.{later}"
    return blocks.modal("Linked", [blocks.section(f":link: {sentence}")], callback_id="note")


def unlinked(done: Linked) -> dict[str, Any]:
    sentence = f"{done.key} is no longer linked to {blocks.escaped(done.reference)}."
    return blocks.modal("Unlinked", [blocks.section(sentence)], callback_id="note")


def create_form(form: IssueForm) -> dict[str, Any]:
    """What the public will read, to be released by whoever presses the button."""
    projects = [blocks.option(project, project) for project in form.projects if len(project) <= LONGEST_VALUE]
    initial = next((one for one in projects if one.value == form.project), None)
    parts: list[Block] = [
        blocks.section(
            f":mega: *Everybody who sees the project reads this.* Leave customers out: names, amounts, dates of deals. "
            f"How many ask for {gap_key(form.gap_id)}, and how badly, goes into an internal note."
        ),
        _text("Title", Field.TITLE, form.title, limit=TITLE_LENGTH),
        _text(
            "Problem",
            Field.PROBLEM,
            form.problem,
            limit=PROBLEM_LENGTH,
            is_long=True,
            hint="What people cannot do today.",
        ),
        InputBlock(
            block_id=Field.PROJECT,
            label=PlainTextObject(text="Project"),
            element=StaticSelectElement(action_id=Field.PROJECT, options=projects, initial_option=initial),
        ),
    ]
    return blocks.modal(
        f"Issue for {gap_key(form.gap_id)}",
        parts,
        callback_id=View.CREATE,
        submit="Create issue",
        close="Cancel",
        metadata=FormOf(gap_id=form.gap_id).dump(),
    )


def decline_form(asked: Question) -> dict[str, Any]:
    """Why the gap is declined, as everybody who asked for it will read it."""
    parts: list[Block] = [
        blocks.section(f"*{asked.key}* {blocks.escaped(asked.gap_title)}"),
        _text(
            "Why?",
            Field.REASON,
            "",
            limit=LONGEST_TEXT,
            is_long=True,
            hint="Everybody who asked reads it. Name no customer.",
        ),
    ]
    return blocks.modal(
        f"Decline {asked.key}",
        parts,
        callback_id=View.DECLINE,
        submit="Decline it",
        close="Cancel",
        metadata=str(asked.question_id),
    )


def creating(gap_id: int) -> dict[str, Any]:
    """What the form turns into."""
    sentence = f"I am creating the issue for {gap_key(gap_id)} and will send you its address."
    return blocks.modal("On its way", [blocks.section(f":hourglass_flowing_sand: {sentence}")], callback_id="note")


def _search(again: int) -> InputBlock:
    return InputBlock(
        block_id=f"{Field.ISSUE}.{again}" if again else Field.ISSUE,
        label=PlainTextObject(text="Issue or epic"),
        element=ExternalDataSelectElement(
            action_id=Field.ISSUE,
            min_query_length=SHORTEST_WORDS,
            placeholder=PlainTextObject(text="Type words of its title"),
        ),
        hint=PlainTextObject(text="Linked and recently changed issues come at once; the last line searches all."),
        dispatch_action=True,
        optional=True,
    )


def _found(found: Sequence[FoundIssue], again: int) -> InputBlock:
    return InputBlock(
        block_id=f"{Field.FOUND}.{again}",
        label=PlainTextObject(text="Found in GitLab"),
        element=StaticSelectElement(action_id=Field.FOUND, options=[_option(one) for one in found[:_MOST_OPTIONS]]),
        optional=True,
    )


def _option(one: FoundIssue) -> Option:
    state = "open" if one.is_open else "closed"
    return blocks.option(
        one.title or one.reference, f"{CHOSEN}{one.issue_id}", description=f"{one.reference} · {state}"
    )


def _text(
    label: str, field: Field, value: str, *, limit: int, is_long: bool = False, hint: str | None = None
) -> InputBlock:
    return InputBlock(
        block_id=field,
        label=PlainTextObject(text=label),
        element=PlainTextInputElement(
            action_id=field, initial_value=value[:limit] or None, max_length=limit, multiline=is_long
        ),
        hint=PlainTextObject(text=hint) if hint else None,
        optional=is_long,
    )
