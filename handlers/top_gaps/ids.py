"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum

COMMAND = "/top-gaps"


class Action(StrEnum):
    PREVIOUS = "top_gaps.previous"
    NEXT = "top_gaps.next"
    ROW = "top_gaps.row"
    SHOW_TABLE = "top_gaps.table"
    SHOW_LIST = "top_gaps.list"
    FILTER = "top_gaps.filter"
    SAVE = "top_gaps.save"
    CSV = "top_gaps.csv"


class View(StrEnum):
    FILTERS = "top_gaps.filters"
    SAVE = "top_gaps.save_view"


class Row(StrEnum):
    """What the menu beside a gap offers; the value is one of these and the gap's number."""

    WHY = "why"
    OPEN = "open"
    ESTIMATE = "estimate"


class Field(StrEnum):
    """Inputs of the filters, in the order of the form, and of saving a view."""

    WORDS = "words"
    AREA = "filter_area"
    PRIORITY = "filter_priority"
    IMPACT = "filter_impact"
    STATUS = "filter_status"
    SEGMENT = "filter_segment"
    REGION = "filter_region"
    ACCOUNT = "filter_account"
    OWNER = "filter_owner"
    THEME = "filter_theme"
    LINKED = "filter_linked"
    SINCE = "filter_since"
    UNTIL = "filter_until"
    MODEL = "filter_model"
    SORT = "filter_sort"
    SIZE = "filter_size"
    NAME = "view_name"
    SHARED = "view_shared"
