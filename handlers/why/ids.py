"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum


class View(StrEnum):
    WHY = "why.explained"
