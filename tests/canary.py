"""Whether anything of a customer is where it must not be; `tests.conftest` asks after every test.

What counts: the names and domains of all customers that the demo and the scenarios invent, every word with a canary in
it, and, where a database is at hand, all that it knows of customers, amounts included. Where it is looked for: in all
that a local GitLab was ever sent, in addresses at Salesforce, and in what was logged.
"""

import json
import logging
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from urllib.parse import unquote_plus

import pytest
from sqlalchemy import select
from structlog.stdlib import ProcessorFormatter

from domain.money import Money
from domain.text import LEGAL_FORMS, folded
from sandbox.book import companies
from sandbox.gitlab.records import Exchange
from sandbox.gitlab.records import Records as GitLabRecords
from sandbox.salesforce.records import Call
from sandbox.salesforce.records import Records as SalesforceRecords
from storage.database import Database
from storage.models import Account, Opportunity, Request

CANARY = "zzcanary"
"""Begins the words that tests put where a customer's words go."""
_SCENARIOS = ("Müller & Söhne GmbH", "O’Brien Logistics", "Nordwind AG", "Łódź Żelazo", "Apex retail", "Apex health")
_SHORTEST, _SHORTEST_NUMBER = 4, 6
"""Letters and digits. Shorter names are ordinary words, shorter amounts are years, milliseconds and counts."""
_TOKEN = re.compile(r"\w+")
_EVENT = re.compile(r"^\d{4}-\d{2}-\d{2} .*$", re.MULTILINE)
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


class Words:
    """Names, sentences and amounts that are looked for together: a text is read once, however many they are."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_token: dict[str, set[str]] = {}
        for phrase in phrases:
            plain, tokens = _looked_for(phrase)
            for token in tokens:
                self._by_token.setdefault(token, set()).add(plain)

    def found_in(self, text: str) -> list[str]:
        """What of it the text says, as whole words, whatever their case, accents and punctuation."""
        said = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text).casefold()
        tokens = set(_TOKEN.findall(said))
        found = {one for one in tokens if CANARY in one}
        candidates = {phrase for token in tokens & self._by_token.keys() for phrase in self._by_token[token]}
        if candidates:
            plain = f" {folded(said)} "
            found |= {phrase for phrase in candidates if f" {phrase} " in plain}
        return sorted(found)


@cache
def _looked_for(phrase: str) -> tuple[str, frozenset[str]]:
    """The phrase without accents, and the longest word of it in both spellings; none where it says too little."""
    words = [word for word in folded(phrase).split() if word not in LEGAL_FORMS]
    plain = " ".join(words)
    if len(plain) < (_SHORTEST_NUMBER if plain.isdigit() else _SHORTEST):
        return plain, frozenset()
    return plain, frozenset({max(words, key=len), max(_TOKEN.findall(phrase.casefold()), key=len)})


class Overheard:
    """What a process of the suite told the outside since it was last forgotten, as places and texts."""

    def __init__(self) -> None:
        self._said: list[tuple[str, str]] = []

    def say(self, place: str, text: str) -> None:
        self._said.append((place, text))

    def leaks(self) -> list[str]:
        return leaks(self._said, known())

    def forget(self) -> None:
        self._said.clear()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear every call that any local GitLab or Salesforce of this process gets, and every line of a bot's log."""
        to_gitlab, to_salesforce, to_log = GitLabRecords.add, SalesforceRecords.add, ProcessorFormatter.format

        def add_call(records: GitLabRecords, call: Exchange) -> None:
            self.say(*_said(call))
            to_gitlab(records, call)

        def add_question(records: SalesforceRecords, call: Call) -> None:
            self.say(f"address at Salesforce: {call.operation}", unquote_plus(call.url))
            to_salesforce(records, call)

        def format_line(formatter: ProcessorFormatter, record: logging.LogRecord) -> str:
            line = to_log(formatter, record)
            self.say("log", line)
            return line

        with ExitStack() as at_the_end:
            patch = at_the_end.enter_context(pytest.MonkeyPatch.context())
            patch.setattr(GitLabRecords, "add", add_call)
            patch.setattr(SalesforceRecords, "add", add_question)
            patch.setattr(ProcessorFormatter, "format", format_line)
            yield


def logged(output: str) -> str:
    """The lines of an output that structlog has written as events."""
    return "\n".join(_EVENT.findall(output))


def leaks(said: Iterable[tuple[str, str]], words: Words) -> list[str]:
    """The places and canaries of all texts in which there are any."""
    return [f"{place}: {one}" for place, text in said for one in words.found_in(text)]


def leaks_to_gitlab(calls: Collection[Exchange], database: Database) -> list[str]:
    """The same for calls and everything that this database knows of customers."""
    return leaks([_said(call) for call in calls], words_of(database)) if calls else []


@cache
def known() -> Words:
    """All customers that are invented anywhere, with their domains."""
    tables = (companies.CUSTOMERS, companies.PROSPECTS, companies.CHURNED, companies.TYPED)
    names = [row.removeprefix(">").partition("|")[0] for table in tables for row in table.strip().splitlines()]
    domains = [f"{folded(name).replace(' ', '-')}.example" for name in names]
    return Words([*names, *domains, *_SCENARIOS, "mueller-soehne.example", "obrien.example", "lodz.example"])


def words_of(database: Database) -> Words:
    """Every word and amount of a customer in it."""
    with database.read() as session:
        texts: set[str | None] = set()
        account = (Account.name, Account.domain, Account.owner_name, Account.owner_email, Account.csm_name)
        for row in session.execute(select(*account, Account.csm_email, Account.arr_minor, Account.arr_currency)):
            *words, minor, currency = row
            texts |= {*words, *_amounts(minor, currency)}
        for name, minor, currency in session.execute(
            select(Opportunity.name, Opportunity.amount_minor, Opportunity.amount_currency)
        ):
            texts |= {name, *_amounts(minor, currency)}
        for use_case, workaround, minor, currency in session.execute(
            select(Request.use_case, Request.workaround, Request.arr_typed_minor, Request.arr_typed_currency)
        ):
            texts |= {use_case, workaround, *_amounts(minor, currency)}
    return Words(text for text in texts if text)


def _amounts(minor: int | None, currency: str | None) -> set[str]:
    if not minor or not currency:
        return set()
    money = Money(minor, currency)
    return {money.exact(), money.compact(), money.exact().lstrip("$€£¥").replace(",", "")}


def _said(call: Exchange) -> tuple[str, str]:
    return f"GitLab: {call.operation}", f"{unquote_plus(call.path)} {json.dumps(call.body, ensure_ascii=False)}"
