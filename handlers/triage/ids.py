"""Names that Slack sends back to us. Messages and views already out there carry them: never rename one."""

from enum import StrEnum


class View(StrEnum):
    ASK = "triage.ask_form"
    DUPLICATE = "triage.duplicate_form"
    TRANSFER = "triage.transfer_form"
    PLAN = "triage.plan_form"
    DECLINE = "triage.decline_form"
    ANSWER = "triage.answer_form"


class Action(StrEnum):
    OPEN = "triage.open"
    TAKE = "triage.take"
    BACKLOG = "triage.backlog"
    WAIT = "triage.wait"
    PLAN = "triage.plan"
    ASK = "triage.ask"
    DUPLICATE = "triage.duplicate"
    TRANSFER = "triage.transfer"
    DECLINE = "triage.decline"
    ANSWER = "triage.answer"


class Field(StrEnum):
    QUESTION = "question"
    ANSWER = "triage_answer"
    INTO = "triage_into"
    KEY = "triage_key"
    AREA = "triage_area"
    REASON = "triage_reason"
