"""What must hold for any portfolio whatever: who asks, how loudly, and for whom.

The numbers are those of the invariants in the definition of the ranking.
"""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.words import AccountKind, Priority
from scoring import (
    Calibration,
    Policy,
    Portfolio,
    Request,
)
from scoring.lineage import trace
from scoring.metrics import shrunk_share
from tests.scoring import worlds
from tests.scoring.reading import adding, changing_requests, ranked, results
from tests.scoring.worlds import ACCOUNT_IDS, CALIBRATION, GAP_IDS, calibrations, known_portfolios, portfolios

ROUNDING = 1e-6


class TestMoreVoices:
    @given(portfolios(), calibrations, st.data())
    def test_03_repeating_a_request_any_number_of_times_changes_nothing(
        self, portfolio: Portfolio, calibration: Calibration, data: st.DataObject
    ) -> None:
        again = data.draw(
            st.lists(st.sampled_from(portfolio.requests), max_size=5) if portfolio.requests else st.just([])
        )
        repeated = adding(portfolio, *(replace(each, id=f"again{number}") for number, each in enumerate(again)))
        assert results(ranked(repeated, calibration)) == results(ranked(portfolio, calibration))

    @given(known_portfolios(), st.sampled_from(GAP_IDS), st.data())
    def test_04_a_voice_from_below_headquarters_that_is_no_more_severe_adds_nothing(
        self, portfolio: Portfolio, gap: str, data: st.DataObject
    ) -> None:
        families = trace({account.id: account.parent for account in portfolio.accounts})
        customers = {account.id for account in portfolio.accounts if account.kind is AccountKind.CUSTOMER}
        headquarters = data.draw(st.sampled_from(ACCOUNT_IDS))
        if families.root_of[headquarters] not in customers:
            return
        spoken = worlds.request("hq", families.root_of[headquarters], gap=gap, requester="ceo")
        below = data.draw(st.sampled_from(sorted(families.below({spoken.account}))))
        severity = data.draw(st.sampled_from(Priority))
        said = worlds.request("below", below, gap=gap, priority=severity.value, requester="rep", days_ago=3)
        before = adding(portfolio, spoken)
        assert results(ranked(adding(before, said))) == results(ranked(before))

    @given(known_portfolios(), calibrations, st.data())
    def test_05_a_new_voice_never_lowers_what_is_counted_and_the_score_hardly(
        self, portfolio: Portfolio, calibration: Calibration, data: st.DataObject
    ) -> None:
        voice = Request(
            id="new",
            gap=data.draw(st.sampled_from(GAP_IDS)),
            account=data.draw(st.sampled_from(ACCOUNT_IDS)),
            priority=data.draw(st.sampled_from(Priority)),
            requester="somebody new",
            last_confirmed=data.draw(worlds.days),
            opportunity=data.draw(st.none() | st.sampled_from(worlds.OPPORTUNITY_IDS)),
        )
        before = ranked(portfolio, calibration)[voice.gap]
        after = ranked(adding(portfolio, voice), calibration)[voice.gap]
        assert all(new >= old for new, old in zip(after.metrics.values[:3], before.metrics.values[:3], strict=True))
        if calibration.policy.owner_kappa == 1 and before.evidence.cells:
            heads = float(before.metrics.accounts)
            assert after.score >= before.score * ((heads + 8) / (heads + 10)) ** 0.2 - ROUNDING

    @given(portfolios(), calibrations, st.data())
    def test_06_a_more_severe_priority_never_lowers_a_metric_or_the_rank(
        self, portfolio: Portfolio, calibration: Calibration, data: st.DataObject
    ) -> None:
        if not portfolio.requests:
            return
        chosen = data.draw(st.sampled_from(portfolio.requests))
        worse = {Priority.NICE: Priority.P1, Priority.P1: Priority.P0}.get(
            chosen.priority or Priority.NICE, Priority.P0
        )
        raised = changing_requests(portfolio, lambda each: replace(each, priority=worse) if each == chosen else each)
        before, after = ranked(portfolio, calibration), ranked(raised, calibration)
        for old in before:
            new = after[old.gap_id]
            assert all(more >= less for more, less in zip(new.metrics.values, old.metrics.values, strict=True))
            if new.metrics != old.metrics:
                assert new.rank <= old.rank

    @given(portfolios(), calibrations)
    def test_15_a_withdrawn_request_was_never_filed(self, portfolio: Portfolio, calibration: Calibration) -> None:
        without = replace(portfolio, requests=tuple(each for each in portfolio.requests if not each.withdrawn))
        assert repr(ranked(portfolio, calibration)) == repr(ranked(without, calibration))

    @given(portfolios(merged=False), calibrations, st.permutations(GAP_IDS))
    def test_16_merging_is_asking_for_the_survivor_instead(
        self, portfolio: Portfolio, calibration: Calibration, order: list[str]
    ) -> None:
        gone, survivor = order[:2]
        pointed = tuple(replace(gap, merged_into=survivor) if gap.id == gone else gap for gap in portfolio.gaps)
        merged = replace(portfolio, gaps=pointed)
        refiled = changing_requests(portfolio, lambda each: replace(each, gap=survivor) if each.gap == gone else each)
        refiled = replace(refiled, gaps=tuple(gap for gap in portfolio.gaps if gap.id != gone))
        assert results(ranked(merged, calibration)) == results(ranked(refiled, calibration))


class TestP0Strength:
    @given(st.integers(1, 40), st.fractions(0, 1), st.fractions("0.01", "0.99"), st.integers(1, 16))
    def test_25_the_share_is_strictly_between_none_and_all(
        self, accounts: int, share: Fraction, prior: Fraction, strength: int
    ) -> None:
        calibration = replace(CALIBRATION, p0_prior=prior, policy=Policy(p0_prior_strength=strength))
        assert 0 < shrunk_share(share * accounts, Fraction(accounts), calibration=calibration) < 1

    @given(st.integers(1, 40), st.integers(1, 40))
    def test_25_more_of_the_same_evidence_is_stronger(self, few: int, more: int) -> None:
        def strength(p0: int, accounts: int) -> Fraction:
            return shrunk_share(Fraction(p0), Fraction(accounts), calibration=CALIBRATION)

        assert strength(few + more, few + more) > strength(few, few)
        assert strength(0, few + more) < strength(0, few)


class TestCircles:
    nodes = st.sampled_from("abcdefgh")

    @given(st.dictionaries(nodes, st.none() | st.sampled_from("abcdefgh?")))
    def test_26_every_chain_and_circle_of_pointers_ends_somewhere(self, pointers: dict[str, str | None]) -> None:
        lineage = trace(pointers)
        assert set(lineage.root_of) == set(pointers)
        for node, target in pointers.items():
            root = lineage.root_of[node]
            assert lineage.root_of[root] == root
            if target in pointers:
                assert lineage.root_of[target or ""] == root
            assert node in lineage.below({root}) or root in lineage.circular
            above = {other for other in pointers if node in lineage.below({other})}
            assert (node in lineage.circular) == any(node in lineage.below({child}) for child in lineage.children.get(node, ()))  # fmt: skip  # noqa: E501
            if node in lineage.circular:
                assert root == min(other for other in above if other in lineage.below({node}))
