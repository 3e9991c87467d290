"""Values that make no sense are None and named; everything else of the record is kept."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money, decimals
from integrations.salesforce_fields import FieldMapping
from integrations.salesforce_records import account, moment, opportunity

PATHS = {
    "id": "Id",
    "name": "Name",
    "modified_at": "SystemModstamp",
    "is_deleted": "IsDeleted",
    "currency": "CurrencyIsoCode",
    "arr": "ARR__c",
    "strategic": "Strategic__c",
    "renewal_date": "Renewal_Date__c",
    "parent": "ParentId",
    "owner": "Owner.Name",
    "amount": "Amount",
    "probability": "Probability",
    "is_closed": "IsClosed",
}
WHOLE = {
    "Id": "001A0000006Vm9r",
    "Name": "Acme",
    "SystemModstamp": "2026-01-05T09:00:00.000+0000",
    "IsDeleted": False,
    "CurrencyIsoCode": "USD",
    "IsClosed": False,
}


def read(**values: Any) -> Any:
    return account(WHOLE | values, paths=PATHS, default_currency="EUR")


def deal(**values: Any) -> Any:
    return opportunity(WHOLE | values, paths=PATHS, mapping=FieldMapping(), default_currency="EUR")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"ARR__c": Decimal(-1)}, "arr"),
        ({"ARR__c": Decimal("1e308")}, "arr"),
        ({"ARR__c": float("nan")}, "arr"),
        ({"ARR__c": float("inf")}, "arr"),
        ({"ARR__c": "a lot"}, "arr"),
        ({"ARR__c": True}, "arr"),
        ({"ARR__c": [1]}, "arr"),
        ({"CurrencyIsoCode": "dollars"}, "currency"),
        ({"CurrencyIsoCode": 5}, "currency"),
        ({"Strategic__c": "perhaps"}, "is_strategic"),
        ({"Renewal_Date__c": "soon"}, "renewal_date"),
        ({"Renewal_Date__c": 20260105}, "renewal_date"),
        ({"ParentId": "nobody"}, "parent_id"),
    ],
)
def test_an_account_with_nonsense(values: dict[str, Any], name: str) -> None:
    found = read(**values)

    assert getattr(found, name) is None
    assert len(found.unreadable) == 1
    assert (found.name, found.id) == ("Acme", "001A0000006Vm9rIAC")


@pytest.mark.parametrize("probability", [Decimal(101), Decimal(-1), "50", float("nan")])
def test_a_probability_that_is_none(probability: object) -> None:
    found = deal(Probability=probability)

    assert (found.probability, found.unreadable) == (None, ("probability",))


def test_money_of_an_odd_currency_is_not_counted_in_another() -> None:
    found = read(ARR__c=5, CurrencyIsoCode="dollars")

    assert (found.arr, found.unreadable) == (None, ("currency", "arr"))


def test_a_downgrade_may_be_negative() -> None:
    assert deal(Amount=Decimal("-5.5")).amount == Money(minor=-550, currency="USD")


@given(
    amount=st.decimals(0, 10**12, allow_nan=False, allow_infinity=False, places=3),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_money_is_kept_to_its_smallest_unit(amount: Decimal, currency: str) -> None:
    found = read(ARR__c=amount, CurrencyIsoCode=currency).arr

    assert found is not None
    assert abs(Decimal(found.minor) / 10 ** decimals(currency) - amount) <= Decimal("0.5") / 10 ** decimals(currency)


@given(
    value=st.one_of(st.none(), st.booleans(), st.integers(), st.decimals(), st.floats(), st.text(), st.lists(st.none()))
)
def test_no_value_at_all_breaks_a_read(value: object) -> None:
    fields = ("ARR__c", "Strategic__c", "Renewal_Date__c", "ParentId", "Owner", "CurrencyIsoCode", "Amount")

    for field in fields:
        assert read(**{field: value}).name == "Acme"
        assert deal(**{field: value}).name == "Acme"


@pytest.mark.parametrize(
    ("value", "said"),
    [(True, True), (False, False), ("Yes", True), ("no", False), ("Strategic", True), ("", False), (None, None)],
)
def test_a_flag_may_be_a_word(value: object, said: bool | None) -> None:
    assert read(Strategic__c=value).is_strategic is said


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        moment("2026-01-05T09:00:00")


def test_a_parent_that_is_missing_or_hidden() -> None:
    assert read(Owner=None).owner_name is None
    assert read(Owner={"Name": "Ann"}).owner_name == "Ann"


def test_representations_say_nothing_about_customers() -> None:
    assert "Acme" not in repr(read(ARR__c=5)) + repr(deal(Amount=5))
