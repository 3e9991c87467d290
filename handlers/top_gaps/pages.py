"""Draw the page of the ranked list that somebody turned to, or send them all of it."""

from dataclasses import dataclass

from domain.organisation import Organisation
from handlers.files import Files
from handlers.response_url import ResponseUrl
from handlers.top_gaps import views
from handlers.top_gaps.csv_file import csv_text
from storage.jobs import Attempt
from usecases.job_kinds import CsvWanted, PageWanted
from usecases.list_gaps import ListGaps
from usecases.saved_views import SavedViews


@dataclass(frozen=True, slots=True)
class Pages:
    """Handlers of the jobs that the buttons under the list promise."""

    organisation: Organisation
    list_gaps: ListGaps
    saved_views: SavedViews
    response_url: ResponseUrl
    files: Files

    def turn(self, attempt: Attempt[PageWanted]) -> None:
        wanted = attempt.payload
        typed = str(wanted.size) if wanted.query is None else wanted.query
        query = self.saved_views.query(typed, by=wanted.user_id)
        shown = self.list_gaps.page(query, by=wanted.user_id, page=wanted.page)
        message = views.ranked_list(shown, organisation=self.organisation, is_table=wanted.is_table)
        self.response_url.replace(wanted.response_url, message)

    def send_csv(self, attempt: Attempt[CsvWanted]) -> None:
        wanted = attempt.payload
        query = self.saved_views.query(wanted.query, by=wanted.user_id)
        shown = self.list_gaps.everything(query, by=wanted.user_id)
        # The number makes the name this file's own, so that a second attempt finds what the first has sent.
        name = f"top-gaps-{shown.as_of.isoformat()}-{attempt.job_id}.csv"
        # Without the query, which may name a customer: previews show this.
        said = f"The ranked list as a file: {shown.total} gaps, as of {shown.as_of:%-d %b %Y}."
        self.files.send(
            csv_text(shown, organisation=self.organisation),
            name=name,
            said=said,
            to=wanted.user_id,
            is_retry=attempt.number > 1,
        )
