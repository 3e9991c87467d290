"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum


class Action(StrEnum):
    APPROVE = "top10.approve"
    REJECT = "top10.reject"
    DISCUSS = "top10.discuss"
    PROPOSE = "top10.propose"


class View(StrEnum):
    PROPOSE = "top10.propose_form"
    APPROVE = "top10.approve_form"
    REJECT = "top10.reject_form"
    DISCUSS = "top10.discuss_form"


class Field(StrEnum):
    """Action ids of the inputs; each block has the name of its input."""

    TYPE = "type"
    GAP = "gap"
    INSTEAD_OF = "instead_of"
    UNTIL = "until"
    ORDER = "order"
    REASON = "reason"
    SAID = "said"
    LOOKED = "looked"


SHOW_WORD = "top10"
PROPOSE_WORD = "propose"
"""What follows `/top-gaps`."""
