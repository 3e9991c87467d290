"""The numbers of everything that columns name, so that later rows can be put beside earlier ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from scoring.bulk.columns import numbered, owners_of
from scoring.portfolio import Account, Opportunity, Portfolio, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Each id's number. Numbers are never given twice."""

    accounts: Mapping[str, int]
    deals: Mapping[str, int]
    owners: Mapping[str, int]
    people: Mapping[str, int]
    currencies: Mapping[str, int]

    @classmethod
    def of(cls, portfolio: Portfolio, *, currencies: Iterable[str]) -> "Index":
        """The numbers that `Columns.of` gives."""
        return cls(
            accounts=numbered({row.id for row in portfolio.accounts}),
            deals=numbered({row.id for row in portfolio.opportunities}),
            owners=owners_of(portfolio.accounts),
            people={},
            currencies=numbered(currencies),
        )

    def with_requests(self, rows: Iterable[Request]) -> "Index":
        rows = list(rows)
        return replace(
            self,
            people=_more(self.people, (row.requester for row in rows)),
            currencies=_more(self.currencies, (row.typed_currency for row in rows if row.typed_arr is not None)),
        )

    def with_customers(self, accounts: Iterable[Account], deals: Iterable[Opportunity], *, nobody: int) -> "Index":
        """`nobody` is a number beyond those of all owners, and of families that have none."""
        accounts, deals = list(accounts), list(deals)
        money = [row.currency for row in accounts if row.arr is not None]
        money += [row.currency for row in deals if row.amount is not None]
        return Index(
            accounts=_more(self.accounts, sorted(row.id for row in accounts)),
            deals=_more(self.deals, sorted(row.id for row in deals)),
            owners=_more(self.owners, (row.owner for row in accounts if row.owner), start=nobody),
            people=self.people,
            currencies=_more(self.currencies, money),
        )


def _more(known: Mapping[str, int], keys: Iterable[str], *, start: int | None = None) -> Mapping[str, int]:
    """Go on numbering; the same mapping where nothing is new."""
    new = [key for key in dict.fromkeys(keys) if key not in known]
    if not new:
        return known
    first = len(known) if start is None else start
    return {**known, **{key: first + place for place, key in enumerate(new)}}
