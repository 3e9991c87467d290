"""The wire: as a client sees it that knows nothing of the sandbox."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.salesforce.faults import Faults
from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer

DATA = "/services/data/v62.0"


@pytest.fixture
def salesforce(org: Org) -> Iterator[SalesforceServer]:
    with SalesforceServer(org, page_size=2) as server:
        yield server


class Caller:
    """A bare HTTP client with a session."""

    def __init__(self, salesforce: SalesforceServer) -> None:
        self.salesforce = salesforce
        self.http = requests.Session()
        self.http.trust_env = False
        self.token = self.log_in().json()["access_token"]

    def log_in(self, **form: str) -> requests.Response:
        given = {
            "grant_type": "client_credentials",
            "client_id": self.salesforce.consumer_key,
            "client_secret": self.salesforce.consumer_secret,
        }
        return self.http.post(f"{self.salesforce.base_url}/services/oauth2/token", data=given | form, timeout=5)

    def get(self, path: str, **query: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.http.get(self.salesforce.base_url + path, params=query, headers=headers, timeout=5)

    def query(self, soql: str) -> Any:
        return self.get(f"{DATA}/query/", q=soql).json()


@pytest.fixture
def caller(salesforce: SalesforceServer) -> Iterator[Caller]:
    caller = Caller(salesforce)
    yield caller
    caller.http.close()


def code(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()[0]["errorCode"]


def test_pages_until_done(caller: Caller) -> None:
    first = caller.query("SELECT Name FROM Account ORDER BY Name")
    second = caller.get(first["nextRecordsUrl"]).json()

    assert (first["totalSize"], first["done"], second["totalSize"], second["done"]) == (3, False, 3, True)
    assert [one["Name"] for one in first["records"] + second["records"]] == ["Acme", "acme child", "Zebra 100%"]
    assert first["records"][0]["attributes"]["type"] == "Account"
    assert "nextRecordsUrl" not in second


def test_a_cursor_keeps_what_it_found_and_shows_it_as_it_is_now(caller: Caller, org: Org) -> None:
    first = caller.query("SELECT Name FROM Account ORDER BY Name")
    org.update("Account", org.ids("Account")[2], Name="A new name")

    (last,) = caller.get(first["nextRecordsUrl"]).json()["records"]

    assert last["Name"] == "A new name"


def test_the_eleventh_cursor_closes_the_first(caller: Caller) -> None:
    first = caller.query("SELECT Id FROM Account")["nextRecordsUrl"]
    for _ in range(10):
        newest = caller.query("SELECT Id FROM Account")["nextRecordsUrl"]

    assert code(caller.get(first)) == (400, "INVALID_QUERY_LOCATOR")
    assert caller.get(newest).ok


def test_a_count(caller: Caller) -> None:
    assert caller.query("SELECT COUNT() FROM Account") == {"totalSize": 3, "done": True, "records": []}


def test_only_query_all_shows_the_deleted(caller: Caller, org: Org) -> None:
    org.delete("Account", org.ids("Account")[0])

    found = {
        path: caller.get(DATA + path, q="SELECT Id FROM Account").json()["totalSize"]
        for path in ("/query", "/queryAll")
    }

    assert found == {"/query": 2, "/queryAll": 3}


def test_describe_without_what_is_hidden(caller: Caller, org: Org) -> None:
    org.hide("Account", "ARR__c")

    fields = {one["name"]: one for one in caller.get(f"{DATA}/sobjects/Account/describe").json()["fields"]}

    assert "ARR__c" not in fields
    assert (fields["OwnerId"]["relationshipName"], fields["OwnerId"]["referenceTo"]) == ("Owner", ["User"])
    assert fields["Health__c"]["calculated"] is True
    assert code(caller.get(f"{DATA}/sobjects/Nope/describe")) == (404, "NOT_FOUND")
    assert code(caller.get(f"{DATA}/query", q="SELECT ARR__c FROM Account")) == (400, "INVALID_FIELD")


def test_a_batch_has_a_status_for_each(caller: Caller) -> None:
    body = {
        "batchRequests": [
            {"method": "GET", "url": f"v62.0/query/?q={soql}"}
            for soql in ("SELECT+Id+FROM+Account+LIMIT+1", "SELECT+Nope+FROM+Account")
        ]
    }
    headers = {"Authorization": f"Bearer {caller.token}"}

    answer = caller.http.post(
        f"{caller.salesforce.base_url}{DATA}/composite/batch", json=body, headers=headers, timeout=5
    ).json()

    assert answer["hasErrors"] is True
    assert [one["statusCode"] for one in answer["results"]] == [200, 400]
    assert answer["results"][0]["result"]["totalSize"] == 1
    assert answer["results"][1]["result"][0]["errorCode"] == "INVALID_FIELD"


class TestSessions:
    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({"client_id": "x"}, "invalid_client_id"),
            ({"client_secret": "x"}, "invalid_client"),
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "x"}, "invalid_grant"),
        ],
    )
    def test_wrong_logins(self, caller: Caller, form: dict[str, str], error: str) -> None:
        refused = caller.log_in(**form)

        assert (refused.status_code, refused.json()["error"]) == (400, error)

    def test_an_ended_session(self, caller: Caller, salesforce: SalesforceServer) -> None:
        salesforce.expire_sessions()
        assert code(caller.get(f"{DATA}/query", q="SELECT Id FROM Account")) == (401, "INVALID_SESSION_ID")

        caller.token = caller.log_in().json()["access_token"]
        assert caller.query("SELECT Id FROM Account")["totalSize"] == 3

    def test_a_retired_version(self, caller: Caller) -> None:
        assert code(caller.get("/services/data/v30.0/query", q="SELECT Id FROM Account")) == (410, "GONE")


class TestLimits:
    def test_the_header_counts_and_the_limit_holds(self, caller: Caller, salesforce: SalesforceServer) -> None:
        salesforce.calls_allowed = 2

        answers = [caller.get(f"{DATA}/query", q="SELECT Id FROM Account") for _ in range(3)]

        assert [one.headers["Sforce-Limit-Info"] for one in answers] == [
            "api-usage=1/2",
            "api-usage=2/2",
            "api-usage=2/2",
        ]
        assert code(answers[2]) == (403, "REQUEST_LIMIT_EXCEEDED")


class TestFaults:
    def test_a_script_goes_on_call_by_call(self, caller: Caller, salesforce: SalesforceServer) -> None:
        salesforce.faults.script("query", "ok", "QUERY_TIMEOUT:too slow", "html:503")
        answers = [caller.get(f"{DATA}/query", q="SELECT Id FROM Account") for _ in range(4)]

        assert [one.status_code for one in answers] == [200, 400, 503, 200]
        assert answers[1].json() == [{"message": "too slow", "errorCode": "QUERY_TIMEOUT"}]
        assert answers[2].headers["content-type"].startswith("text/html")

    def test_what_stays_stays_until_cleared(self, caller: Caller, salesforce: SalesforceServer) -> None:
        salesforce.faults.stay("*", "SERVER_UNAVAILABLE")
        assert [caller.get(f"{DATA}/query", q="SELECT Id FROM Account").status_code for _ in range(3)] == [503] * 3

        salesforce.faults.clear()
        assert caller.get(f"{DATA}/query", q="SELECT Id FROM Account").ok

    def test_a_cut_connection(self, caller: Caller, salesforce: SalesforceServer) -> None:
        salesforce.faults.script("query", "drop")

        with pytest.raises(requests.ConnectionError):
            caller.query("SELECT Id FROM Account")

    def test_a_black_hole_does_not_hold_up_the_others(self, caller: Caller, salesforce: SalesforceServer) -> None:
        salesforce.faults.script("query", "hang")
        headers = {"Authorization": f"Bearer {caller.token}"}
        started = time.monotonic()
        with pytest.raises(requests.ReadTimeout):
            caller.http.get(f"{salesforce.base_url}{DATA}/query?q=x", headers=headers, timeout=0.1)

        assert caller.query("SELECT Id FROM Account")["totalSize"] == 3
        assert time.monotonic() - started < 2

    @pytest.mark.parametrize(("operation", "fault"), [("query", "QUERY_TIMEUOT"), ("qurey", "drop"), ("query", "")])
    def test_a_typo_in_a_script_is_an_error(self, operation: str, fault: str) -> None:
        with pytest.raises(ValueError, match="no such"):
            Faults().script(operation, fault)


class TestRecords:
    def test_what_was_asked_and_how_it_ended(self, caller: Caller, salesforce: SalesforceServer) -> None:
        salesforce.records.clear()
        caller.query("SELECT Id FROM Account LIMIT 1")
        caller.query("SELECT Nope FROM Account")

        assert [(one.operation, one.status, one.code) for one in salesforce.records.calls] == [
            ("query", 200, ""),
            ("query", 400, "INVALID_FIELD"),
        ]
        assert salesforce.records.queries == ["SELECT Id FROM Account LIMIT 1", "SELECT Nope FROM Account"]
        assert "SELECT" in salesforce.records.calls[0].url

    def test_secrets_are_not_kept(self, caller: Caller, salesforce: SalesforceServer) -> None:
        kept = repr(salesforce.records.calls)

        assert salesforce.records.of("token")
        assert salesforce.consumer_secret not in kept
        assert caller.token not in kept


def test_two_orgs_share_nothing(org: Org, salesforce: SalesforceServer) -> None:
    with SalesforceServer(org) as other:
        assert other.base_url != salesforce.base_url
        other.faults.stay("*", "drop")
        assert Caller(salesforce).token
