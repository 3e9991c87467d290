"""The org as its own people work with it, for the sandbox's page: look accounts up, change them, have bad days."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.routing import Route

from sandbox.desk_routes import Run, Unusable, desk_routes
from sandbox.moods import choices
from sandbox.salesforce.literals import containing
from sandbox.salesforce.moods import MOODS
from sandbox.salesforce.server import SalesforceServer
from sandbox.salesforce.soql import Comparison, Order, Query

SHOWN, CALLS_SHOWN = 50, 12
_COLUMNS = (
    ("Id",),
    ("Name",),
    ("ARR__c",),
    ("CurrencyIsoCode",),
    ("Renewal_Date__c",),
    ("OwnerId",),
    ("Owner", "Name"),
    ("IsDeleted",),
    ("MasterRecord", "Name"),
)
_LONGEST_NAME = 255
_MOST_ARR = 1e12


class Desk:
    """Serve `/client/salesforce/*`. `note` tells people when the bot will have noticed."""

    def __init__(self, salesforce: SalesforceServer, *, note: str) -> None:
        self._salesforce = salesforce
        self._org = salesforce.org
        self._note = note
        self._mood = MOODS[0]

    def routes(self) -> list[Route]:
        gets: dict[str, Run] = {"accounts": self.accounts, "state": self.state}
        posts: dict[str, Run] = {
            "account/add": self.add,
            "account/change": self.change,
            "account/delete": lambda body: self._org.delete("Account", body["id"]),
            "account/undelete": lambda body: self._org.undelete("Account", body["id"]),
            "account/merge": lambda body: self._org.merge(body["master"], *body["others"]),
            "mood": self.feel,
        }
        return desk_routes(gets=gets, posts=posts, gone="That record is not there any more.")

    def accounts(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """Find accounts by any part of their name, deleted ones too."""
        text = str(query.get("text", "")).strip()
        wanted = Query(
            record="Account",
            columns=_COLUMNS,
            where=Comparison(path=("Name",), operator="like", values=(), raw=containing(text)) if text else None,
            order=(Order(path=("Name",)), Order(path=("Id",))),
        )
        ids = self._org.find(wanted, with_deleted=True)
        return {"total": len(ids), "accounts": [_shown(one) for one in self._org.read(wanted, ids[:SHOWN])]}

    def state(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """What the view needs besides accounts: who may own one, the mood, and what the bot asked lately."""
        return {
            "note": self._note,
            "owners": sorted(self._named("User", "Name"), key=lambda one: str(one["name"])),
            "currencies": sorted(str(one["name"]) for one in self._named("CurrencyType", "IsoCode")),
            "mood": self._mood.key,
            "moods": choices(MOODS),
            "calls": {
                "used": self._salesforce.calls_used,
                "allowed": self._salesforce.calls_allowed,
                "last": [
                    {
                        "at": call.at.isoformat() if call.at else None,
                        "operation": call.operation,
                        "status": call.status,
                        "code": call.code,
                    }
                    for call in self._salesforce.records.calls[: -CALLS_SHOWN - 1 : -1]
                ],
            },
        }

    def add(self, body: Mapping[str, Any]) -> None:
        self._org.insert("Account", Type="Customer", **_values(body))

    def change(self, body: Mapping[str, Any]) -> None:
        self._org.update("Account", body["id"], **_values(body))

    def feel(self, body: Mapping[str, Any]) -> None:
        mood = next((one for one in MOODS if one.key == body["mood"]), None)
        if mood is None:
            raise Unusable("There is no such mood.")
        self._mood = mood
        mood.settle(self._salesforce.faults)

    def _named(self, kind: str, column: str) -> Sequence[dict[str, Any]]:
        query = Query(record=kind, columns=(("Id",), (column,)))
        rows = self._org.read(query, self._org.find(query, with_deleted=False))
        return [{"id": row["Id"], "name": row[column]} for row in rows]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    owner, master = row["Owner"] or {}, row["MasterRecord"] or {}
    return {
        "id": row["Id"],
        "name": row["Name"],
        "arr": row["ARR__c"],
        "currency": row["CurrencyIsoCode"],
        "renewal": row["Renewal_Date__c"],
        "owner": row["OwnerId"],
        "owner_name": owner.get("Name"),
        "deleted": row["IsDeleted"],
        "merged_into": master.get("Name"),
    }


def _values(body: Mapping[str, Any]) -> dict[str, Any]:
    """Read a form; raise `Unusable`."""
    name = str(body.get("name", "")).strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Unusable(f"A name has 1 to {_LONGEST_NAME} characters.")
    return {
        "Name": name,
        "ARR__c": _amount(str(body.get("arr", ""))),
        "CurrencyIsoCode": body.get("currency") or None,
        "OwnerId": body.get("owner") or None,
        "Renewal_Date__c": body.get("renewal") or None,
    }


def _amount(typed: str) -> float | None:
    plain = typed.replace(",", "").replace(" ", "")
    if not plain:
        return None
    try:
        amount = float(plain)
    except ValueError:
        amount = math.nan
    if not 0 <= amount <= _MOST_ARR:
        raise Unusable("ARR is a number, like 240000, or nothing.")
    return amount
