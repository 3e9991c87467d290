"""What `gapbot doctor` says about one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` is empty when it is fine."""

    what: str
    advice: str = ""
    is_warning: bool = False
