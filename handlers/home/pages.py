"""Publish the Home tab."""

from dataclasses import dataclass

from slack_sdk import WebClient

from handlers.home import views
from storage.jobs import Attempt
from usecases.job_kinds import PersonGreeted
from usecases.show_home import ShowHome


@dataclass(frozen=True, slots=True)
class HomePages:
    """Handler of the job that opening the tab promises."""

    client: WebClient
    show_home: ShowHome

    def show(self, attempt: Attempt[PersonGreeted]) -> None:
        user_id = attempt.payload.user_id
        self.client.views_publish(user_id=user_id, view=views.home(self.show_home(user_id)))
