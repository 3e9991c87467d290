"""The words of the product as values: what a request, a gap, an account and an opportunity can be."""

from enum import StrEnum


class Priority(StrEnum):
    """How badly one account needs a gap closed. Each value is defined by a test, not by a feeling."""

    P0 = "P0"
    P1 = "P1"
    NICE = "NICE"

    @property
    def label(self) -> str:
        return "Nice to have" if self is Priority.NICE else self.value

    @property
    def test(self) -> str:
        """The sentence a seller checks the request against."""
        return _PRIORITY_TESTS[self]


_PRIORITY_TESTS = {
    Priority.P0: "No workaround: the deal or renewal falls through without it",
    Priority.P1: "A workaround exists and does not meet expectations",
    Priority.NICE: "An acceptable workaround exists",
}


class Impact(StrEnum):
    """What is at stake for the account."""

    BLOCKS_NEW_DEAL = "blocks_new_deal"
    RISKS_CHURN = "risks_churn"
    RISKS_DOWNGRADE = "risks_downgrade"
    BLOCKS_EXPANSION = "blocks_expansion"
    NONE = "none"

    @property
    def label(self) -> str:
        return _IMPACT_LABELS[self]


_IMPACT_LABELS = {
    Impact.BLOCKS_NEW_DEAL: "Blocks a new deal",
    Impact.RISKS_CHURN: "Risks churn",
    Impact.RISKS_DOWNGRADE: "Risks a downgrade",
    Impact.BLOCKS_EXPANSION: "Blocks an expansion",
    Impact.NONE: "None of these",
}


class GapState(StrEnum):
    """Where a gap is in its life; `domain.transitions` says what may follow what."""

    NEW = "new"
    TRIAGE = "triage"
    NEEDS_INFO = "needs_info"
    BACKLOG = "backlog"
    AWAITING_DEMAND = "awaiting_demand"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    SHIPPED = "shipped"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    TRANSFERRED = "transferred"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @property
    def is_open(self) -> bool:
        """Open gaps are ranked and can be joined."""
        return self not in CLOSED_STATES


CLOSED_STATES = frozenset({GapState.SHIPPED, GapState.DECLINED, GapState.DUPLICATE, GapState.TRANSFERRED})


class AccountKind(StrEnum):
    """What an account is to us today."""

    CUSTOMER = "customer"
    PROSPECT = "prospect"
    CHURNED = "churned"
    INTERNAL = "internal"


class OpportunityKind(StrEnum):
    """What winning the opportunity would do to the account's ARR."""

    NEW = "new"
    EXPANSION = "expansion"
    RENEWAL = "renewal"
    CHURN = "churn"


class OpportunityStage(StrEnum):
    """The three things ranking needs to know of a sales stage."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
