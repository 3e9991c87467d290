"""Turning the pages of one's own tab."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App

from domain.errors import NotFound
from handlers.home.ids import Action
from usecases.home_pages import Section
from usecases.tend_homes import TendHomes


@dataclass(frozen=True, slots=True)
class HomeListeners:
    """The page is remembered, and a job draws it."""

    homes: TendHomes

    def register(self, app: App) -> None:
        for name in Action:
            app.action(name)(self.turn)

    def turn(self, ack: Ack, body: dict[str, Any]) -> None:
        section, page = _page_in(str(body["actions"][0].get("value") or ""))
        self.homes.turn(section, page, by=body["user"]["id"])
        ack()


def _page_in(value: str) -> tuple[Section, int]:
    section, _, number = value.partition(":")
    if section in set(Section) and number.isascii() and number.isdigit() and len(number) <= 6:  # noqa: PLR2004
        return Section(section), int(number)
    raise NotFound("This button is too old for me. Open the Home tab again.")
