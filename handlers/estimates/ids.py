"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum


class View(StrEnum):
    ESTIMATE = "estimate.form"
    CORRECTION = "correction.form"


class Field(StrEnum):
    EFFORT = "effort"
    REACH = "rice_reach"
    IMPACT = "rice_impact"
    CONFIDENCE = "rice_confidence"
    THEMES = "themes"
    DEAL = "deal"
    AMOUNT = "amount"
    REASON = "reason"


AS_SUGGESTED = "-"
