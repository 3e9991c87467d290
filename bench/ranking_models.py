"""Compare the shipped models on invented books of business: who finds what really costs money, and who is fooled.

    make bench-ranking [ARGS="--seeds 60"] [ARGS="--quick"]

Every figure is a mean over worlds with its 95 % interval, one value for each seed; the second table has the
differences to the composite on the same worlds and the same attacks. Attacks are aimed at gaps of true rank 31 to 150.
The worlds are invented: figures compare models, they predict nothing.
"""

import argparse
import itertools
import json
import math
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np

from bench.ranking_attacks import Attack, campaign, duplicates, inflate, one_voice, without_money
from bench.ranking_world import AS_OF, CURRENCIES, WEEKS, Regime, World, world
from scoring import MODELS, Calibration, Policy, Portfolio, calibrate, rank
from scoring.backtest import ndcg
from scoring.bulk import Columns, rank_columns
from scoring.integrity import integrity
from scoring.lineage import trace

TOP = 10
QUICK, FULL = 6, 60
_TARGETS, _TARGETS_A_WORLD = slice(30, 150), 5
_ATTACKS: Mapping[str, Attack] = {
    "inflated deal": inflate,
    "campaign": campaign,
    "its largest voice": one_voice,
    "duplicates": duplicates,
}

Values = dict[str, dict[str, float]]
"""By measure and model, of one seed."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How a figure is shown, and whether more of it is better."""

    name: str
    more_is_better: bool
    digits: int = 3
    percent: bool = False


MEASURES = (
    Measure("NDCG@10", more_is_better=True),
    Measure("lost without 30 %", more_is_better=False),
    Measure("Top 10 kept", more_is_better=True, digits=2),
    Measure("inflated deal", more_is_better=False, digits=1, percent=True),
    Measure("campaign", more_is_better=False, digits=1, percent=True),
    Measure("campaign unnoticed", more_is_better=False, digits=1, percent=True),
    Measure("its largest voice", more_is_better=False, digits=1, percent=True),
    Measure("duplicates", more_is_better=False, digits=1, percent=True),
    Measure("entries a week", more_is_better=False),
    Measure("NDCG@10 inflated", more_is_better=True),
    Measure("NDCG@10 campaign", more_is_better=True),
    Measure("NDCG@10 without 30 %", more_is_better=True),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with half the width of its 95 % interval."""

    mean: float
    half: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figure":
        spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        return cls(float(np.mean(values)), 1.96 * spread / math.sqrt(len(values)))

    def text(self, measure: Measure, *, signed: bool = False) -> str:
        scale = 100 if measure.percent else 1
        sign = "+" if signed else ""
        return f"{self.mean * scale:{sign}.{measure.digits}f} ±{self.half * scale:.{measure.digits}f}"

    def verdict(self, measure: Measure) -> str:
        """Of a difference to the composite: what it says about the composite, if anything."""
        if abs(self.mean) <= self.half:
            return ""
        return " worse" if (self.mean > 0) is measure.more_is_better else " better"


class Lists:
    """The order of every model over one portfolio."""

    def __init__(self, portfolio: Portfolio, calibration: Calibration) -> None:
        self._columns = Columns.of(portfolio)
        self._calibration = calibration

    def of(self, model: str, *, as_of: date = AS_OF, calibration: Calibration | None = None) -> list[str]:
        ranking = rank_columns(self._columns, calibration or self._calibration, as_of=as_of, model=model)
        return [ranking.gap_ids[gap] for gap in ranking.order]


def calibrated(portfolio: Portfolio, *, policy: Policy, as_of: date = AS_OF) -> Calibration:
    return calibrate(portfolio, currencies=CURRENCIES, as_of=as_of, label="bench", policy=policy)


def measured(seed: int, *, policy: Policy) -> Values:
    """Every measure of every model in the worlds of one seed."""
    found: Values = defaultdict(dict)
    one = world(seed)
    calibration = calibrated(one.portfolio, policy=policy)
    lists = Lists(one.portfolio, calibration)
    whole = {model: lists.of(model) for model in MODELS}
    accuracy(found, seed, base={model: ndcg(whole[model], one.truth, top=TOP) for model in MODELS}, policy=policy)
    missing(found, one, whole=whole, chance=np.random.default_rng([seed, 98]), policy=policy)
    targets = np.random.default_rng([seed, 99]).choice(one.true_order()[_TARGETS], size=_TARGETS_A_WORLD, replace=False)
    for name, attack in _ATTACKS.items():
        # The same chance each time: the campaign and its largest voice are of one owner.
        chance = np.random.default_rng([seed, 97])
        attacked(
            found, name, one, attack, whole=whole, targets=targets.tolist(), chance=chance, calibration=calibration
        )
    churn(found, one.portfolio, lists=lists, first_quarter=calibration, policy=policy)
    return found


def accuracy(found: Values, seed: int, *, base: Mapping[str, float], policy: Policy) -> None:
    """NDCG@10 over the worlds of all regimes, of which the first is there already."""
    quality = {model: [base[model]] for model in MODELS}
    for regime in Regime:
        if regime is not Regime.BASE:
            one = world(seed, regime)
            lists = Lists(one.portfolio, calibrated(one.portfolio, policy=policy))
            for model in MODELS:
                quality[model].append(ndcg(lists.of(model), one.truth, top=TOP))
    for model in MODELS:
        found["NDCG@10"][model] = float(np.mean(quality[model]))


def missing(
    found: Values, one: World, *, whole: Mapping[str, Sequence[str]], chance: np.random.Generator, policy: Policy
) -> None:
    """What is lost in NDCG, and how much of the Top 10 stays, when the CRM does not know 30 % of the money."""
    poor = without_money(one.portfolio, chance)
    lists = Lists(poor, calibrated(poor, policy=policy))
    for model in MODELS:
        left = lists.of(model)
        quality = ndcg(left, one.truth, top=TOP)
        found["NDCG@10 without 30 %"][model] = quality
        found["lost without 30 %"][model] = ndcg(whole[model], one.truth, top=TOP) - quality
        found["Top 10 kept"][model] = len(set(whole[model][:TOP]) & set(left[:TOP])) / TOP


def attacked(
    found: Values,
    name: str,
    one: World,
    attack: Attack,
    *,
    whole: Mapping[str, Sequence[str]],
    targets: Sequence[str],
    chance: np.random.Generator,
    calibration: Calibration,
) -> None:
    """How often a gap that matters little gets into the Top 10 by an attack; all models meet the same attacks."""
    seen: dict[tuple[str, str], list[float]] = defaultdict(list)
    for target in targets:
        bent = attack(one, target, chance)
        if bent is None:
            continue
        lists, noticed = Lists(bent, calibration), is_noticed(bent, target, calibration=calibration)
        for model in MODELS:
            after = lists.of(model)
            is_in = target in after[:TOP] and target not in whole[model][:TOP]
            seen[name, model].append(is_in)
            seen[f"{name} unnoticed", model].append(is_in and not noticed)
            seen[f"NDCG@10 {name.split(maxsplit=1)[0]}", model].append(ndcg(after, one.truth, top=TOP))
    for (measure, model), each in seen.items():
        found[measure][model] = float(np.mean(each))


def is_noticed(bent: Portfolio, target: str, *, calibration: Calibration) -> bool:
    """Whether a proposal of this gap would have to be acknowledged: it leans on two owners, and much of it is new."""
    asking = {each.account for each in bent.requests if each.gap == target}
    families = trace({each.id: each.parent for each in bent.accounts})
    roots = {families.root_of[account] for account in asking}
    alone = replace(
        bent,
        gaps=tuple(gap for gap in bent.gaps if gap.id == target),
        requests=tuple(each for each in bent.requests if each.gap == target),
        accounts=tuple(each for each in bent.accounts if families.root_of[each.id] in roots),
    )
    return integrity(rank(alone, calibration, as_of=AS_OF), target, portfolio=alone).needs_acknowledgement


def churn(found: Values, portfolio: Portfolio, *, lists: Lists, first_quarter: Calibration, policy: Policy) -> None:
    """Gaps that enter the Top 10 in a week, over 30 weeks of ordinary filing; calibrated once a quarter."""
    later = [calibrated(portfolio, policy=policy, as_of=AS_OF + timedelta(weeks=weeks)) for weeks in (13, 26)]
    quarters = [first_quarter, *later]
    for model in MODELS:
        tops = [
            set(lists.of(model, as_of=AS_OF + timedelta(weeks=week), calibration=quarters[week // 13])[:TOP])
            for week in range(WEEKS)
        ]
        entries = sum(len(now - then) for then, now in itertools.pairwise(tops))
        found["entries a week"][model] = entries / (WEEKS - 1)


def values(found: Sequence[Values], measure: Measure, model: str) -> list[float]:
    """By seed, where the seed has it."""
    return [one[measure.name][model] for one in found if measure.name in one]


def table(found: Sequence[Values]) -> Iterable[str]:
    """The means, and the differences to the composite."""
    yield "| model | " + " | ".join(each.name + (", %" if each.percent else "") for each in MEASURES) + " |"
    yield "|---" * (len(MEASURES) + 1) + "|"
    for model in MODELS:
        cells = (Figure.of(values(found, each, model)).text(each) for each in MEASURES)
        yield f"| {model} | " + " | ".join(cells) + " |"
    yield ""
    yield "| minus composite | " + " | ".join(each.name for each in MEASURES) + " |"
    yield "|---" * (len(MEASURES) + 1) + "|"
    for model in MODELS:
        if model != "composite":
            yield f"| {model} | " + " | ".join(_difference(found, each, model) for each in MEASURES) + " |"


def _difference(found: Sequence[Values], measure: Measure, model: str) -> str:
    pairs = zip(values(found, measure, model), values(found, measure, "composite"), strict=True)
    figure = Figure.of([other - own for other, own in pairs])
    verdict = figure.verdict(measure)
    return figure.text(measure, signed=True) + (f" composite{verdict}" if verdict else "")


def kept(seed: int, *, policy: Policy, folder: Path) -> Values:
    """What an interrupted run has measured is not measured again."""
    path = folder / f"{seed}.json"
    if not path.exists():
        found = json.dumps(measured(seed, policy=policy))
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(found)
    again: Values = json.loads(path.read_text())
    return again


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seeds", type=int, default=FULL)
    arguments.add_argument("--quick", action="store_true", help=f"{QUICK} seeds")
    arguments.add_argument("--kappa", type=Fraction, default=Policy().owner_kappa, help="of the owners' cap")
    arguments.add_argument("--keep", type=Path, help="a folder for what each seed gives, to go on with later")
    given = arguments.parse_args()
    count = QUICK if given.quick else given.seeds
    started, policy = time.perf_counter(), Policy(owner_kappa=given.kappa)
    found = [
        kept(seed, policy=policy, folder=given.keep) if given.keep else measured(seed, policy=policy)
        for seed in range(1000, 1000 + count)
    ]
    print(f"{count} seeds, {count * len(Regime)} worlds for accuracy; {time.perf_counter() - started:.0f} s")
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
