"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum


class Action(StrEnum):
    PREFER = "notices.prefer"


class View(StrEnum):
    MOVE = "gap_moves.form"
    PROMISE = "promises.form"


class Field(StrEnum):
    """Action ids of the inputs; each block has the name of its input."""

    STATE = "state"
    REASON = "reason"
    WORDING = "wording"
    MERGED_INTO = "merged_into"
    REQUEST = "request"
    PROMISED_ON = "promised_on"
    PROMISED_BY = "promised_by"
