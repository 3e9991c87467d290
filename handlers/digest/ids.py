"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum

WORD = "subscribe"
"""What follows `/top-gaps`."""


class Action(StrEnum):
    END = "digest.end"


class View(StrEnum):
    SUBSCRIBE = "digest.subscribe_form"


class Field(StrEnum):
    """Action ids of the inputs; each block has the name of its input."""

    CHANNEL = "channel"
    WEEKDAY = "weekday"
    AT = "at"
    TIME_ZONE = "time_zone"
    SIZE = "size"
    MONEY = "money"
