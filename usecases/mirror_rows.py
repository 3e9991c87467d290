"""Turn what the CRM says into rows of the mirror: clean, cut to the columns, in the product's words."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from domain.directory import DirectoryAccount, DirectoryOpportunity
from domain.money import Money
from domain.text import clean_line, folded
from domain.words import AccountKind, OpportunityKind
from storage.models.customers import EMAIL_LENGTH, NAME_LENGTH, search_form

_PERSON, _LABEL, _HEALTH = 120, 80, 24

# Words in a CRM's type of account. The first kind with one of them in the type is it: a former customer is no customer.
_TYPE_WORDS = (
    (AccountKind.CHURNED, {"former", "churn", "churned", "lost", "ex", "previous", "inactive"}),
    (AccountKind.INTERNAL, {"internal"}),
    (AccountKind.PROSPECT, {"prospect", "prospects", "prospective", "lead", "target", "suspect"}),
    (AccountKind.CUSTOMER, {"customer", "customers", "client", "subscriber"}),
)

# What is kept as it was while the CRM does not show the field.
_ACCOUNT_COLUMNS = {
    "type": ("kind",),
    "website": ("domain",),
    "parent": ("crm_parent_id",),
    "segment": ("segment",),
    "region": ("region",),
    "strategic": ("is_strategic",),
    "health": ("health",),
    "owner": ("owner_name",),
    "owner_email": ("owner_email",),
    "csm": ("csm_name",),
    "csm_email": ("csm_email",),
    "arr": ("arr_minor", "arr_currency", "arr_as_of"),
    "renewal_date": ("renewal_date",),
}
_OPPORTUNITY_COLUMNS = {
    "type": ("kind",),
    "is_closed": ("stage",),
    "stage": ("stage_name",),
    "amount": ("amount_minor", "amount_currency"),
    "probability": ("probability",),
    "close_date": ("close_date",),
}


def account_kind(type_name: str | None, *, arr: Money | None) -> AccountKind:
    """What an account is, by the CRM's word for it; where that says nothing, who pays is a customer."""
    said = set(folded(type_name or "").split())
    for kind, words in _TYPE_WORDS:
        if said & words:
            return kind
    return AccountKind.CUSTOMER if arr is not None and arr.minor > 0 else AccountKind.PROSPECT


def account_row(one: DirectoryAccount, *, at: datetime) -> dict[str, Any]:
    """Every column of a living account; `at` is when the CRM said so."""
    name = clean_line(one.name)[:NAME_LENGTH] or one.id
    return {
        "salesforce_id": one.id,
        "name": name,
        "name_folded": search_form(name),
        "domain": _host(one.website),
        "kind": account_kind(one.type_name, arr=one.arr),
        "is_verified": True,
        "segment": _cut(one.segment, _LABEL),
        "region": _cut(one.region, _LABEL),
        "is_strategic": bool(one.is_strategic),
        "health": _cut(one.health.casefold() if one.health else None, _HEALTH),
        "owner_name": _cut(one.owner_name, _PERSON),
        "owner_email": _email(one.owner_email),
        "csm_name": _cut(one.csm_name, _PERSON),
        "csm_email": _email(one.csm_email),
        "arr_minor": one.arr.minor if one.arr else None,
        "arr_currency": one.arr.currency if one.arr else None,
        "arr_as_of": at,
        "renewal_date": one.renewal_date,
        "created_at": at,
        "crm_parent_id": one.parent_id,
        "crm_master_id": None,
        "crm_deleted_at": None,
        "crm_seen_at": at,
    }


def opportunity_row(one: DirectoryOpportunity, *, account: tuple[int, AccountKind], at: datetime) -> dict[str, Any]:
    """Every column of a living opportunity. A deal of an unknown type with a customer is taken for an expansion."""
    account_id, account_kind = account
    guess = OpportunityKind.EXPANSION if account_kind is AccountKind.CUSTOMER else OpportunityKind.NEW
    return {
        "salesforce_id": one.id,
        "account_id": account_id,
        "name": clean_line(one.name)[:NAME_LENGTH] or one.id,
        "kind": one.kind or guess,
        "stage": one.stage,
        "stage_name": _cut(one.stage_name, _LABEL),
        "amount_minor": one.amount.minor if one.amount else None,
        "amount_currency": one.amount.currency if one.amount else None,
        "probability": one.probability,
        "close_date": one.close_date,
        "crm_deleted_at": None,
        "crm_seen_at": at,
    }


def kept_account_columns(silent: Collection[str]) -> frozenset[str]:
    """The columns that stay as they are when the CRM says nothing of these fields."""
    return frozenset(column for key in silent for column in _ACCOUNT_COLUMNS.get(key, ()))


def kept_opportunity_columns(silent: Collection[str]) -> frozenset[str]:
    return frozenset(column for key in silent for column in _OPPORTUNITY_COLUMNS.get(key, ()))


def silent_account_fields(readable: Collection[str]) -> frozenset[str]:
    """The fields that the CRM does not let us read."""
    return frozenset(_ACCOUNT_COLUMNS.keys() - readable)


def silent_opportunity_fields(readable: Collection[str]) -> frozenset[str]:
    return frozenset(_OPPORTUNITY_COLUMNS.keys() - readable)


def _cut(text: str | None, length: int) -> str | None:
    return clean_line(text)[:length] or None if text else None


def _email(address: str | None) -> str | None:
    """The address as Slack would compare it; None for what cannot be one."""
    line = clean_line(address or "").lower()
    return line if "@" in line and len(line) <= EMAIL_LENGTH else None


def _host(website: str | None) -> str | None:
    """The domain of a website, as people would type it; None for anything that has none."""
    line = clean_line(website or "").lower()
    try:
        host = urlsplit(line if "//" in line else f"//{line}").hostname or ""
    except ValueError:
        return None
    return host.removeprefix("www.")[:NAME_LENGTH] or None
