"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum

COMMAND = "/gap"


class View(StrEnum):
    CARD = "gap_card.card"
