"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum

MESSAGE_SHORTCUT = "conversation.file_message"


class View(StrEnum):
    FORM = "conversation.form"
    EDIT = "conversation.edit_form"


class Action(StrEnum):
    """Each button of a row has its own name, as Slack wants it; what follows the colon is what it chooses."""

    FILE = "conversation.file"
    EDIT = "conversation.edit"
    CANCEL = "conversation.cancel"
    NEW_ACCOUNT = "conversation.new_account"
    FIND_ACCOUNT = "conversation.find_account"
    JOIN = "conversation.join"
    FIRST_ACCOUNT = "conversation.account:0"
    SECOND_ACCOUNT = "conversation.account:1"
    THIRD_ACCOUNT = "conversation.account:2"
    FOURTH_ACCOUNT = "conversation.account:3"
    FIFTH_ACCOUNT = "conversation.account:4"
    P0 = "conversation.priority:P0"
    P1 = "conversation.priority:P1"
    NICE = "conversation.priority:NICE"
    BLOCKS_NEW_DEAL = "conversation.impact:blocks_new_deal"
    RISKS_CHURN = "conversation.impact:risks_churn"
    RISKS_DOWNGRADE = "conversation.impact:risks_downgrade"
    BLOCKS_EXPANSION = "conversation.impact:blocks_expansion"
    NO_IMPACT = "conversation.impact:none"


ACCOUNT, PRIORITY, IMPACT = "conversation.account", "conversation.priority", "conversation.impact"
ROWS = tuple(one for one in Action if one.partition(":")[0] in {ACCOUNT, PRIORITY, IMPACT})
