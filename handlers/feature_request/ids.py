"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum

COMMAND = "/feature-request"
SHORTCUT = "feature_request.open"


class View(StrEnum):
    FORM = "feature_request.form"
    CORRECTION = "feature_request.correction"


class Field(StrEnum):
    """Action ids of the form's inputs; the block id is the same name, with a suffix where an input has to be reset."""

    ACCOUNT = "account"
    TITLE = "title"
    SIMILAR = "similar"
    USE_CASE = "use_case"
    PRIORITY = "priority"
    IMPACT = "impact"
    ARR = "arr"
    OPPORTUNITY = "opportunity"
    WORKAROUND = "workaround"
    NEEDED_BY = "needed_by"
    AREA = "area"
    GITLAB_URL = "gitlab_url"


class Action(StrEnum):
    WITHDRAW = "feature_request.withdraw"


NEW_ACCOUNT = "new:"
SEARCH_CRM = "search:"
KNOWN_ACCOUNT = "account:"
JOIN = "join:"
NEW_GAP = "new"
NO_AREA = "-"
