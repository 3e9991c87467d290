"""The explanation as a modal: the product first, then the neighbours, the accounts, and what else there is to know."""

from fractions import Fraction
from typing import Any

from slack_sdk.models.blocks import Block

from domain.money import Money
from domain.text import shortened
from handlers import blocks
from handlers.buttons import Button
from handlers.why import ids
from scoring.breakdown import MONEY_BY_FAMILY, Breakdown, Line
from scoring.explanation import MetricLine
from usecases.explain_model import ModelPlace, ModelWhy
from usecases.explain_place import CorrectedDeal, FamilyWhy, LeverWhy, NeighbourWhy, Why

METRICS = {
    "impacted_arr": "Impacted ARR",
    "accounts": "Accounts",
    "strategic_arr": "Strategic ARR",
    "p0_strength": "P0 strength",
}
MODELS = {
    "rank_fusion": "rank fusion",
    "cd3": "CD3",
    "rice": "RICE",
    "raw_arr": "raw ARR",
    "cipf": "GitLab’s framework",
}
FLAGS = {
    "imputed": "money unknown to the CRM: the median of comparable accounts counts",
    "typed": "money as typed by the requester, up to a cap: the CRM knows none",
    "typed_differs": "somebody typed another ARR than the CRM has: the CRM’s counts",
    "family_cap": "capped: no single customer counts for more",
    "owner_cap": "capped: the customers of one owner count for no more than everybody else’s together",
    "stale_close_date": "an open deal more than 90 days past its close date counts nothing",
    "negative_amount": "a negative amount counts as nothing",
    "unknown_opportunity": "a deal that the CRM has deleted counts nothing",
    "foreign_opportunity": "a deal of another customer counts nothing",
    "severity_missing": "priority missing: counted as nice to have",
    "parent_cycle": "the CRM’s parents go round in a circle",
    "merge_cycle": "gaps were merged in a circle",
}
_CALM = 1
LONGEST_NAME = 60


def explained(why: Why) -> dict[str, Any]:
    """The modal for one reader: without the right to exact money, bands and no figure that gives them away."""
    parts: list[Block] = [
        blocks.section(f"*{blocks.escaped(why.title)}*\n{_standing(why)}"),
        *(blocks.sections(_in_model(why.in_model, why)) if why.in_model else []),
        *[_metric(line, why) for line in why.lines],
        blocks.divider(),
        *[_neighbour(one, why) for one in (why.above, why.below) if one],
    ]
    if why.lever and why.shows_exact_money:
        parts.append(blocks.section(_lever(why.lever, why)))
    parts += _families(why)
    parts += [blocks.context(_correction(one)) for one in why.corrected[:10]]
    parts.append(blocks.context(_elsewhere(why)))
    if why.flags:
        parts.append(blocks.context("\n".join(f"• {FLAGS.get(flag, flag)}" for flag in why.flags)))
    parts.append(blocks.context(_origin(why)))
    parts.append(_buttons(why))
    return blocks.modal(f"Why #{why.position}", parts, callback_id=ids.View.WHY)


def _standing(why: Why) -> str:
    where = f"*#{why.position}* of {why.of}"
    if why.query.filters:
        where += " in this list" + (f", #{why.rank} of all" if why.rank else "")
    if not why.shows_exact_money:
        return f"{why.key} · {where} · score {why.score:.1f}"
    product = " × ".join(f"{line.multiplier:.4f}" for line in why.lines)
    return f"{why.key} · {where} · score *{why.score:.2f}* = 100 × {product}"


def _in_model(found: ModelWhy, why: Why) -> list[str]:
    """The model that the list is by; what follows below is the composite."""
    name = MODELS[found.model]
    said = f"*By {name}* it is *#{found.rank}*"
    if found.rank is None:
        said = f"*By {name}* it has no place until its effort is estimated"
    below = "Below is its place by the composite."
    if found.made is None:
        return [f"{said}. {below}"]
    lines = [f"• {_part(line, found.model, why)}" for line in found.made.lines]
    return [f"{said}{_sum(found.made, found, why)}", *lines, below]


def _sum(made: Breakdown, found: ModelWhy, why: Why) -> str:
    """How the lines make up the score."""
    effort = ""
    if made.effort is not None and made.needs_effort:
        effort = f" ÷ {float(made.effort):g} {'month' if made.effort == 1 else 'months'} of work"
    match found.model:
        case "rank_fusion":
            return f": {float(made.before_effort):.6f}, the sum of"
        case "rice":
            return f": {float(made.before_effort):g}{effort}, the product of"
        case "cd3":
            return f": {_whole(made.before_effort, why)} a month{effort}. What it costs a year:"
        case _:
            return f": {_whole(made.before_effort, why)}{effort}, the sum of"


def _part(line: Line, model: str, why: Why) -> str:
    if model in MONEY_BY_FAMILY:
        amount = _shown(Money(minor=round(line.value), currency=why.currency), why)
        return f"{blocks.escaped(shortened(line.name, LONGEST_NAME))} {amount}"
    name = METRICS.get(line.name, blocks.escaped(shortened(line.name.capitalize(), LONGEST_NAME)))
    return f"{name} {float(line.value):.6f}" if model == "rank_fusion" else f"{name} {float(line.value):g}"


def _whole(amount: float | Fraction, why: Why) -> str:
    return _shown(Money(minor=round(amount * 100), currency=why.currency), why)


def _metric(line: MetricLine, why: Why) -> Block:
    said = f"*{METRICS[line.metric]}* {_value(line, why)} · #{line.rank} of {line.of}"
    if why.shows_exact_money:
        said += f" · {100 * line.sub_score:.0f}/100 · weight {line.weight:g} · *× {line.multiplier:.4f}*"
    return blocks.section(said)


def _value(line: MetricLine, why: Why) -> str:
    match line.metric:
        case "accounts":
            return f"{float(line.value):.1f} counted of {line.gross}"
        case "p0_strength":
            return f"{float(line.value):.0%} counted, {float(line.gross):.0%} as they are".replace("%", " %")
        case _:
            return f"{_money(line.value, why)} counted of {_money(line.gross, why)}"


def _money(cents: Fraction, why: Why) -> str:
    return _shown(Money(minor=round(cents), currency=why.currency), why)


def _shown(money: Money, why: Why) -> str:
    return money.compact() if why.shows_exact_money else money.band()


def _neighbour(one: NeighbourWhy, why: Why) -> Block:
    ratios = one.ratios
    said = f"*Against #{one.position}* {one.key} {blocks.escaped(one.title)}"
    if why.shows_exact_money:
        parts = " · ".join(
            f"{METRICS[metric.metric]} × {ratio:.3f}"
            for metric, ratio in zip(why.lines, ratios.per_metric_ratio, strict=True)
        )
        said += f": its score × *{ratios.ratio:.3f}*\n{parts}"
    ahead = METRICS[ratios.largest].lower().replace("arr", "ARR").replace("p0", "P0")
    behind = METRICS[ratios.smallest].lower().replace("arr", "ARR").replace("p0", "P0")
    return blocks.section(f"{said}\n_Most for this gap: {ahead}. Most for the other: {behind}._")


def _lever(lever: LeverWhy, why: Why) -> str:
    stays = lever.position_without == why.position
    place = "the place the same" if stays else f"place #{lever.position_without} instead of #{why.position}"
    return (
        f"*What would change it most*: without {blocks.escaped(lever.name)} the score would be "
        f"{lever.score_without:.2f}, {place}."
    )


def _families(why: Why) -> list[Block]:
    if not why.sees_customers:
        return [blocks.context("Who asks is for those who may see customers.")]
    found: list[Block] = [blocks.divider(), *[blocks.section(_family(one, why)) for one in why.families]]
    if why.more_families:
        more = "1 more account" if why.more_families == 1 else f"{why.more_families} more accounts"
        found.append(blocks.context(f"{more}, each counting less"))
    return found


def _family(one: FamilyWhy, why: Why) -> str:
    facts = [
        one.priority.label,
        f"*{_shown(one.counted, why)}* counted of {_shown(one.gross, why)}",
        f"confirmed {one.last_confirmed:%-d %b %Y}",
    ]
    if one.strategic:
        facts.insert(1, "strategic")
    if one.renewal:
        facts.append(f"renews {one.renewal:%-d %b %Y}" + (f", {one.health}" if one.health else ""))
    if one.urgency != _CALM:
        facts.append(f"urgency × {float(one.urgency):g} (in CD3)")
    facts.append(f"CRM as of {one.crm_as_of:%-d %b %Y}" if one.crm_as_of else f"money: {one.basis}")
    odd = [flag.replace("_", " ") for flag in (*one.capped_by, *one.flags)]
    remarks = f"  _({', '.join(dict.fromkeys(odd))})_" if odd else ""
    return f"*{blocks.escaped(one.name)}*{remarks}\n{' · '.join(facts)}"


def _correction(one: CorrectedDeal) -> str:
    instead = one.crm.compact() if one.crm else "nothing"
    return (
        f":pencil2: {blocks.escaped(one.name)} counts {one.corrected.compact()} instead of the CRM’s {instead}: "
        f"{blocks.escaped(one.reason)} ({blocks.user(one.by)}, {one.at:%-d %b %Y})"
    )


def _elsewhere(why: Why) -> str:
    places = " · ".join(_model(one) for one in why.models)
    sure = ""
    if why.chance is not None and why.confidence is not None:
        sure = f"\nIn the Top 10: *{why.confidence.value}* ({why.chance:.0%} of redraws)".replace("%", " %")
    return f"In other models: {places or 'too many requests to rank while you wait'}{sure}"


def _model(one: ModelPlace) -> str:
    name = MODELS[one.model]
    return f"{name} #{one.rank}" if one.rank else f"{name} needs an estimate"


def _origin(why: Why) -> str:
    said = [f"as of {why.as_of:%-d %b %Y}", f"composite, calibration {why.calibration_id}"]
    said.append(f"effort {why.effort_months:g} months" if why.effort_months else "effort not estimated")
    if why.query.filters:
        said.append("only requests that fit the list’s filters count")
    return " · ".join(said) + f"\n`/gap {why.key} history` shows how it moved."


def _buttons(why: Why) -> Block:
    shown = [blocks.button("Open the gap", action_id=Button.OPEN_GAP, value=str(why.gap_id), spoken=f"Open {why.key}")]
    if why.may_estimate:
        label = "Effort and RICE" if why.effort_months else "Estimate this"
        shown.append(blocks.button(label, action_id=Button.ESTIMATE_GAP, value=str(why.gap_id)))
    if why.may_correct:
        shown.append(blocks.button("Correct a deal", action_id=Button.CORRECT_DEAL, value=str(why.gap_id)))
    return blocks.actions(*shown, block_id="why.buttons")
