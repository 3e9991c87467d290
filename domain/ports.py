"""What the outside is to us. The real ones are in `handlers` and `integrations`; tests use the sandbox."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Returns the present as an aware UTC time."""
