"""The org as its own people work with it, through the calls that the sandbox's page makes."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from starlette.applications import Starlette

from sandbox.salesforce.desk import CALLS_SHOWN, SHOWN, Desk
from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
from sandbox.slack.background import BackgroundServer
from tests.sandbox_salesforce.conftest import Clock

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def salesforce(org: Org) -> SalesforceServer:
    """Not started: the page does not go through it."""
    return SalesforceServer(org)


@pytest.fixture
def call(salesforce: SalesforceServer) -> Iterator[Call]:
    server = BackgroundServer(Starlette(routes=Desk(salesforce, note="Soon.").routes()))
    url = server.start()

    def call(path: str, **body: Any) -> dict[str, Any]:
        answer = (
            requests.post(f"{url}/{path}", json=body, timeout=10) if body else requests.get(f"{url}/{path}", timeout=10)
        )
        found: dict[str, Any] = answer.json()
        return found

    yield call
    server.stop()


def names(call: Call, text: str = "") -> list[str]:
    return [one["name"] for one in call(f"accounts?text={quote(text)}")["accounts"]]


def id_of(org: Org, name: str) -> str:
    return next(one for one in org.ids("Account") if org.get("Account", one)["Name"] == name)


FORM = {"name": "Acme", "arr": "100", "currency": "USD", "owner": "", "renewal": ""}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Acme", "acme child", "Zebra 100%"]),
        ("ACM", ["Acme", "acme child"]),
        ("child", ["acme child"]),
        ("0%", ["Zebra 100%"]),
        ("%", ["Zebra 100%"]),
        ("_", []),
        ("'", []),
        ('"\\', []),
    ],
)
def test_accounts_are_found_by_any_part_of_their_name(call: Call, text: str, found: list[str]) -> None:
    assert names(call, text) == found


def test_what_is_shown_of_one(call: Call, org: Org) -> None:
    (acme,) = [one for one in call("accounts?text=acme")["accounts"] if one["name"] == "Acme"]
    assert acme == {
        "id": id_of(org, "Acme"),
        "name": "Acme",
        "arr": 100.0,
        "currency": None,
        "renewal": None,
        "owner": org.ids("User")[0],
        "owner_name": "Ann Miller",
        "deleted": False,
        "merged_into": None,
    }


def test_a_long_list_is_cut_and_counted(call: Call, org: Org) -> None:
    for number in range(SHOWN):
        org.insert("Account", Name=f"Many {number:02d}")
    found = call("accounts?text=many")
    assert (len(found["accounts"]), found["total"]) == (SHOWN, SHOWN)
    found = call("accounts")
    assert (len(found["accounts"]), found["total"]) == (SHOWN, SHOWN + 3)


def test_a_change_is_one_that_whoever_watches_can_see(call: Call, org: Org, clock: Clock) -> None:
    acme, bob = id_of(org, "Acme"), org.insert("User", Name="Bob")
    clock.pass_(hours=1)
    form = {"name": " Acme Ltd ", "arr": "1,250,000", "currency": "EUR", "owner": bob, "renewal": "2027-03-01"}
    assert call("account/change", id=acme, **form) == {"ok": True}
    kept = org.get("Account", acme)
    assert (kept["Name"], kept["ARR__c"], kept["CurrencyIsoCode"]) == ("Acme Ltd", 1_250_000.0, "EUR")
    assert (kept["OwnerId"], kept["Renewal_Date__c"]) == (bob, "2027-03-01")
    assert kept["SystemModstamp"].startswith(clock().strftime("%Y-%m-%dT%H:%M"))


@pytest.mark.parametrize(("typed", "kept"), [("", None), (" ", None), ("0", 0.0), ("1 000", 1000.0), ("12.5", 12.5)])
def test_arr_may_be_typed_in_several_ways(call: Call, org: Org, typed: str, kept: float | None) -> None:
    call("account/change", **FORM | {"id": id_of(org, "Acme"), "arr": typed})
    assert org.get("Account", id_of(org, "Acme"))["ARR__c"] == kept


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": " "}, "1 to 255 characters"),
        ({"name": "x" * 256}, "1 to 255 characters"),
        ({"arr": "lots"}, "ARR is a number"),
        ({"arr": "-1"}, "ARR is a number"),
        ({"arr": "nan"}, "ARR is a number"),
        ({"arr": "inf"}, "ARR is a number"),
        ({"id": "001Qy00000AAAAAIA1"}, "not there any more"),
    ],
)
def test_what_cannot_be_saved_is_said_and_changes_nothing(
    call: Call, org: Org, wrong: dict[str, str], says: str
) -> None:
    before = org.get("Account", id_of(org, "Acme"))
    assert says in call("account/change", **FORM | {"id": before["Id"]} | wrong)["error"]
    assert org.get("Account", before["Id"]) == before


def test_a_new_account_is_a_customer(call: Call, org: Org) -> None:
    assert call("account/add", **FORM | {"name": "Newcomer"}) == {"ok": True}
    assert org.get("Account", id_of(org, "Newcomer"))["Type"] == "Customer"


def test_delete_undelete_and_merge(call: Call, org: Org) -> None:
    acme, child = id_of(org, "Acme"), id_of(org, "acme child")
    call("account/delete", id=acme)
    assert [one["deleted"] for one in call("accounts?text=acme")["accounts"]] == [True, False]
    call("account/undelete", id=acme)
    assert [one["deleted"] for one in call("accounts?text=acme")["accounts"]] == [False, False]
    call("account/merge", master=acme, others=[child])
    assert [one["merged_into"] for one in call("accounts?text=acme")["accounts"]] == [None, "Acme"]


def test_the_state_of_the_org(call: Call, org: Org, salesforce: SalesforceServer) -> None:
    org.insert("CurrencyType", IsoCode="USD", ConversionRate=1, IsCorporate=True)
    org.insert("User", Name="Aaron")
    state = call("state")
    assert (state["note"], state["currencies"], state["mood"]) == ("Soon.", ["USD"], "well")
    assert [one["name"] for one in state["owners"]] == ["Aaron", "Ann Miller"]
    assert state["calls"] == {"used": 0, "allowed": 100_000, "last": []}
    with salesforce:
        for _ in range(CALLS_SHOWN + 1):
            requests.post(f"{salesforce.base_url}/services/oauth2/token", timeout=10)
    last = call("state")["calls"]["last"]
    assert len(last) == CALLS_SHOWN
    assert last[0] == {
        "at": org.now().isoformat(),
        "operation": "token",
        "status": 400,
        "code": "unsupported_grant_type",
    }


def test_a_mood_lasts_until_the_next(call: Call, salesforce: SalesforceServer) -> None:
    assert call("mood", mood="down") == {"ok": True}
    assert call("state")["mood"] == "down"
    assert salesforce.faults.take("query") is not None
    assert call("mood", mood="well") == {"ok": True}
    assert salesforce.faults.take("query") is None
    assert "no such mood" in call("mood", mood="merry")["error"]
