"""The company's Salesforce beside its Slack: the same book of business, kept in the demo's folder."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from starlette.routing import BaseRoute

from sandbox.book import Book
from sandbox.salesforce.book_org import DEAL_TYPES, load
from sandbox.salesforce.desk import Desk
from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer

LOOKS_EVERY_SECONDS = 10
# At that pace the bot makes 43,000 calls a day, and nobody should see it stop at four fifths of an allowance.
_CALLS_ALLOWED = 1_000_000
_ACCOUNT_FIELDS = {
    "arr": "ARR__c",
    "strategic": "Strategic__c",
    "segment": "Segment__c",
    "region": "Region__c",
    "health": "Health__c",
    "renewal_date": "Renewal_Date__c",
    "csm": "CSM__r.Name",
    "csm_email": "CSM__r.Email",
}


class Crm:
    """A neighbour of the local Slack, see `sandbox.neighbour`. What was changed in it is there the next time."""

    name = "salesforce"
    hint = "Open Salesforce here on the left: change an ARR, or take it down, and see what gapbot does."

    def __init__(self, written: Book, *, folder: Path, clock: Callable[[], datetime]) -> None:
        self._org = Org(clock=clock, dated_rates=True, path=str(folder / "salesforce.db"))
        if not self._org.ids("User"):
            with self._org.all_or_nothing():
                load(self._org, written)
        self._server = SalesforceServer(self._org, calls_allowed=_CALLS_ALLOWED)
        self.desk = Desk(self._server, note=f"gapbot looks for changes every {LOOKS_EVERY_SECONDS} seconds.")

    def policy(self) -> str:
        lines = ["[salesforce]", f'changes_every = "{LOOKS_EVERY_SECONDS}s"', "", "[salesforce.account]"]
        lines += [f'{ours} = "{theirs}"' for ours, theirs in _ACCOUNT_FIELDS.items()]
        lines += ["", "[salesforce.kinds]"]
        lines += [f'"{word}" = "{kind}"' for kind, word in DEAL_TYPES.items()]
        return "\n".join(lines) + "\n"

    def routes(self) -> Sequence[BaseRoute]:
        return self.desk.routes()

    def start(self, *, bot_url: str) -> Mapping[str, str]:
        del bot_url
        return {
            "SALESFORCE_URL": self._server.start(),
            "SALESFORCE_CONSUMER_KEY": self._server.consumer_key,
            "SALESFORCE_CONSUMER_SECRET": self._server.consumer_secret,
        }

    def stop(self) -> None:
        self._server.stop()
        self._org.close()
