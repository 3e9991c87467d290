"""How the work on a gap goes, as its issues say: the worst of them speaks for all."""

from collections.abc import Iterable

from domain.issues import Health

_WORST_FIRST = (Health.AT_RISK, Health.NEEDS_ATTENTION, Health.ON_TRACK)


def worst(healths: Iterable[Health | None]) -> Health | None:
    """None where no issue says anything."""
    said = set(healths)
    return next((health for health in _WORST_FIRST if health in said), None)
