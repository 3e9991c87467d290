"""Draw the page of the ranked list that somebody turned to."""

from dataclasses import dataclass

from domain.organisation import Organisation
from handlers.response_url import ResponseUrl
from handlers.top_gaps import views
from storage.jobs import Attempt
from usecases.job_kinds import PageWanted
from usecases.rank_gaps import RankGaps


@dataclass(frozen=True, slots=True)
class Pages:
    """Handler of the job that a page button promises."""

    organisation: Organisation
    rank: RankGaps
    response_url: ResponseUrl

    def turn(self, attempt: Attempt[PageWanted]) -> None:
        wanted = attempt.payload
        shown = self.rank.page(by=wanted.user_id, page=wanted.page, size=wanted.size)
        message = views.ranked_list(shown, size=wanted.size, organisation=self.organisation)
        self.response_url.replace(wanted.response_url, message)
