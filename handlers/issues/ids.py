"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum


class View(StrEnum):
    LINK = "issues.link"
    CREATE = "issues.create"
    DECLINE = "issues.decline"


class Action(StrEnum):
    OPEN_LINK = "issues.open_link"
    OPEN_CREATE = "issues.open_create"
    UNLINK = "issues.unlink"
    SHIPPED = "issues.shipped"
    NOT_SHIPPED = "issues.not_shipped"
    OPEN_DECLINE = "issues.open_decline"


class Field(StrEnum):
    """Action ids of the inputs, and their block ids; the choice's block gets a suffix when it has to start anew."""

    ISSUE = "issue"
    FOUND = "issue_found"
    ADDRESS = "address"
    TITLE = "title"
    PROBLEM = "problem"
    PROJECT = "project"
    REASON = "reason"


CHOSEN = "issue:"
PASTED = "ref:"
SEARCH = "search:"
