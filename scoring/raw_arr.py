"""The familiar baseline: the ARR and open deals behind a gap, each once, with no weight, no decay and no cap."""

from collections.abc import Iterator

from scoring.evidence import GapEvidence
from scoring.model_input import ModelInput
from scoring.standing import Standing

_CENTS = 100


def stand(world: ModelInput) -> Iterator[Standing]:
    """Score in whole units of the reporting currency; unknown money is 0."""
    for gap, metrics in world.measured():
        cents = raw_cents(gap)
        yield Standing(evidence=gap, metrics=metrics, score=cents / _CENTS, order=(-cents, gap.gap))


def raw_cents(gap: GapEvidence) -> int:
    return sum(cell.money.retention + cell.money.growth for cell in gap.cells)
