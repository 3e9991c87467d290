"""Which field of this org holds what: our names, the org's names, and what describe says of them."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from domain.directory import DirectoryCheck, MissingField, UnfitField
from domain.errors import Refusal
from domain.words import OpportunityKind
from integrations.salesforce_types import misfit

ACCOUNT, OPPORTUNITY = "Account", "Opportunity"
_API_NAME = re.compile(r"[A-Za-z]\w{0,79}(?:\.[A-Za-z]\w{0,79}){0,3}", re.ASCII)

# Always readable, and needed by every query.
_SYSTEM = {
    ACCOUNT: {"id": "Id", "name": "Name", "modified_at": "SystemModstamp", "is_deleted": "IsDeleted"},
    OPPORTUNITY: {"id": "Id", "name": "Name", "modified_at": "SystemModstamp", "is_deleted": "IsDeleted"},
}
_STANDARD = {
    ACCOUNT: {
        "master": "MasterRecordId",
        "parent": "ParentId",
        "type": "Type",
        "website": "Website",
        "owner": "Owner.Name",
        "owner_email": "Owner.Email",
        "currency": "CurrencyIsoCode",
    },
    OPPORTUNITY: {
        "account": "AccountId",
        "owner": "Owner.Name",
        "owner_email": "Owner.Email",
        "amount": "Amount",
        "type": "Type",
        "stage": "StageName",
        "close_date": "CloseDate",
        "probability": "Probability",
        "is_closed": "IsClosed",
        "is_won": "IsWon",
        "currency": "CurrencyIsoCode",
    },
}
_CUSTOM = {
    ACCOUNT: frozenset({"arr", "strategic", "segment", "region", "csm", "csm_email", "health", "renewal_date"}),
    OPPORTUNITY: frozenset[str](),
}
# Words of Salesforce's own picklist and of GitLab's, a widespread example; an org's own words go before these.
_KINDS = {
    "new": OpportunityKind.NEW,
    "new business": OpportunityKind.NEW,
    "new customer": OpportunityKind.NEW,
    "1. new - first order": OpportunityKind.NEW,
    "2. new - connected": OpportunityKind.NEW,
    "expansion": OpportunityKind.EXPANSION,
    "growth": OpportunityKind.EXPANSION,
    "3. growth": OpportunityKind.EXPANSION,
    "upsell": OpportunityKind.EXPANSION,
    "add-on business": OpportunityKind.EXPANSION,
    "existing business": OpportunityKind.EXPANSION,
    "existing customer - upgrade": OpportunityKind.EXPANSION,
    "existing customer - replacement": OpportunityKind.EXPANSION,
    "renewal": OpportunityKind.RENEWAL,
    "churn": OpportunityKind.CHURN,
    "6. churn - final": OpportunityKind.CHURN,
    "existing customer - downgrade": OpportunityKind.CHURN,
}


class UnusableMapping(Refusal):
    """The mapping of fields in the policy cannot be meant. The text names the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    """Our name → this org's API name (`ARR__c`, `CSM__r.Name`), and the org's words for kinds of deals.

    What is not given has the standard field of every org, where there is one. Raises `UnusableMapping`.
    """

    account: Mapping[str, str] = field(default_factory=dict)
    opportunity: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, OpportunityKind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for record in (ACCOUNT, OPPORTUNITY):
            known = _STANDARD[record].keys() | _CUSTOM[record]
            for key, api_name in self.given(record).items():
                if key not in known:
                    raise UnusableMapping(f"salesforce.{record.lower()}.{key}: not one of {', '.join(sorted(known))}")
                if not _API_NAME.fullmatch(api_name):
                    raise UnusableMapping(
                        f"salesforce.{record.lower()}.{key}: write the field's API name, like ARR__c or Owner.Name"
                    )

    def given(self, record: str) -> Mapping[str, str]:
        return self.account if record == ACCOUNT else self.opportunity

    def wanted(self, record: str) -> dict[str, str]:
        """All our names of one kind of record with the org's."""
        return {**_SYSTEM[record], **_STANDARD[record], **self.given(record)}

    def kind(self, type_name: str | None) -> OpportunityKind | None:
        """What winning a deal of this type does to the ARR, as far as the words are known."""
        if type_name is None:
            return None
        own = {word.casefold(): kind for word, kind in self.kinds.items()}
        word = type_name.casefold()
        return own.get(word) or _KINDS.get(word)

    def must_be_there(self, record: str, key: str) -> bool:
        """A currency code is missing in every org with one currency; that needs no warning."""
        return key != "currency" or key in self.given(record)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A field as the org spells it, and the type that describe gives it."""

    path: str
    type: str


class FieldCatalog:
    """What describe shows of the mapped fields. It asks once, until it is told that something has changed."""

    def __init__(self, mapping: FieldMapping, *, describe: Callable[[str], list[dict[str, Any]]]) -> None:
        self._mapping = mapping
        self._describe = describe
        self._lock = threading.Lock()
        self._readable: dict[str, dict[str, _Found]] = {}
        self._described: dict[str, list[dict[str, Any]]] = {}

    def forget(self) -> None:
        with self._lock:
            self._readable.clear()
            self._described.clear()

    def readable(self, record: str) -> dict[str, str]:
        """Return our names and the org's for what may be put into a query."""
        return {key: found.path for key, found in self._known(record).items()}

    def _known(self, record: str) -> "dict[str, _Found]":
        with self._lock:
            known = self._readable.get(record)
        if known is None:
            known = self._look(record)
            with self._lock:
                self._readable[record] = known
        return known

    def check(self) -> DirectoryCheck:
        """Ask again and compare with the mapping."""
        self.forget()
        return DirectoryCheck(
            account=frozenset(self.readable(ACCOUNT)),
            opportunity=frozenset(self.readable(OPPORTUNITY)),
            missing=tuple(self._missing(ACCOUNT)) + tuple(self._missing(OPPORTUNITY)),
            unfit=tuple(self._unfit(ACCOUNT)) + tuple(self._unfit(OPPORTUNITY)),
        )

    def _missing(self, record: str) -> Iterator[MissingField]:
        readable = self.readable(record)
        for key, api_name in self._mapping.wanted(record).items():
            if key not in readable and self._mapping.must_be_there(record, key):
                yield MissingField(record=record, key=key, api_name=api_name)

    def _unfit(self, record: str) -> Iterator[UnfitField]:
        for key, found in self._known(record).items():
            reason = misfit(key, field_type=found.type)
            if reason:
                yield UnfitField(record=record, key=key, api_name=found.path, reason=reason)

    def _look(self, record: str) -> "dict[str, _Found]":
        resolved = {
            key: self._resolve(record, path=api_name.split("."))
            for key, api_name in self._mapping.wanted(record).items()
        }
        return {key: found for key, found in resolved.items() if found}

    def _resolve(self, record: str, *, path: list[str]) -> "_Found | None":
        """Spell the path as the org does, which is how its answers will; None when it leads nowhere."""
        name, *rest = path
        for one in self._fields(record):
            if not rest and _same(one["name"], name):
                return _Found(path=str(one["name"]), type=str(one.get("type", "")))
            if rest and _same(one.get("relationshipName"), name) and one.get("referenceTo"):
                # An owner is a user or a queue; both have what a user has.
                target = "User" if "User" in one["referenceTo"] else one["referenceTo"][0]
                below = self._resolve(target, path=rest)
                return replace(below, path=f"{one['relationshipName']}.{below.path}") if below else None
        return None

    def _fields(self, record: str) -> list[dict[str, Any]]:
        with self._lock:
            known = self._described.get(record)
        if known is None:
            known = self._describe(record)
            with self._lock:
                self._described[record] = known
        return known


def _same(one: str | None, other: str) -> bool:
    """Salesforce does not mind the case of API names."""
    return one is not None and one.casefold() == other.casefold()
