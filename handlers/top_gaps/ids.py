"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum

COMMAND = "/top-gaps"


class Action(StrEnum):
    PREVIOUS = "top_gaps.previous"
    NEXT = "top_gaps.next"
