"""What every model reads: the condensed evidence, the rows behind it, and the frozen figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from domain.words import OpportunityKind, OpportunityStage
from scoring.calibration import Calibration
from scoring.evidence import Evidence, GapEvidence
from scoring.lineage import Lineage, trace
from scoring.metrics import Metrics, measure
from scoring.portfolio import Gap, Opportunity, Portfolio, by_id


@dataclass(frozen=True, kw_only=True)
class ModelInput:
    """One day's evidence; the indexes are made when a model asks for them."""

    portfolio: Portfolio
    evidence: Evidence
    calibration: Calibration

    def measured(self) -> Iterator[tuple[GapEvidence, Metrics]]:
        """The open gaps with their four metrics."""
        return zip(self.evidence.gaps, self._metrics, strict=True)

    @cached_property
    def _metrics(self) -> tuple[Metrics, ...]:
        return tuple(measure(gap, calibration=self.calibration) for gap in self.evidence.gaps)

    @cached_property
    def opportunities(self) -> Mapping[str, Opportunity]:
        return by_id(self.portfolio.opportunities)

    @cached_property
    def renewals(self) -> Mapping[str, date]:
        """When each account renews: its own date, else that of its first open renewal in the CRM."""
        renewals = {account.id: account.renewal for account in self.portfolio.accounts if account.renewal}
        from_deals: dict[str, date] = {}
        for deal in self.portfolio.opportunities:
            if deal.kind is OpportunityKind.RENEWAL and deal.stage is OpportunityStage.OPEN and deal.close:
                from_deals[deal.account] = min(deal.close, from_deals.get(deal.account, deal.close))
        return from_deals | renewals

    @cached_property
    def gaps(self) -> Mapping[str, Gap]:
        return by_id(self.portfolio.gaps)

    @cached_property
    def families(self) -> Lineage:
        return trace({account.id: account.parent for account in self.portfolio.accounts})

    def effort(self, gap: str) -> float | None:
        """Months of the team that has to do it; nobody has said, or said nothing useful, is `None`."""
        months = self.gaps[gap].duration_months
        return float(months) if months is not None and months > 0 else None
