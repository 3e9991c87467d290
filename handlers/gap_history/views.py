"""A gap's history as a message: a chart where Slack has one, and the days on which something changed as a table."""

from itertools import pairwise

from slack_sdk.models.blocks import Block

from handlers import blocks
from handlers.buttons import Button
from handlers.figures import Column, line_chart, table
from handlers.messages import Message
from usecases.show_history import History, HistoryDay

MOST_ROWS = 15
_COLUMNS = (
    Column("Day"),
    Column("#", is_number=True),
    Column("of", is_number=True),
    Column("Score", is_number=True),
    Column("ARR", is_number=True),
    Column("Accounts", is_number=True),
    Column("P0", is_number=True),
)


def history(shown: History) -> Message:
    """The message; a gap without a history yet says when there will be one."""
    title = f"{shown.key} {shown.title}"
    if not shown.days:
        sentence = "Nothing is remembered of it yet: places are kept every night, from the first request on."
        return Message(
            text=blocks.escaped(f"{title}: {sentence}"),
            blocks=[blocks.section(f"*{blocks.escaped(title)}*\n{sentence}")],
        )
    said = _told(shown)
    changed = _days_of_change(shown.days)
    parts: list[Block] = [blocks.section(f"*{blocks.escaped(title)}*\n{said}")]
    if len(shown.days) > 1:
        parts.append(_chart(shown))
    parts.append(table(_COLUMNS, [_row(day, shown) for day in changed[-MOST_ROWS:][::-1]], block_id="history.days"))
    if _was_recalibrated(shown.days):
        parts.append(
            blocks.context("The reference points were measured anew on the way: scores before differ for that.")
        )
    parts.append(
        blocks.actions(
            blocks.button("Why?", action_id=Button.WHY, value=str(shown.gap_id)),
            blocks.button("Open the gap", action_id=Button.OPEN_GAP, value=str(shown.gap_id)),
            block_id="history.buttons",
        )
    )
    return Message(text=blocks.escaped(f"{title}: {said}"), blocks=parts)


def _told(shown: History) -> str:
    first, last = shown.days[0], shown.days[-1]
    best = min(shown.days, key=lambda day: day.position)
    said = f"#{last.position} of {last.of} on {last.day:%-d %b %Y}, score {last.score:.1f}."
    if len(shown.days) > 1:
        said += f" It was #{first.position} on {first.day:%-d %b}; "
        said += f"its best place was #{best.position}, on {best.day:%-d %b}."
    return said


def _chart(shown: History) -> Block:
    return line_chart(
        f"Score of {shown.key}",
        labels=[f"{day.day:%-d %b %y}" for day in shown.days],
        series={"Score": [round(day.score, 2) for day in shown.days]},
        x_label="Day",
        y_label="Score",
    )


def _days_of_change(days: tuple[HistoryDay, ...]) -> list[HistoryDay]:
    """The first day, each on which the place, the score or a count is another than the day before, and the last."""
    changed = [after for before, after in pairwise(days) if _figures(before) != _figures(after)]
    ends = [days[0], *changed, *([] if days[-1] in changed or len(days) == 1 else [days[-1]])]
    return sorted(ends, key=lambda day: day.day)


def _figures(day: HistoryDay) -> tuple[object, ...]:
    # Scores fade a little every day; what nobody sees in the table is no change.
    return (day.position, round(day.score, 1), day.accounts, day.p0_accounts)


def _was_recalibrated(days: tuple[HistoryDay, ...]) -> bool:
    return len({day.calibration_id for day in days}) > 1


def _row(day: HistoryDay, shown: History) -> list[str]:
    return [
        f"{day.day:%-d %b %Y}",
        str(day.position),
        str(day.of),
        f"{day.score:.1f}",
        day.arr.compact() if shown.shows_exact_money else day.arr.band(),
        str(day.accounts),
        str(day.p0_accounts),
    ]
