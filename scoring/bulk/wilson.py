"""Wilson's lower bound for many shares at once."""

import numpy as np

from scoring.bulk.packing import Ints
from scoring.bulk.rounding import Floats
from scoring.rank_fusion import WILSON_DIGITS, Z


def bounds(n: Floats, *, share: Floats) -> Ints:
    """The steps of `rank_fusion.bound` in their order: roots and the four operations round alike everywhere."""
    spread = Z * np.sqrt(np.maximum(0.0, share * (1 - share)) / n + Z * Z / (4 * n * n))
    lower = (share + Z * Z / (2 * n) - spread) / (1 + Z * Z / n)
    found: Ints = np.rint(np.maximum(0.0, lower) * 10**WILSON_DIGITS).astype(np.int64)
    return found
