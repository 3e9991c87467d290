"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum

COMMAND = "/gap"


class View(StrEnum):
    CARD = "gap_card.card"


class Action(StrEnum):
    OPEN = "gap_card.open"
    FOLLOW_LINK = "gap_card.follow_link"
