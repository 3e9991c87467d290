"""Whether anything of a customer went to GitLab: every word that the database knows of customers is a canary."""

import json
import re
from collections.abc import Iterable

from sqlalchemy import select

from domain.text import folded
from sandbox.gitlab.records import Exchange
from storage.database import Database
from storage.models import Account, Opportunity, Request

# Shorter ones are ordinary words.
_SHORTEST = 5


def leaks(calls: Iterable[Exchange], database: Database) -> list[str]:
    """The operations and canaries of all calls in which a customer's words or amounts are, be it path or body."""
    canaries = _canaries(database)
    found = []
    for call in calls:
        said = folded(f"{call.path} {json.dumps(call.body, ensure_ascii=False)}")
        found += [f"{call.operation}: {one}" for one in canaries if re.search(rf"\b{re.escape(one)}\b", said)]
    return found


def _canaries(database: Database) -> set[str]:
    with database.read() as session:
        texts: set[str | None] = set()
        for name, domain, owner, minor in session.execute(
            select(Account.name, Account.domain, Account.owner_name, Account.arr_minor)
        ):
            texts |= {name, domain, owner, f"{minor // 100}" if minor else None, f"{minor // 100:,}" if minor else None}
        texts |= set(session.scalars(select(Opportunity.name)))
        for use_case, workaround in session.execute(select(Request.use_case, Request.workaround)):
            texts |= {use_case, workaround}
    return {canary for text in texts if text and len(canary := folded(text)) >= _SHORTEST}
