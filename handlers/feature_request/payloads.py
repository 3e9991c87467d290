"""Slack's JSON of the form, read into our types. An unknown block or value is ignored, never believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from handlers.feature_request.ids import JOIN, KNOWN_ACCOUNT, NEW_ACCOUNT, NO_AREA, SEARCH_CRM, Field
from usecases.file_request import Submission
from usecases.find_accounts import AccountCard
from usecases.request_fields import RequestFields


class FormMetadata(BaseModel):
    """What the form carries along in private_metadata: hints, checked again when it comes back."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    channel_id: str | None = None
    source: str = "command"
    request_id: int | None = None
    version: int | None = None
    prefilled_arr: str | None = None
    notice: str | None = None

    @classmethod
    def read(cls, text: str | None) -> "FormMetadata":
        try:
            return cls.model_validate_json(text or "{}")
        except ValidationError:
            return cls()

    def dump(self) -> str:
        return self.model_dump_json(exclude_none=True)


def prefilled(metadata: FormMetadata, card: AccountCard | None) -> FormMetadata:
    """Remember what was filled in for the person, to tell it from what they typed."""
    return metadata.model_copy(update={"prefilled_arr": card.arr.original.exact() if card and card.arr else None})


class FormMemory(BaseModel):
    """What is kept of an open form while a job looks for its account: all that its next drawing depends on."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    metadata: FormMetadata = FormMetadata()
    title: str = ""
    typed_arr: str = ""
    joins: int | None = None

    @classmethod
    def read(cls, text: str) -> "FormMemory":
        return cls.model_validate_json(text)

    def dump(self) -> str:
        return self.model_dump_json(exclude_none=True)


@dataclass(frozen=True, slots=True)
class FormState:
    """The inputs of an open or submitted form, by action id."""

    values: Mapping[str, Mapping[str, Any]]
    blocks: Mapping[str, str]

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> "FormState":
        values: dict[str, Mapping[str, Any]] = {}
        blocks: dict[str, str] = {}
        inputs = _input_blocks(view.get("blocks"))
        for block_id, actions in _mapping(_mapping(view.get("state")).get("values")).items():
            for action_id, value in _mapping(actions).items():
                values[action_id] = _mapping(value)
                # Slack takes a sentence only beside an input that the form has.
                if inputs is None or block_id in inputs:
                    blocks[action_id] = block_id
        return cls(values=values, blocks=blocks)

    def text(self, field: Field) -> str:
        value = self.values.get(field, {}).get("value")
        return value if isinstance(value, str) else ""

    def chosen(self, field: Field) -> str | None:
        option = self.values.get(field, {}).get("selected_option")
        value = option.get("value") if isinstance(option, dict) else None
        return value if isinstance(value, str) else None

    def date(self, field: Field) -> str | None:
        value = self.values.get(field, {}).get("selected_date")
        return value if isinstance(value, str) else None

    @property
    def account_id(self) -> int | None:
        return _number_after(KNOWN_ACCOUNT, self.chosen(Field.ACCOUNT))

    @property
    def new_account(self) -> str | None:
        value = self.chosen(Field.ACCOUNT) or ""
        return value.removeprefix(NEW_ACCOUNT) if value.startswith(NEW_ACCOUNT) else None

    @property
    def searched(self) -> str | None:
        """The name to look for in the CRM, where that was chosen in the place of an account."""
        value = self.chosen(Field.ACCOUNT) or ""
        return value.removeprefix(SEARCH_CRM) if value.startswith(SEARCH_CRM) else None

    @property
    def join_gap_id(self) -> int | None:
        return _number_after(JOIN, self.chosen(Field.SIMILAR))

    @property
    def area_key(self) -> str | None:
        value = self.chosen(Field.AREA)
        return None if value == NO_AREA else value

    def fields(self) -> RequestFields:
        return RequestFields(
            title=self.text(Field.TITLE),
            use_case=self.text(Field.USE_CASE),
            workaround=self.text(Field.WORKAROUND),
            priority=self.chosen(Field.PRIORITY),
            impact=self.chosen(Field.IMPACT),
            arr=self.text(Field.ARR),
            needed_by=self.date(Field.NEEDED_BY),
            opportunity_id=_number_after("", self.chosen(Field.OPPORTUNITY)),
            gitlab_url=self.text(Field.GITLAB_URL),
        )

    def by_block(self, faults: Mapping[str, str]) -> dict[str, str]:
        """Put each sentence beside its input; what has no input in this form goes to the title's or the first one."""
        fallback = self.blocks.get(Field.TITLE) or next(iter(self.blocks.values()), Field.TITLE)
        found: dict[str, str] = {}
        for name, sentence in faults.items():
            block = self.blocks.get(name, fallback)
            found[block] = f"{found[block]} {sentence}" if block in found else sentence
        return found


def submission(body: Mapping[str, Any]) -> Submission:
    """Read a submitted form. Its key is the view's own id, so a repeated submission is the same request."""
    view = _mapping(body.get("view"))
    state, metadata = FormState.read(view), FormMetadata.read(view.get("private_metadata"))
    return Submission(
        key=view_key(body),
        by=body["user"]["id"],
        account_id=state.account_id,
        new_account=state.new_account,
        join_gap_id=state.join_gap_id,
        area_key=state.area_key,
        fields=state.fields(),
        source=metadata.source[:24],
        channel_id=metadata.channel_id,
    )


def view_key(body: Mapping[str, Any]) -> str:
    team = _mapping(body.get("team")).get("id") or _mapping(body.get("user")).get("team_id") or "-"
    return f"view:{team}:{body['view']['id']}"


def _input_blocks(found: object) -> set[object] | None:
    if not isinstance(found, list):
        return None
    return {block.get("block_id") for block in found if isinstance(block, dict) and block.get("type") == "input"}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number_after(prefix: str, value: str | None) -> int | None:
    digits = value.removeprefix(prefix) if value and value.startswith(prefix) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None  # noqa: PLR2004  64 bits
