"""Column shapes that several tables share."""

from enum import StrEnum

from sqlalchemy import Enum, String

from domain.money import Money


def words(of: type[StrEnum]) -> Enum:
    """An enum stored by its value as text; a word that does not exist is refused before it reaches the database."""
    return Enum(
        of,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=False,
        validate_strings=True,
        length=24,
    )


SlackId = String(32)
CurrencyCode = String(3)


def money(minor: int | None, currency: str | None) -> Money | None:
    """Two columns as one amount; None unless both are there."""
    return None if minor is None or currency is None else Money(minor=minor, currency=currency)
