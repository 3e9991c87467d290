"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum

WORDS = ("what-if", "whatif", "try")
"""What follows `/top-gaps`."""


class View(StrEnum):
    FORM = "what_if.form"
    RESULT = "what_if.result"


class Field(StrEnum):
    IMPACTED_ARR = "weight_impacted_arr"
    ACCOUNTS = "weight_accounts"
    STRATEGIC_ARR = "weight_strategic_arr"
    P0_STRENGTH = "weight_p0_strength"
    BALANCE = "balance"
    FAMILY_CAP = "family_cap"
    OWNER_CAP = "owner_cap"
    MODEL = "what_if_model"
    QUERY = "what_if_query"


WEIGHTS = (Field.IMPACTED_ARR, Field.ACCOUNTS, Field.STRATEGIC_ARR, Field.P0_STRENGTH)
