"""Turn Salesforce's records into the values of the port. What makes no sense becomes None and is named."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, TypeVar

from domain.directory import CurrencyRate, DirectoryAccount, DirectoryOpportunity
from domain.money import Money, decimals
from domain.words import OpportunityStage
from integrations.salesforce_fields import FieldMapping
from integrations.salesforce_ids import id18

NUMBER = Decimal
_CURRENCY_CODE = re.compile(r"[A-Z]{3}")
_Value = TypeVar("_Value")
_YES = frozenset({"true", "yes", "y", "1", "strategic"})
_NO = frozenset({"false", "no", "n", "0", "none", ""})
_MOST_PERCENT = 100
# Major units of any currency, large ones included (a billion dollars are 25 trillion Vietnamese dong).
_MOST_MONEY = 10**14


class _Senseless(ValueError):
    """A value that cannot be what its field is for."""


class _Fields:
    """One record read by our names. `unreadable` collects the names whose value could not be used."""

    def __init__(self, record: Mapping[str, Any], *, paths: Mapping[str, str]) -> None:
        self._record = record
        self._paths = paths
        self.unreadable: list[str] = []

    def raw(self, key: str) -> Any:
        found: Any = self._record
        for step in self._paths.get(key, "").split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        return found

    def read(self, key: str, convert: Callable[[Any], _Value]) -> _Value | None:
        """Convert what is there; note the name when that raises `ValueError`."""
        value = self.raw(key)
        if value is None:
            return None
        try:
            return convert(value)
        except ValueError:
            self.unreadable.append(key)
            return None

    def text(self, key: str) -> str | None:
        return self.read(key, lambda value: str(value).strip()) or None

    def record_id(self, key: str) -> str | None:
        return self.read(key, lambda value: id18(str(value)))

    def currency(self, default: str) -> str | None:
        """The record's code. An org without such a field has one currency; an odd code is never taken for that."""
        if "currency" not in self._paths:
            return default
        return self.read("currency", _code)

    def money(self, key: str, *, currency: str | None, may_be_negative: bool) -> Money | None:
        def convert(value: Any) -> Money:
            number = _number(value)
            if currency is None or abs(number) > _MOST_MONEY or (number < 0 and not may_be_negative):
                raise _Senseless("no amount that anybody pays")
            minor = (number * 10 ** decimals(currency)).to_integral_value(ROUND_HALF_EVEN)
            return Money(minor=int(minor), currency=currency)

        return self.read(key, convert)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise _Senseless("not a number")
    number = Decimal(value)
    if not number.is_finite():
        raise _Senseless("not a number")
    return number


def _percent(value: Any) -> int:
    number = _number(value)
    if not 0 <= number <= _MOST_PERCENT:
        raise _Senseless("not a percentage")
    return int(number.to_integral_value(ROUND_HALF_EVEN))


def _yes(value: Any) -> bool:
    """A checkbox, or a picklist or formula that stands for one."""
    word = str(value).strip().casefold()
    if word not in _YES | _NO:
        raise _Senseless("neither yes nor no")
    return word in _YES


def _day(value: Any) -> date:
    if not isinstance(value, str):
        raise _Senseless("not a date")
    # A formula may give a time where a date is meant.
    return date.fromisoformat(value[:10])


def _code(value: Any) -> str:
    if not (isinstance(value, str) and _CURRENCY_CODE.fullmatch(value)):
        raise _Senseless("not a currency code")
    return value


def account(record: Mapping[str, Any], *, paths: Mapping[str, str], default_currency: str) -> DirectoryAccount:
    """Read an account; raise `ValueError` when it has no usable id or time."""
    fields = _Fields(record, paths=paths)
    currency = fields.currency(default_currency)
    record_id = id18(str(fields.raw("id")))
    return DirectoryAccount(
        id=record_id,
        name=fields.text("name") or record_id,
        modified_at=moment(fields.raw("modified_at")),
        is_deleted=fields.raw("is_deleted") is True,
        master_id=fields.record_id("master"),
        parent_id=fields.record_id("parent"),
        type_name=fields.text("type"),
        website=fields.text("website"),
        segment=fields.text("segment"),
        region=fields.text("region"),
        health=fields.text("health"),
        is_strategic=fields.read("strategic", _yes),
        owner_name=fields.text("owner"),
        owner_email=fields.text("owner_email"),
        csm_name=fields.text("csm"),
        csm_email=fields.text("csm_email"),
        currency=currency,
        arr=fields.money("arr", currency=currency, may_be_negative=False),
        renewal_date=fields.read("renewal_date", _day),
        unreadable=tuple(fields.unreadable),
    )


def opportunity(
    record: Mapping[str, Any], *, paths: Mapping[str, str], mapping: FieldMapping, default_currency: str
) -> DirectoryOpportunity:
    """Read an opportunity; raise `ValueError` when it has no usable id or time."""
    fields = _Fields(record, paths=paths)
    currency = fields.currency(default_currency)
    type_name = fields.text("type")
    record_id = id18(str(fields.raw("id")))
    return DirectoryOpportunity(
        id=record_id,
        name=fields.text("name") or record_id,
        modified_at=moment(fields.raw("modified_at")),
        stage=_stage(fields),
        is_deleted=fields.raw("is_deleted") is True,
        account_id=fields.record_id("account"),
        kind=mapping.kind(type_name),
        type_name=type_name,
        stage_name=fields.text("stage"),
        currency=currency,
        # A downgrade is a deal with a negative amount in some orgs.
        amount=fields.money("amount", currency=currency, may_be_negative=True),
        probability=fields.read("probability", _percent),
        close_date=fields.read("close_date", _day),
        owner_name=fields.text("owner"),
        owner_email=fields.text("owner_email"),
        unreadable=tuple(fields.unreadable),
    )


def rate(record: Mapping[str, Any]) -> CurrencyRate:
    """Read a row of CurrencyType or DatedConversionRate; raise `ValueError` for a rate that converts nothing."""
    per_corporate = Decimal(record["ConversionRate"])
    if not per_corporate.is_finite() or per_corporate <= 0:
        raise ValueError("a rate must be positive")
    start, end = record.get("StartDate"), record.get("NextStartDate")
    return CurrencyRate(
        code=str(record["IsoCode"]),
        per_corporate=per_corporate,
        start=date.fromisoformat(start) if start else None,
        end=date.fromisoformat(end) if end else None,
    )


def moment(value: object) -> datetime:
    """Read `2026-01-05T04:30:00.000+0000`; raise `ValueError` for anything without a zone."""
    found = datetime.fromisoformat(str(value))
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found.astimezone(UTC)


def _stage(fields: _Fields) -> OpportunityStage:
    """Without the right to see `IsClosed`, nobody knows which deals are open: that is noted, not guessed."""
    if fields.raw("is_closed") is None:
        fields.unreadable.append("is_closed")
    if fields.raw("is_won") is True:
        return OpportunityStage.WON
    return OpportunityStage.LOST if fields.raw("is_closed") is True else OpportunityStage.OPEN
