"""Names that Slack sends back to us. Tabs already out there carry them: never rename one."""

from enum import StrEnum


class Action(StrEnum):
    PREVIOUS = "home.previous"
    NEXT = "home.next"
