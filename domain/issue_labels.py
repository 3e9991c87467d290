"""Which labels an issue should have for the gaps it serves, and how it gets there without touching anybody else's."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from domain.words import GapState

CUSTOMER = "customer"
STATE_SCOPE = "gap::"
AREA_PREFIX = "area:"

# One issue may serve gaps that stand differently; it shows the one that is furthest along and still needs it.
_FURTHEST_FIRST = (
    GapState.IN_PROGRESS,
    GapState.PLANNED,
    GapState.BACKLOG,
    GapState.AWAITING_DEMAND,
    GapState.TRIAGE,
    GapState.NEEDS_INFO,
    GapState.NEW,
    GapState.SHIPPED,
    GapState.TRANSFERRED,
    GapState.DUPLICATE,
    GapState.DECLINED,
)


@dataclass(frozen=True, slots=True)
class ServedGap:
    """What labels depend on. There is nothing of a customer in here, for labels are public."""

    state: GapState
    area_key: str | None


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """What to add and what to take away; never the whole list, which others edit meanwhile."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.add and not self.remove


def state_label(state: GapState) -> str:
    return f"{STATE_SCOPE}{state.value}"


def state_named(labels: Collection[str]) -> GapState | None:
    """The one state that these labels name; None when they name none, several, or no state of ours."""
    words = {label.removeprefix(STATE_SCOPE) for label in labels if label.startswith(STATE_SCOPE)}
    known = set(GapState)
    return GapState(words.pop()) if len(words) == 1 and words <= known else None


def area_label(area_key: str) -> str:
    return f"{AREA_PREFIX}{area_key}"


def wanted_labels(gaps: Collection[ServedGap]) -> tuple[str, ...]:
    """The labels for these gaps, in a fixed order; none for an issue that serves no gap any more."""
    if not gaps:
        return ()
    states = {gap.state for gap in gaps}
    shown = next(state for state in _FURTHEST_FIRST if state in states)
    areas = sorted({area_label(gap.area_key) for gap in gaps if gap.area_key})
    return (CUSTOMER, *areas, state_label(shown))


def plan_labels(current: Iterable[str], gaps: Collection[ServedGap], *, pushed_before: Iterable[str] = ()) -> LabelPlan:
    """Compare. Scoped labels exclude each other only in paid tiers: here every other `gap::` goes, whoever set it.

    Of the rest, only what we put there ourselves (`pushed_before`) is ever taken away.
    """
    there, wanted = set(current), wanted_labels(gaps)
    ours = {label for label in there if label.startswith(STATE_SCOPE)} | (set(pushed_before) & there)
    return LabelPlan(
        add=tuple(label for label in wanted if label not in there),
        remove=tuple(sorted(ours - set(wanted))),
    )
