"""The kinds of records of the org and their fields, as describe shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

TEXT = frozenset({"string", "picklist", "url", "email"})
NUMBERS = frozenset({"currency", "double", "percent", "int"})
IDS = frozenset({"id", "reference"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A formula's value changes without the record noticing: it does not bump SystemModstamp."""

    name: str
    type: str
    refers_to: str | None = None
    relationship: str | None = None
    is_formula: bool = False

    def as_describe(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": self.name.removesuffix("__c").replace("_", " "),
            "type": self.type,
            "calculated": self.is_formula,
            "referenceTo": [self.refers_to] if self.refers_to else [],
            "relationshipName": self.relationship,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """A kind of record (an "sObject"); its ids start with the prefix."""

    name: str
    prefix: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """Find a field in any spelling of case, as Salesforce does."""
        return next((field for field in self.fields if field.name.casefold() == name.casefold()), None)

    def parent(self, relationship: str) -> Field | None:
        wanted = relationship.casefold()
        return next((field for field in self.fields if (field.relationship or "").casefold() == wanted), None)


def _fields(type_: str, names: str) -> Iterable[Field]:
    return (Field(name=name, type=type_) for name in names.split())


def _reference(name: str, *, to: str, relationship: str) -> Field:
    return Field(name=name, type="reference", refers_to=to, relationship=relationship)


_SYSTEM = (
    Field(name="Id", type="id"),
    Field(name="IsDeleted", type="boolean"),
    *_fields("datetime", "CreatedDate SystemModstamp"),
)
_USER = RecordType(
    name="User",
    prefix="005",
    fields=(*_SYSTEM, *_fields("string", "Name"), *_fields("email", "Email"), *_fields("boolean", "IsActive")),
)
_ACCOUNT = RecordType(
    name="Account",
    prefix="001",
    fields=(
        *_SYSTEM,
        *_fields("string", "Name"),
        *_fields("picklist", "Type Segment__c Region__c CurrencyIsoCode"),
        *_fields("url", "Website"),
        *_fields("boolean", "Strategic__c"),
        *_fields("currency", "ARR__c"),
        *_fields("date", "Renewal_Date__c"),
        Field(name="Health__c", type="string", is_formula=True),
        Field(name="MasterRecordId", type="reference", refers_to="Account", relationship="MasterRecord"),
        _reference("ParentId", to="Account", relationship="Parent"),
        _reference("OwnerId", to="User", relationship="Owner"),
        _reference("CSM__c", to="User", relationship="CSM__r"),
    ),
)
_OPPORTUNITY = RecordType(
    name="Opportunity",
    prefix="006",
    fields=(
        *_SYSTEM,
        *_fields("string", "Name"),
        *_fields("picklist", "Type StageName CurrencyIsoCode"),
        *_fields("currency", "Amount"),
        *_fields("percent", "Probability"),
        *_fields("date", "CloseDate"),
        *_fields("boolean", "IsClosed IsWon"),
        _reference("AccountId", to="Account", relationship="Account"),
        _reference("OwnerId", to="User", relationship="Owner"),
    ),
)
_CURRENCY_TYPE = RecordType(
    name="CurrencyType",
    prefix="01L",
    fields=(
        *_SYSTEM,
        *_fields("picklist", "IsoCode"),
        *_fields("double", "ConversionRate"),
        *_fields("int", "DecimalPlaces"),
        *_fields("boolean", "IsActive IsCorporate"),
    ),
)
_DATED_RATE = RecordType(
    name="DatedConversionRate",
    prefix="04w",
    fields=(
        *_SYSTEM,
        *_fields("picklist", "IsoCode"),
        *_fields("double", "ConversionRate"),
        *_fields("date", "StartDate NextStartDate"),
    ),
)


def record_types(*, multi_currency: bool, dated_rates: bool) -> dict[str, RecordType]:
    """Return the org's kinds of records; one with a single currency has neither codes nor rates."""
    kinds = [_USER, _ACCOUNT, _OPPORTUNITY]
    if multi_currency:
        kinds.append(_CURRENCY_TYPE)
    else:
        kinds = [_without(kind, "CurrencyIsoCode") for kind in kinds]
    if dated_rates:
        kinds.append(_DATED_RATE)
    return {kind.name: kind for kind in kinds}


def _without(kind: RecordType, name: str) -> RecordType:
    fields = tuple(field for field in kind.fields if field.name != name)
    return RecordType(name=kind.name, prefix=kind.prefix, fields=fields)
