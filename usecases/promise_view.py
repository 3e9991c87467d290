"""Promise what goes into a window that is open already, where working it out takes longer than Slack waits."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.policy import Action
from storage.database import Database
from storage.jobs import enqueue
from usecases.job_kinds import DRAW_VIEW, ViewWanted
from usecases.know_people import KnowPeople

_NEEDS = {"why": Action.SEE_RANKING, "what_if": Action.TRY_WEIGHTS}


@dataclass(frozen=True, slots=True)
class PromiseView:
    """The window is filled by a job; `what` is `why` or `what_if`, `values` what was asked for."""

    database: Database
    people: KnowPeople

    def __call__(self, what: str, values: Mapping[str, str], *, view_id: str, by: str, after: float = 0.0) -> None:
        """In so many seconds: Slack must have drawn the window as it waits, or it would draw over us.

        Raises `NotAllowed`.
        """
        with self.database.write() as session:
            self.people.authorised(session, by, _NEEDS[what])
            wanted = ViewWanted(view_id=view_id, user_id=by, what=what, values=dict(values))
            enqueue(session, DRAW_VIEW, wanted, delay=after)
