"""The sandbox's book through every model: a list that makes sense, and the same bytes in every process."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scoring import MODELS, Calibration, Portfolio, calibrate, explain, rank
from scoring.confidence import confidence
from tests.scoring.book_portfolio import DAY, currencies_of, portfolio_of, the_book

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return portfolio_of(the_book())


@pytest.fixture(scope="module")
def calibration(portfolio: Portfolio) -> Calibration:
    return calibrate(portfolio, currencies=currencies_of(the_book()), as_of=DAY, label="FY26Q1")


def digest_of_everything() -> str:
    """Rank the book with every model and hash all that anybody could see of it."""
    book = the_book()
    portfolio = portfolio_of(book)
    frozen = calibrate(portfolio, currencies=currencies_of(book), as_of=DAY, label="FY26Q1")
    seen = [repr(rank(portfolio, frozen, as_of=DAY, model=model)) for model in MODELS]
    ranking = rank(portfolio, frozen, as_of=DAY)
    seen += [repr(explain(ranking, entry.gap_id)) for entry in ranking]
    seen.append(repr(confidence(ranking, draws=10)))
    return hashlib.sha256("".join(seen).encode()).hexdigest()


class TestDemoBook:
    def test_the_most_wanted_gaps_are_at_the_top(self, portfolio: Portfolio, calibration: Calibration) -> None:
        titles = {f"GAP-{gap.id}": gap.title for gap in the_book().gaps}
        top = [titles[entry.gap_id] for entry in rank(portfolio, calibration, as_of=DAY).entries[:10]]
        assert "SCIM provisioning and deprovisioning" in top[:3]
        assert "Stream the audit log to a SIEM" in top[:3]

    def test_the_quarter_is_measured_and_not_the_cold_start(self, calibration: Calibration) -> None:
        assert calibration.family_cap not in {0, 100_000_000}
        assert calibration.owner_cap_on

    @pytest.mark.parametrize("model", MODELS)
    def test_every_open_gap_is_placed_or_listed(
        self, portfolio: Portfolio, calibration: Calibration, model: str
    ) -> None:
        ranking = rank(portfolio, calibration, as_of=DAY, model=model)
        assert len(ranking) + len(ranking.needs_estimate) == 32
        assert ranking.unplaced_requests == ()

    def test_typed_money_shows_where_the_crm_has_none(self, portfolio: Portfolio, calibration: Calibration) -> None:
        ranking = rank(portfolio, calibration, as_of=DAY)
        assert sum(entry.totals.typed_accounts for entry in ranking) > 0
        assert sum(entry.totals.imputed_accounts for entry in ranking) > 0

    def test_the_seed_of_the_hash_function_changes_nothing(self) -> None:
        code = "from tests.scoring.test_demo_book import digest_of_everything; print(digest_of_everything())"
        found = {
            subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "PYTHONHASHSEED": seed},  # noqa: TID251  a child process needs its surroundings
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        assert found == {f"{digest_of_everything()}\n"}
