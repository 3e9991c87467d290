"""Say whose a channel is: messages there that name no account are about that one."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from domain.errors import NotFound
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean_line, folded
from storage import accounts, audit, conversations
from storage.database import Database
from usecases.know_people import KnowPeople

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class ChannelAccount:
    """Anybody who files requests may say it; it is a default, shown before anything is filed."""

    database: Database
    people: KnowPeople
    now: Clock

    def of(self, channel_id: str, *, by: str) -> str | None:
        """The account's name, or None; raise `NotAllowed`."""
        with self.database.read() as session:
            self.people.authorised(session, by, Action.SEARCH_ACCOUNTS)
            known = conversations.account_of_channel(session, channel_id)
        return known[1] if known else None

    def say(self, channel_id: str, name: str, *, by: str) -> str:
        """Keep whose the channel is; return the account's name. Raise `NotAllowed`, or `NotFound` with what to do."""
        line = clean_line(name)
        with self.database.write() as session:
            self.people.authorised(session, by, Action.SEARCH_ACCOUNTS)
            found = accounts.search(session, line, limit=MOST_NAMED) if folded(line) else []
            exact = [one for one in found if one.name_folded == folded(line)] or found
            if len(exact) != 1:
                several = "Several accounts fit. Write the whole name, or the web domain."
                raise NotFound(several if exact else "I find no account like that.")
            self._keep(channel_id, exact[0].id, session=session, by=by)
        return exact[0].name

    def forget(self, channel_id: str, *, by: str) -> None:
        """The channel is about nobody in particular; raise `NotAllowed`."""
        with self.database.write() as session:
            self.people.authorised(session, by, Action.SEARCH_ACCOUNTS)
            self._keep(channel_id, None, session=session, by=by)

    def _keep(self, channel_id: str, account_id: int | None, *, session: Session, by: str) -> None:
        at = self.now()
        conversations.set_account_of_channel(session, channel_id=channel_id, account_id=account_id, by=by, at=at)
        audit.record(
            session.connection(),
            at=at,
            actor_id=by,
            action="channel.account",
            subject=f"channel:{channel_id}",
            after={"account": account_id},
        )
