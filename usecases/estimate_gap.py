"""Say what a gap takes and brings: effort, RICE inputs, themes. Each change is audited."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from domain.effort import Effort, NotAnEffort, read_effort
from domain.errors import InvalidInput, NotFound, Overtaken
from domain.keys import gap_key
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean_line
from scoring.rice import Suggestion, suggest
from storage import audit, estimates, gaps, inbox, portfolio
from storage.database import Database
from usecases.know_people import KnowPeople
from usecases.linked_issues import linked_issues
from usecases.rank_gaps import RankGaps

REACH = ("10", "6", "3", "1.5", "0.5")
IMPACT = ("3", "2", "1", "0.5", "0.25")
CONFIDENCE = ("1.0", "0.8", "0.5")
MOST_THEMES, THEME_LENGTH = 10, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What is known of a gap's effort and RICE inputs; a value of None leaves the one that the requests suggest."""

    gap_id: int
    title: str
    version: int
    effort: Effort | None
    issue_weight: int | None
    reach: str | None
    impact: str | None
    confidence: str | None
    suggested: Suggestion | None
    themes: tuple[str, ...]

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateFields:
    """What somebody filled in, as text."""

    effort: str
    reach: str | None
    impact: str | None
    confidence: str | None
    themes: str


@dataclass(frozen=True, slots=True)
class EstimateGap:
    """Read and store estimates. `months_per_weight` turns a GitLab weight into months."""

    database: Database
    people: KnowPeople
    rank: RankGaps
    now: Clock
    months_per_weight: Decimal = Decimal("0.25")

    def open(self, gap_id: int, *, by: str) -> Estimate:
        """The estimate as its form shows it; raise `NotAllowed` or `NotFound`."""
        with self.database.read() as session:
            self.people.authorised(session, by, Action.ESTIMATE_GAP)
            gap = gaps.find(session, gap_id)
            if gap is None:
                raise NotFound(f"I do not know {gap_key(gap_id)}. `/top-gaps` lists the ones there are.")
            known = estimates.find(session, gap_id)
            rows = portfolio.read(session)
            return Estimate(
                gap_id=gap_id,
                title=gap.title,
                version=known.version if known else 0,
                effort=_effort(gap.effort_months, known.weight if known else None),
                issue_weight=_issue_weight(session, gap_id),
                reach=known.reach if known else None,
                impact=known.impact if known else None,
                confidence=known.confidence if known else None,
                suggested=self._suggested(rows, gap_id),
                themes=estimates.themes_of(session, gap_id),
            )

    def save(self, gap_id: int, fields: EstimateFields, *, expected_version: int, key: str, by: str) -> None:
        """Store an estimate; the same key twice stores it once. Raise `InvalidInput`, `Overtaken` or `NotAllowed`."""
        effort, themes = self._checked(fields)
        at = self.now()
        with self.database.write() as session:
            self.people.authorised(session, by, Action.ESTIMATE_GAP)
            connection = session.connection()
            if not inbox.first_time(connection, key=key, at=at, subject=f"gap:{gap_id}"):
                return
            gap = gaps.find(session, gap_id)
            if gap is None:
                raise NotFound(f"I do not know {gap_key(gap_id)}. `/top-gaps` lists the ones there are.")
            known = estimates.find(session, gap_id)
            before = {
                "effort_months": gap.effort_months,
                "themes": list(estimates.themes_of(session, gap_id)),
                **{name: getattr(known, name) if known else None for name in _KEPT},
            }
            after: dict[str, Any] = {
                "effort_months": float(effort.months) if effort else None,
                "themes": list(themes),
                "weight": effort.weight if effort else None,
                "reach": fields.reach,
                "impact": fields.impact,
                "confidence": fields.confidence,
            }
            stored = {name: after[name] for name in _KEPT}
            if not estimates.save(
                session, gap_id=gap_id, expected_version=expected_version, values=stored, by=by, at=at
            ):
                raise Overtaken("Somebody estimated this gap while you had it open. Close this and open it again.")
            estimates.set_effort(session, gap_id=gap_id, months=after["effort_months"], at=at)
            estimates.set_themes(session, gap_id=gap_id, themes=themes)
            audit.record(
                connection,
                at=at,
                actor_id=by,
                action="gap.estimated",
                subject=f"gap:{gap_id}",
                before={name: value for name, value in before.items() if value != after[name]},
                after={name: value for name, value in after.items() if value != before[name]},
            )

    def _checked(self, fields: EstimateFields) -> tuple[Effort | None, tuple[str, ...]]:
        wrong: dict[str, str] = {}
        effort = None
        try:
            effort = read_effort(fields.effort, months_per_weight=self.months_per_weight)
        except NotAnEffort as refused:
            wrong["effort"] = refused.sentence
        for name, scale in (("reach", REACH), ("impact", IMPACT), ("confidence", CONFIDENCE)):
            value = getattr(fields, name)
            if value is not None and value not in scale:
                wrong[name] = f"Choose one of {', '.join(scale)}."
        themes = tuple(dict.fromkeys(one for part in fields.themes.split(",") if (one := clean_line(part).lower())))
        if len(themes) > MOST_THEMES or any(len(theme) > THEME_LENGTH or '"' in theme for theme in themes):
            wrong["themes"] = f"Up to {MOST_THEMES} themes of up to {THEME_LENGTH} characters, without quotes."
        if wrong:
            raise InvalidInput(wrong)
        return effort, themes

    def _suggested(self, rows: portfolio.PortfolioRows, gap_id: int) -> Suggestion | None:
        """RICE inputs as the requests have it; None for a gap that is closed."""
        ranking = self.rank.ranking(rows, model="composite")
        if str(gap_id) not in ranking:
            return None
        return suggest(ranking[str(gap_id)].evidence, active_families=rows.active_families or 1)


def _issue_weight(session: Session, gap_id: int) -> int | None:
    """The weight that GitLab has for the first linked issue that has one; 0 means that nobody has said."""
    issues = linked_issues(session, [gap_id], sees_confidential=False).get(gap_id, ())
    return next((issue.weight for issue in issues if issue.weight), None)


_KEPT = ("weight", "reach", "impact", "confidence")


def _effort(months: float | None, weight: int | None) -> Effort | None:
    return None if months is None else Effort(Decimal(str(months)), weight)
