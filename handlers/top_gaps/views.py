"""The ranked list as a message that reads well on a phone: two short lines a gap."""

from typing import Any

from slack_sdk.models.blocks import Block, OverflowMenuElement, SectionBlock
from slack_sdk.models.blocks.block_elements import ButtonElement

from domain.gap_query import Sort
from domain.organisation import Organisation
from handlers import blocks
from handlers.buttons import Button
from handlers.messages import Message
from handlers.top_gaps import ids, table_view
from handlers.top_gaps.lines import counted, gitlab, money, movement, percent, place, score
from handlers.top_gaps.payloads import PageLink, row_block_id
from usecases.list_gaps import GapList, ListedGap

MODEL_SENTENCES = {
    "composite": "Ranked by impacted ARR (each account once), accounts, strategic accounts and P0s",
    "rank_fusion": "Ranked by the places in impacted ARR, accounts, strategic ARR and P0 strength",
    "cd3": "Ranked by the cost of delay per month of work",
    "rice": "Ranked by reach × impact × confidence / effort",
    "raw_arr": "Ranked by the ARR and open deals behind each gap, as they are",
    "cipf": "Ranked by GitLab’s customer issues framework: ARR by urgency, per effort",
}


def ranked_list(shown: GapList, *, organisation: Organisation, is_table: bool = False) -> Message:
    """One page; when nothing is in it, what to do about that."""
    if not shown.gaps:
        return _nothing_found(shown) if shown.query.filters else _empty()
    title = _title(shown)
    parts: list[Block] = [blocks.header(title)]
    if shown.query.filters or shown.query.model or shown.query.sort is not Sort.RANK:
        parts.append(blocks.context(f"`{_as_code(str(shown.query))}`", block_id="top_gaps.query"))
    if is_table:
        parts.append(table_view.gap_table(shown, organisation=organisation))
    else:
        for gap in shown.gaps:
            parts += _gap(gap, shown, organisation)
    parts.append(blocks.context(_footing(shown)))
    parts += _buttons(shown, is_table=is_table)
    spoken = "; ".join(f"{place(gap)} {gap.key} {gap.title}" for gap in shown.gaps)
    return Message(text=blocks.escaped(f"{title}: {spoken}"), blocks=parts)


def as_answer(message: Message, *, replace: bool) -> dict[str, Any]:
    """The message as the answer to a command, or in the place of the one whose button was pressed."""
    answer: dict[str, Any] = {"text": message.text, "blocks": blocks.as_json(message.blocks)}
    return answer | ({"replace_original": True} if replace else {"response_type": "ephemeral"})


def _title(shown: GapList) -> str:
    first = shown.page * shown.query.size + 1
    last = first + len(shown.gaps) - 1
    kind = "found" if shown.query.filters else ""
    if first == last:
        said = "Top gap" if first == 1 else f"Gap {first}"
    else:
        said = f"Top {last} gaps" if first == 1 else f"Gaps {first} to {last}"
    return f"{said} of {shown.total} {kind}".rstrip()


def _gap(gap: ListedGap, shown: GapList, organisation: Organisation) -> list[Block]:
    demand = [f"*{money(gap, shown)}* ARR", counted(gap.accounts, "account")]
    if gap.strategic_accounts:
        demand.append(f"{gap.strategic_accounts} strategic")
    if gap.p0_accounts:
        demand.append(f":red_circle: {gap.p0_accounts} P0")
    moved = movement(gap, shown)
    where = [gap.key, blocks.escaped(organisation.area_name(gap.area_key)), gap.state.label]
    where += [blocks.link(gap.issues[0].url, gitlab(gap))] if gap.issues else []
    where += [f"#{gap.rank} of all"] if shown.query.filters and gap.rank and gap.rank != gap.position else []
    where += [score(gap, shown)] if score(gap, shown) else []
    return [
        SectionBlock(
            text=blocks.mrkdwn(
                f"*{place(gap)} {blocks.escaped(gap.title)}*{f'  {moved}' if moved else ''}\n{' · '.join(demand)}"
            ),
            block_id=row_block_id(gap.gap_id, str(shown.query)),
            accessory=_menu(gap, shown),
        ),
        blocks.context(" · ".join(where)),
    ]


def _menu(gap: ListedGap, shown: GapList) -> OverflowMenuElement:
    offered = {
        ids.Row.WHY: f"Why {place(gap).rstrip('.')}?" if gap.position else "What counts for it?",
        ids.Row.OPEN: f"Open {gap.key}",
    }
    if shown.may_estimate:
        offered[ids.Row.ESTIMATE] = "Estimate this" if gap.needs_estimate else "Effort and RICE"
    return OverflowMenuElement(
        action_id=ids.Action.ROW,
        options=[blocks.option(label, f"{verb}:{gap.gap_id}") for verb, label in offered.items()],
    )


def _footing(shown: GapList) -> str:
    """How the order came about, and what the page adds up to; each account counts once in both."""
    said = [MODEL_SENTENCES.get(shown.model, shown.model), f"as of {shown.as_of:%-d %b %Y}"]
    if shown.query.sort is not Sort.RANK:
        said.insert(0, f"Sorted by {shown.query.sort.label.lower()}")
    if any(gap.has_guessed_money for gap in shown.gaps):
        said.append("~ partly estimated")
    if shown.moved_since:
        said.append(f"▲▼ since {shown.moved_since:%-d %b}")
    return " · ".join(said) + f"\n{_sums(shown)}"


def _sums(shown: GapList) -> str:
    whole = "of all gaps found" if shown.query.filters else "of all gaps"
    amount = shown.shown.arr.compact() if shown.shows_exact_money else shown.shown.arr.band()
    together = f"Together {counted(shown.shown.accounts, 'account')}, {amount} ARR, each account once"
    if shown.pages == 1:
        return f"{together}."
    share = percent(shown.shown.share_of(shown.whole))
    return f"{together}: {share} {whole} ({counted(shown.whole.accounts, 'account')})."


def _buttons(shown: GapList, *, is_table: bool) -> list[Block]:
    query = str(shown.query)

    def link(page: int, *, as_table: bool = is_table) -> str:
        return PageLink(page=page, query=query, is_table=as_table).dump()

    here = link(shown.page)
    buttons: list[ButtonElement] = []
    if shown.page > 0:
        buttons.append(blocks.button("‹ Previous", action_id=ids.Action.PREVIOUS, value=link(shown.page - 1)))
    if shown.page + 1 < shown.pages:
        buttons.append(blocks.button("Next ›", action_id=ids.Action.NEXT, value=link(shown.page + 1)))
    buttons.append(blocks.button("Filters", action_id=ids.Action.FILTER, value=here))
    if is_table:
        buttons.append(blocks.button("List", action_id=ids.Action.SHOW_LIST, value=link(shown.page, as_table=False)))
    else:
        buttons.append(blocks.button("Table", action_id=ids.Action.SHOW_TABLE, value=link(shown.page, as_table=True)))
    buttons.append(blocks.button("CSV", action_id=ids.Action.CSV, value=here, spoken="Send me the whole list as CSV"))
    if shown.may_try:
        buttons.append(blocks.button("What if …", action_id=Button.WHAT_IF, value=here))
    if query:
        buttons.append(blocks.button("Save view", action_id=ids.Action.SAVE, value=here))
    return [blocks.actions(*buttons, block_id="top_gaps.pager")]


def _as_code(query: str) -> str:
    return blocks.escaped(query.replace("`", "'"))


def _nothing_found(shown: GapList) -> Message:
    sentence = "No open gap fits these filters."
    return Message(
        text=f"{sentence} Change them, or type /top-gaps for the whole list.",
        blocks=[
            blocks.section(
                f":mag: *{sentence}*\n`{_as_code(str(shown.query))}`\n"
                "Leave one out, or type `/top-gaps` for all of them."
            ),
            blocks.actions(
                blocks.button(
                    "Filters",
                    action_id=ids.Action.FILTER,
                    value=PageLink(query=str(shown.query)).dump(),
                    style="primary",
                ),
                block_id="top_gaps.pager",
            ),
        ],
    )


def _empty() -> Message:
    sentence = "Nobody has asked for anything yet."
    return Message(
        text=f"{sentence} File the first request with /feature-request.",
        blocks=[
            blocks.section(
                f":seedling: *{sentence}*\nFile the first request: what is missing, for which account, how badly. "
                "It takes half a minute, and it shows up here at once."
            ),
            blocks.actions(
                blocks.button("File a request", action_id=Button.OPEN_FORM, style="primary"),
                block_id="top_gaps.empty",
            ),
        ],
    )
