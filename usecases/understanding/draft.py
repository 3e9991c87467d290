"""A request in the making: what is known so far, and what has to be asked."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.errors import NotFound
from domain.money import Money
from domain.words import Impact, Priority
from usecases.understanding.names import NamedAccount
from usecases.understanding.reading import Understood


class Part(StrEnum):
    """What a draft consists of, as far as a conversation is about it."""

    ACCOUNT = "account"
    TITLE = "title"
    PRIORITY = "priority"
    IMPACT = "impact"
    ARR = "arr"
    NEEDED_BY = "needed_by"
    USE_CASE = "use_case"
    WORKAROUND = "workaround"


REQUIRED = (Part.TITLE, Part.ACCOUNT, Part.PRIORITY, Part.IMPACT)
"""In the order of asking."""


class AccountChoice(BaseModel):
    """An account that may be meant, to be chosen by a button."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    account_id: int
    name: str


class Draft(BaseModel):
    """Kept as JSON while the conversation goes on: unknown keys of other releases are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    account: AccountChoice | None = None
    new_account: str | None = None
    unknown_account: str | None = None
    choices: tuple[AccountChoice, ...] = ()
    title: str = ""
    priority: Priority | None = None
    impact: Impact | None = None
    arr: str = ""
    needed_by: date | None = None
    by_renewal: bool = False
    use_case: str = ""
    workaround: str = ""
    opportunity_id: int | None = None
    area_key: str | None = None
    gitlab_url: str = ""
    joins: int | None = None
    trouble: str = ""
    guessed: tuple[Part, ...] = ()
    """Parts that a language model filled in, and that nobody has changed since."""
    is_quiet: bool = False
    """It lives in a form alone: nobody is told of its turns."""

    @property
    def missing(self) -> Part | None:
        """What has to be asked next; None when it can be filed."""
        has = {
            Part.ACCOUNT: self.account or self.new_account,
            Part.TITLE: self.title,
            Part.PRIORITY: self.priority,
            Part.IMPACT: self.impact,
        }
        return next((part for part in REQUIRED if not has[part]), None)

    @property
    def names_somebody(self) -> bool:
        """Tell whether it is known, or asked already, whose need it is."""
        return bool(self.account or self.new_account or self.unknown_account or self.choices)

    def with_guesses(self, changes: Mapping[str, Any]) -> "Draft":
        """With what a language model guessed of it, marked as such."""
        parts = tuple(part for part in Part if part.value in changes)
        return Draft.model_validate({**self.model_dump(), **changes, "guessed": parts})

    def guessed_still(self, changes: Mapping[str, Any]) -> tuple[Part, ...]:
        """The guesses that are none of what somebody says now."""
        return tuple(part for part in self.guessed if part.value not in changes)

    def changed(self, changes: Mapping[str, Any]) -> "Draft":
        """With other values, as a button or a form sent them; raise `NotFound` for what cannot be meant."""
        try:
            guessed = self.guessed_still(changes)
            return Draft.model_validate({**self.model_dump(), **changes, "guessed": guessed, "trouble": ""})
        except ValidationError as unreadable:
            raise NotFound("This button is too old for me. Please start again.") from unreadable

    def with_accounts(self, found: Sequence[NamedAccount]) -> "Draft":
        """With the account that was meant, or those among which to choose."""
        choices = tuple(AccountChoice(account_id=one.account_id, name=one.name) for one in found)
        only = choices[0] if len(choices) == 1 else None
        return self.model_copy(
            update={
                "account": only,
                "choices": () if only else choices,
                "new_account": None,
                "unknown_account": None,
                "opportunity_id": None,
            }
        )

    def with_understood(self, found: Understood, *, use_case: str) -> "Draft":
        """A fresh draft from a first message."""
        draft = self.with_accounts(found.names.accounts) if found.names.accounts else self
        deadline = found.deadline
        return draft.model_copy(
            update={
                "unknown_account": found.names.unknown,
                "title": found.title,
                "priority": found.priority,
                "impact": found.impact,
                "arr": said(found.arr),
                "needed_by": deadline.day if deadline else None,
                "by_renewal": bool(deadline and deadline.is_renewal),
                "use_case": use_case,
            }
        )


def said(amount: Money | None) -> str:
    """An amount as text that the form's rules read back to the same amount."""
    return amount.exact() if amount else ""
