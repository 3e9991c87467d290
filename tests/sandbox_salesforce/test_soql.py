# ruff: noqa: S608  SOQL is what is tested
"""Queries mean here what they mean at Salesforce, and what is refused there is refused here."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from simple_salesforce.format import format_soql

from sandbox.salesforce.columns import is_like
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.org import Org
from sandbox.salesforce.soql import parse

Ask = Callable[..., list[dict[str, Any]]]


def names(ask: Ask, where: str) -> list[str]:
    return [one["Name"] for one in ask(f"SELECT Name FROM Account WHERE {where} ORDER BY Name")]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Name = 'ACME'", ["Acme"]),
        ("Name != 'acme'", ["acme child", "Zebra 100%"]),
        ("Name LIKE 'acme%'", ["Acme", "acme child"]),
        ("Name LIKE 'a_me'", ["Acme"]),
        ("Name LIKE '%100\\%'", ["Zebra 100%"]),
        ("Name LIKE '\\_%'", []),
        ("NOT (Name LIKE 'acme%')", ["Zebra 100%"]),
        ("ARR__c > 50", ["Acme"]),
        ("ARR__c >= 50.0", ["Acme", "acme child"]),
        ("ARR__c != 100", ["acme child", "Zebra 100%"]),
        ("NOT (ARR__c > 0)", ["Zebra 100%"]),
        ("ARR__c = null", ["Zebra 100%"]),
        ("ARR__c != NULL", ["Acme", "acme child"]),
        ("Segment__c = ''", ["acme child"]),
        ("Segment__c IN ('smb', 'enterprise')", ["Acme", "Zebra 100%"]),
        ("Segment__c NOT IN ('smb')", ["acme child", "Zebra 100%"]),
        ("Strategic__c = TRUE", ["Acme"]),
        ("Renewal_Date__c < 2026-03-02", ["acme child"]),
        ("Renewal_Date__c = 2026-03-01", ["acme child"]),
        ("SystemModstamp > 2026-01-05T09:00:00Z", ["acme child", "Zebra 100%"]),
        ("SystemModstamp >= 2026-01-05T10:00:01+01:00", ["acme child", "Zebra 100%"]),
        ("Owner.Name = 'ann miller'", ["Acme"]),
        ("Parent.Owner.Name LIKE 'Ann%'", ["acme child"]),
        ("Parent.Name = null", ["Acme", "Zebra 100%"]),
        ("(Name = 'Acme' AND ARR__c = 100) OR Name LIKE 'Z%'", ["Acme", "Zebra 100%"]),
        ("Name LIKE 'a%' AND (ARR__c = 100 OR ARR__c = 50)", ["Acme", "acme child"]),
        ("name = 'Acme'", ["Acme"]),
    ],
)
def test_conditions(ask: Ask, where: str, found: list[str]) -> None:
    assert names(ask, where) == found


def test_a_keyset_goes_on_inside_of_one_second(ask: Ask, org: Org) -> None:
    ids = sorted(org.insert("Account", Name=f"Twin {number}") for number in range(4))
    moment = ask("SELECT SystemModstamp FROM Account WHERE Name = 'Twin 0'")[0]["SystemModstamp"].replace("+0000", "Z")

    found = ask(
        f"SELECT Id FROM Account WHERE Name LIKE 'Twin%' AND (SystemModstamp > {moment} "
        f"OR (SystemModstamp = {moment} AND Id > '{ids[1]}')) ORDER BY SystemModstamp, Id"
    )

    assert [one["Id"] for one in found] == ids[2:]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("ARR__c", [None, 50, 100]),
        ("ARR__c NULLS LAST", [50, 100, None]),
        ("ARR__c DESC", [None, 100, 50]),
        ("ARR__c DESC NULLS LAST", [100, 50, None]),
        ("Owner.Name DESC NULLS LAST, ARR__c DESC NULLS LAST", [100, 50, None]),
        ("ARR__c NULLS LAST LIMIT 2", [50, 100]),
        ("ARR__c NULLS LAST LIMIT 1 OFFSET 1", [100]),
    ],
)
def test_order_limit_and_offset(ask: Ask, order: str, found: list[float | None]) -> None:
    assert [one["ARR__c"] for one in ask(f"SELECT ARR__c FROM Account ORDER BY {order}")] == found


def test_parents_are_nested_and_null_as_a_whole(ask: Ask) -> None:
    found = ask("SELECT name, Parent.Name, parent.owner.name FROM Account ORDER BY Name LIMIT 2")

    assert found == [
        {"Name": "Acme", "Parent": None},
        {"Name": "acme child", "Parent": {"Name": "Acme", "Owner": {"Name": "Ann Miller"}}},
    ]


def test_values_are_of_json_s_kinds(ask: Ask) -> None:
    (found,) = ask(
        "SELECT Id, ARR__c, Strategic__c, IsDeleted, SystemModstamp, Website FROM Account WHERE Name = 'Acme'"
    )

    assert len(found.pop("Id")) == 18
    assert found == {
        "ARR__c": 100.0,
        "Strategic__c": True,
        "IsDeleted": False,
        "SystemModstamp": "2026-01-05T09:00:00.000+0000",
        "Website": None,
    }


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Nope FROM Account", "INVALID_FIELD"),
        ("SELECT Id, id FROM Account", "INVALID_FIELD"),
        ("SELECT Nope.Name FROM Account", "INVALID_FIELD"),
        ("SELECT Owner.Nope FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Nope = 1", "INVALID_FIELD"),
        ("SELECT Id FROM Account ORDER BY Nope", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE ARR__c = '1'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Name = 1", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Renewal_Date__c = '2026-01-05'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE SystemModstamp > 2026-01-05", "INVALID_FIELD"),
        ("SELECT Id FROM Nope", "INVALID_TYPE"),
        ("SELECT Id FROM DatedConversionRate", "INVALID_TYPE"),
        ("SELECT Id FROM Account WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Account WHERE ARR__c LIKE '1%'", "INVALID_OPERATOR"),
        ("SELECT Id FROM Account WHERE Name > null", "INVALID_OPERATOR"),
        ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
        ("", "MALFORMED_QUERY"),
        ("SELECT", "MALFORMED_QUERY"),
        ("SELECT * FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Id IN ()", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a' garbage", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a\\%'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a\\q'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name LIKE 'a\\q'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account]; static Object b = [SELECT Id FROM User", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account]; } class B { static Object b = [SELECT Id FROM User", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account].size() + [SELECT Id FROM User", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account // rest", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account /* rest */", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name /* x */ = 'a'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account LIMIT 99999999999999999999", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account LIMIT -1", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE " + "(NOT " * 5000 + "Name = 'a'" + ")" * 5000, "QUERY_TOO_COMPLICATED"),
        ("SELECT Id FROM Account WHERE Segment__c INCLUDES ('a')", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE ARR__c > USD5000", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name LIKE 5", "INVALID_OPERATOR"),
        ("SELECT Id FROM Account WHERE CALENDAR_YEAR(SystemModstamp) = 2026", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE SystemModstamp = 2026-01-05T00:00:00", "MALFORMED_QUERY"),
        ("DELETE FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account; SELECT Id FROM User", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = :name", "MALFORMED_QUERY"),
        ("SELECT Id, (SELECT Id FROM Opportunities) FROM Account", "MALFORMED_QUERY"),
        ("SELECT MAX(ARR__c) FROM Account", "MALFORMED_QUERY"),
        ("SELECT COUNT(Id) FROM Account", "MALFORMED_QUERY"),
        ("SELECT Name FROM Account GROUP BY Name", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account ALL ROWS", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE SystemModstamp = TODAY", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE SystemModstamp = 2026-13-45T00:00:00Z", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = '\ud800'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account, User", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = '" + "a" * 100_000 + "'", "QUERY_TOO_COMPLICATED"),
    ],
)
def test_refusals(ask: Ask, soql: str, code: str) -> None:
    with pytest.raises(SalesforceError) as refused:
        ask(soql)

    assert refused.value.code == code


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
@example(text="'")
@example(text="\\")
@example(text="\\'")
@example(text="' OR Name != '")
@example(text="]; [")
@example(text="\\u0041")
@example(text="%_\\%\\_")
@example(text="\n\r\t\b\f\v\x1f\x7f\u2028")
def test_a_quoted_text_is_that_text(text: str) -> None:
    """The client's quoting and this grammar agree on every text: equal, and as the beginning in a LIKE."""
    equal, begins = (
        parse(format_soql(soql, text)).where
        for soql in ("SELECT Id FROM Account WHERE Name = {}", "SELECT Id FROM Account WHERE Name LIKE '{:like}%'")
    )

    assert equal is not None
    assert equal.values == (text,)  # type: ignore[union-attr]
    assert begins is not None
    assert _like(begins, text + "tail")
    assert _like(begins, text)
    assert not _like(begins, "#" + text) or text.startswith("#") or not text


def _like(condition: Any, text: str) -> bool:
    return is_like(condition.raw, text)


@settings(max_examples=150)
@given(text=st.text(max_size=80))
def test_any_text_is_a_query_or_is_refused(text: str) -> None:
    try:
        parse(text)
    except SalesforceError as refused:
        assert refused.code in {"MALFORMED_QUERY", "INVALID_FIELD", "INVALID_OPERATOR"}  # noqa: PT017
