"""How a background loop lives through a database that is away: it says so once, waits longer each time, and goes on."""

from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from storage.database import DatabaseBusy

DATABASE_ERRORS = (SQLAlchemyError, DatabaseBusy)

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 5.0


class Outage:
    """The state of one loop's connection to the database. `what` names the loop in the log."""

    def __init__(self, *, what: str, log: Any) -> None:
        self._what = what
        self._log = log
        self._pause = 0.0

    def met(self, error: Exception) -> float:
        """Take note of a failure; return the seconds to wait before the next try."""
        if self._pause == 0.0:
            # The class only: the text of a database error can hold values of rows.
            self._log.warning("jobs.database_away", loop=self._what, error=type(error).__name__)
        self._pause = min(_LONGEST_PAUSE, self._pause * 2 or _FIRST_PAUSE)
        return self._pause

    def over(self) -> None:
        """Take note of a success."""
        if self._pause:
            self._log.info("jobs.database_back", loop=self._what)
        self._pause = 0.0
