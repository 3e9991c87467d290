"""What `gapbot rank` does: read a file or the database, rank, and print a list or JSON."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import scoring
from domain.errors import Refusal
from domain.keys import gap_key
from scoring import (
    ConflictingRows,
    InvalidCalibration,
    Portfolio,
    Ranking,
    UnknownCurrency,
    UnknownGap,
    UnknownModel,
    snapshot,
    why_report,
)
from scoring.backtest import Replayed, backtest
from scoring.confidence import confidence
from scoring.why_report import Level
from storage import family_facts, portfolio, snapshots
from storage.database import Database
from usecases.listings import MOVED_SINCE
from usecases.live_portfolio import as_portfolio
from usecases.rank_gaps import RankGaps


def of_file(path: Path, *, model: str, settings: Mapping[str, str]) -> Ranking:
    """Rank a snapshot file, `-` for standard input; raise `Refusal`."""
    with said_plainly(model=model):
        found = snapshot.parse(_text(path))
        calibration = scoring.altered(found.calibration, settings)
        return scoring.rank(found.portfolio, calibration, as_of=found.as_of, model=model)


def of_database(
    database: Database, rank: RankGaps, *, model: str | None, settings: Mapping[str, str]
) -> tuple[Ranking, Mapping[str, str]]:
    """Rank the live data; return the gaps' titles with it. Raise `Refusal`."""
    with said_plainly(model=model or rank.model), database.read() as session:
        rows = portfolio.read(session)
        return rank.ranking(rows, model=model, settings=settings), {str(gap.id): gap.title for gap in rows.gaps}


def why_of_file(path: Path, gap: str, *, model: str, level: Level, settings: Mapping[str, str]) -> str:
    """Explain a gap of a snapshot file as JSON; raise `Refusal`."""
    with said_plainly(model=model):
        found = snapshot.parse(_text(path))
        calibration = scoring.altered(found.calibration, settings)
        ranking = scoring.rank(found.portfolio, calibration, as_of=found.as_of, model=model)
        return _why(found.portfolio, ranking, gap, level=level)


def why_of_database(
    database: Database, rank: RankGaps, gap: str, *, model: str | None, level: Level, settings: Mapping[str, str]
) -> str:
    """Explain a gap of the live data as JSON, by its key; raise `Refusal`."""
    with said_plainly(model=model or rank.model), database.read() as session:
        rows = portfolio.read(session)
        terms = rank.terms(model=model, settings=settings)
        known = as_portfolio(rows, terms.rates)
        ranking = scoring.rank(known, terms.calibration, as_of=terms.as_of, model=terms.model)
        gap_id = gap.upper().removeprefix("GAP-")
        before = snapshots.latest_until(session, terms.as_of - MOVED_SINCE)
        was = snapshots.positions(session, before.day, gap_ids=[int(gap_id)]) if before and gap_id.isdigit() else {}

        def name_of(family: str) -> str:
            found = family_facts.accounts(session, [int(family)])
            return str(found[int(family)].name) if found else family

        previous = next(iter(was.values()), None)
        return _why(known, ranking, gap_id, level=level, previous_rank=previous, name_of=name_of)


def _why(
    known: Portfolio,
    ranking: Ranking,
    gap_id: str,
    *,
    level: Level,
    previous_rank: int | None = None,
    name_of: Callable[[str], str] = str,
) -> str:
    try:
        chance = confidence(scoring.rank(known, ranking.calibration, as_of=ranking.as_of)).get(gap_id)
        said = why_report.why(
            known, ranking, gap_id, level=level, confidence=chance, previous_rank=previous_rank, name_of=name_of
        )
        return snapshot.as_json(said)
    except UnknownGap:
        raise Refusal(f"{gap_id} has no place in this ranking: it is closed, merged, or not there.") from None


def backtest_of_file(path: Path, *, settings: Mapping[str, str]) -> list[Replayed]:
    """Replay a snapshot's history; raise `Refusal`."""
    with said_plainly(model=""):
        found = snapshot.parse(_text(path))
        return backtest(found.portfolio, scoring.altered(found.calibration, settings), until=found.as_of)


def backtest_of_database(database: Database, rank: RankGaps, *, settings: Mapping[str, str]) -> list[Replayed]:
    """Replay the live data's history; raise `Refusal`."""
    with said_plainly(model=rank.model), database.read() as session:
        terms = rank.terms(settings=settings)
        return backtest(as_portfolio(portfolio.read(session), terms.rates), terms.calibration, until=terms.as_of)


def replayed_lines(found: Sequence[Replayed]) -> Iterator[str]:
    """A table; runs without an outcome are not judged."""
    yield f"{'model':<12} {'weeks':>5} {'judged':>6} {'NDCG@10':>8} {'entries/week':>12} {'flaps':>5}"
    for each in found:
        quality = "-" if each.ndcg is None else f"{each.ndcg:.3f}"
        yield (
            f"{each.model:<12} {each.runs:>5} {each.judged:>6} {quality:>8} {each.entries_a_week:>12.2f}"
            f" {each.flaps:>5}"
        )
    if found and not found[0].judged:
        yield "No linked deal was lost within half a year after any of these weeks, so nothing can be judged yet."


@contextmanager
def said_plainly(*, model: str) -> Iterator[None]:
    """Turn what can be wrong with a file, a model or a setting into a sentence."""
    try:
        yield
    except UnknownModel:
        raise Refusal(f"There is no model {model!r}. There are: {', '.join(scoring.MODELS)}.") from None
    except UnknownCurrency as unknown:
        raise Refusal(f"There is no exchange rate for {unknown.code!r}: add it to the rates.") from None
    except ConflictingRows as conflict:
        raise Refusal(f"Two different rows have the id {conflict}.") from None
    except (InvalidCalibration, snapshot.InvalidSnapshot) as invalid:
        raise Refusal(f"{str(invalid).rstrip('.')}.") from None


def settings_of(given: Sequence[str]) -> dict[str, str]:
    """Read `--set name=value`; raise `Refusal`."""
    found = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise Refusal(f"--set takes name=value, as in --set scoring.weights=0.4,0.2,0.2,0.2, not {each!r}.")
        found[name.strip()] = value
    return found


def as_json(ranking: Ranking, *, is_live: bool) -> str:
    """The whole ranking; live gaps under the keys that people know."""
    return snapshot.as_json(snapshot.report(ranking, named=_live_key if is_live else str))


def as_lines(ranking: Ranking, *, titles: Mapping[str, str] | None, size: int) -> Iterator[str]:
    """The top of the list, without gaps that nobody asks for, and what has to be estimated first."""
    asked = [entry for entry in ranking if entry.evidence.cells]
    for entry in asked[:size]:
        name = entry.gap_id if titles is None else f"GAP-{entry.gap_id:<6} {titles[entry.gap_id]}"
        yield f"{entry.rank:>4}  {entry.score:>10.6f}  {name}"
    waiting = [gap for gap in ranking.needs_estimate if gap.before_effort > 0]
    if waiting:
        yield f"Without an estimate of their effort, dearest first ({len(waiting)} in all):"
    for gap in waiting[:size]:
        name = gap.gap_id if titles is None else f"GAP-{gap.gap_id:<6} {titles[gap.gap_id]}"
        yield f"   -  {gap.monthly_cost:>10,.0f} a month  {name}"


def _live_key(gap_id: str) -> str:
    return gap_key(int(gap_id))


def _text(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise Refusal(f"{path} cannot be read ({type(unreadable).__name__}).") from None
