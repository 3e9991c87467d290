"""How old evidence fades: by half every half-life, in integer millionths so that sums do not depend on order."""

import math

PPM = 1_000_000


def faded(cents: int, *, age_days: int, half_life_days: int) -> int:
    """Return the whole cents that are left after so many days, rounded half to even.

    The definition rounds only the decay of a need to millionths; money is rounded to cents and to nothing coarser.
    """
    return round(cents * math.exp2(-age_days / half_life_days))


def fading(*, age_days: int, half_life_days: int) -> int:
    """Return the millionths that are left after so many days."""
    return round(PPM * math.exp2(-age_days / half_life_days))
