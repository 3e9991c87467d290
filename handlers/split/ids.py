"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum


class View(StrEnum):
    FORM = "split.form"
    DONE = "split.done"


class Action(StrEnum):
    UNDO = "split.undo"


class Field(StrEnum):
    TITLE = "split_title"
    REQUESTS = "split_requests"
