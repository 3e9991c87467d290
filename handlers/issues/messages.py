"""What the bot says about issues by itself. Titles of issues stay out of the texts that previews show."""

from slack_sdk.models.blocks import ButtonElement

from handlers import blocks
from handlers.issues.ids import Action
from handlers.issues.lines import issue_line
from handlers.messages import Message
from usecases.answer_issue_question import Question
from usecases.create_issue import CreationOutcome
from usecases.follow_issue import DECLINED, SHIPPED
from usecases.link_issue import Linked
from usecases.linked_issues import LinkedIssue
from usecases.push_to_issue import MAY_NOT_HIDE, NOT_CONFIDENTIAL, WENT_PUBLIC


def said_linked(done: Linked) -> str:
    later = "" if done.is_read else " I am reading it from GitLab."
    return f":link: {done.key} is linked to {blocks.escaped(done.reference)}.{later}"


def links_read(key: str, issues: tuple[LinkedIssue, ...]) -> Message:
    """What GitLab says of what somebody just linked."""
    listed = "\n".join(issue_line(issue) for issue in issues)
    return Message(text=f"{key}: read from GitLab.", blocks=[blocks.section(f"*{key}*\n{listed}")])


def created(outcome: CreationOutcome) -> Message:
    if outcome.reference is None or outcome.url is None:
        why = blocks.escaped(outcome.failure or "")
        sentence = f"I could not create the issue for {outcome.key}. {why}"
        return Message(text=sentence, blocks=[blocks.section(f":warning: {sentence}")])
    sentence = f"Created {blocks.link(outcome.url, outcome.reference)} for {outcome.key}."
    return Message(
        text=f"Created {blocks.escaped(outcome.reference)} for {outcome.key}.",
        blocks=[blocks.section(f":white_check_mark: {sentence}")],
    )


def question(asked: Question) -> Message:
    """Ask the DRI; once answered or overtaken, the same message without buttons."""
    title = f"*{asked.key}* {blocks.escaped(asked.gap_title)}"
    how = "by a merged change" if asked.is_by_change else "without a merged change"
    issue = blocks.link(asked.url, asked.reference)
    if not asked.is_open:
        sentence = _settled(asked)
        return Message(text=f"{asked.key}: {sentence}", blocks=[blocks.section(f"{title}\n{issue}: {sentence}")])
    later = f" Without an answer it counts as shipped on {asked.ships_on:%-d %b %Y}." if asked.ships_on else ""
    asks = (
        "Has the gap shipped?" if asked.is_by_change else "Has the gap shipped, does it stay open, or is it declined?"
    )
    told = "Everybody who asked for it is told when it has." if asked.is_by_change else "Everybody who asked is told."
    return Message(
        text=f"{asked.key}: its issue was closed {how}. {asks}",
        blocks=[
            blocks.section(f"{title}\n{issue} was closed {how}. {asks} {told}{later}"),
            blocks.actions(*_answers(asked), block_id=f"issue_question.{asked.question_id}"),
        ],
    )


def _answers(asked: Question) -> list[ButtonElement]:
    """A merged change has built something: to decline it is no answer to that."""
    value = str(asked.question_id)
    found = [
        blocks.button(
            "Yes, shipped",
            action_id=Action.SHIPPED,
            value=value,
            style="primary" if asked.is_by_change else None,
            spoken=f"{asked.key} has shipped",
        ),
        blocks.button(
            "No, keep it open", action_id=Action.NOT_SHIPPED, value=value, spoken=f"{asked.key} has not shipped"
        ),
    ]
    if not asked.is_by_change:
        found.append(
            blocks.button(
                "Decline it …", action_id=Action.OPEN_DECLINE, value=value, spoken=f"Decline {asked.key} and say why"
            )
        )
    return found


def _settled(asked: Question) -> str:
    if asked.answer is None:
        return "the question has settled itself."
    who = (
        "nobody objected"
        if asked.is_by_clock
        else f"{blocks.user(asked.answered_by)} said"
        if asked.answered_by
        else ""
    )
    return f"{who}: {_SAID.get(asked.answer, 'not shipped, the gap stays open.')}"


_SAID = {SHIPPED: "shipped.", DECLINED: "declined. Whoever asked reads why."}


_TROUBLES = {
    MAY_NOT_HIDE: (
        "GitLab does not let me write internal notes at {issue}, so I wrote none: a note that everybody can read is "
        "no place for customers. Give my user the role Planner (Reporter before GitLab 17.7) there."
    ),
    WENT_PUBLIC: (
        "GitLab stored a note of mine at {issue} as public although I had asked for an internal one. It named nobody. "
        "I delete it and write nothing more there. Check my user’s role, then link the issue anew."
    ),
    NOT_CONFIDENTIAL: (
        "I created {issue} as confidential, and GitLab made it public. It names no customer. I write nothing more "
        "there. Check my user’s role, then set it confidential by hand and link it anew."
    ),
}


def warning(trouble: str, *, url: str, reference: str) -> Message:
    """What an admin has to know and to do."""
    text = _TROUBLES[trouble]
    return Message(
        text=text.format(issue=blocks.escaped(reference)),
        blocks=[blocks.section(f":rotating_light: {text.format(issue=blocks.link(url, reference))}")],
    )
