"""What a first load of a large CRM costs the bot, in memory and time.

Run: `python -m bench.first_load [--database sqlite|postgresql]`; `make bench-first-load ARGS="--database postgresql"`.

The command of the operator (`gapbot sync salesforce`) is measured, in a process of its own, in front of the sandbox's
Salesforce in another one, so that the memory is the bot's alone. It must stay under 500 MB. The time is that of both
together on this machine: the sandbox is no faster than a real org, which answers a page of 2,000 in about a second.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
from storage import schema
from storage.database import Database
from tests.databases import postgres_server

ACCOUNTS, OPPORTUNITIES = 200_000, 500_000
MOST_MEGABYTES = 500
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
_ENVIRONMENT = os.environ  # noqa: TID251  handed on to the processes that are measured
_POLICY = """
[salesforce.account]
arr = "ARR__c"
strategic = "Strategic__c"
segment = "Segment__c"
region = "Region__c"
health = "Health__c"
renewal_date = "Renewal_Date__c"
csm = "CSM__r.Name"
csm_email = "CSM__r.Email"
"""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a process took until it ended well."""

    seconds: float
    megabytes: float


def main() -> None:
    wanted = _arguments()
    if wanted.serve:
        _serve(accounts=wanted.accounts, opportunities=wanted.opportunities)
        return
    with ExitStack() as open_ones:
        folder = Path(open_ones.enter_context(tempfile.TemporaryDirectory()))
        url = open_ones.enter_context(_DATABASES[wanted.database](folder))
        environment = open_ones.enter_context(_salesforce(wanted))
        database = Database(url)
        schema.upgrade(database)
        database.dispose()
        (folder / "gapbot.toml").write_text(_POLICY, encoding="utf-8")
        environment |= {"DATABASE_URL": url, "GAPBOT_CONFIG": f"{folder}/gapbot.toml"}
        idle = _measured(["manifest"], environment, is_quiet=True)
        load = _measured(["sync", "salesforce"], environment)
        again = _measured(["sync", "salesforce"], environment)
    records = wanted.accounts + wanted.opportunities
    print(f"first load: {load.seconds:6.0f} s   {records / load.seconds:,.0f} records a second, on {wanted.database}")
    print(
        f"peak:       {load.megabytes:6.0f} MB  of {MOST_MEGABYTES} allowed; the bot's code alone: {idle.megabytes:.0f}"
    )
    print(f"next sync:  {again.seconds:6.1f} s   {again.megabytes:.0f} MB")
    sys.exit(load.megabytes >= MOST_MEGABYTES)


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder}/bench.db"


@contextmanager
def _postgresql(_folder: Path) -> Iterator[str]:
    """A server of its own that waits for its disk, as one does on which something depends."""
    with postgres_server(durable=True) as server:
        yield server.url()


_DATABASES = {"sqlite": _sqlite, "postgresql": _postgresql}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.first_load")
    parser.add_argument("--database", choices=sorted(_DATABASES), default="sqlite")
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--opportunities", type=int, default=OPPORTUNITIES)
    parser.add_argument("--serve", action="store_true", help="be the other process: the Salesforce")
    return parser.parse_args()


def _measured(command: list[str], environment: dict[str, str], *, is_quiet: bool = False) -> Cost:
    started = time.monotonic()
    program = str(Path(sys.executable).with_name("gapbot"))
    process = subprocess.Popen([program, *command], env=environment, stdout=subprocess.DEVNULL if is_quiet else None)
    # wait4 tells of this child alone, what getrusage tells is the largest of all.
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"gapbot {' '.join(command)} failed")
    return Cost(seconds=time.monotonic() - started, megabytes=usage.ru_maxrss / 1024)


@contextmanager
def _salesforce(wanted: argparse.Namespace) -> Iterator[dict[str, str]]:
    """Start the org in another process; yield the environment of a bot that knows it."""
    sizes = ["--accounts", str(wanted.accounts), "--opportunities", str(wanted.opportunities)]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.first_load", "--serve", *sizes], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url, key, secret = process.stdout.readline().decode().split()
        yield {
            "PATH": _ENVIRONMENT["PATH"],
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_SIGNING_SECRET": "bench",
            "SALESFORCE_URL": url,
            "SALESFORCE_CONSUMER_KEY": key,
            "SALESFORCE_CONSUMER_SECRET": secret,
        }
    finally:
        process.communicate()


def _serve(*, accounts: int, opportunities: int) -> None:
    """Be the org until nobody listens any more."""
    started = time.monotonic()
    org = Org(clock=lambda: NOW)
    with org.all_or_nothing():
        _fill(org, accounts=accounts, opportunities=opportunities)
    print(f"an org of {accounts:,} accounts in {time.monotonic() - started:.0f} s", file=sys.stderr)
    with SalesforceServer(org) as server:
        print(server.base_url, server.consumer_key, server.consumer_secret, flush=True)
        sys.stdin.read()


def _fill(org: Org, *, accounts: int, opportunities: int) -> None:
    random = Random(1)  # noqa: S311
    for code, rate in (("USD", 1), ("EUR", 0.9)):
        org.insert("CurrencyType", IsoCode=code, ConversionRate=rate, IsCorporate=code == "USD")
    owners = [org.insert("User", Name=f"Owner {n}", Email=f"owner-{n}@acme.example") for n in range(200)]
    ids = [
        org.insert(
            "Account",
            at=NOW - timedelta(seconds=number),
            Name=f"Company {number} of {random.choice(('Northern', 'Southern', 'Central'))} Robotics",
            Type="Customer",
            Website=f"https://www.company-{number}.example",
            Segment__c=random.choice(("SMB", "Mid-Market", "Enterprise")),
            Region__c=random.choice(("AMER", "EMEA", "APAC")),
            ARR__c=random.randint(5, 900) * 1000,
            CurrencyIsoCode=random.choice(("USD", "EUR")),
            Renewal_Date__c=date(2027, 1, 1) + timedelta(days=random.randint(0, 700)),
            OwnerId=random.choice(owners),
            CSM__c=random.choice(owners),
        )
        for number in range(accounts)
    ]
    for number in range(opportunities):
        is_closed = random.random() < 0.8
        org.insert(
            "Opportunity",
            at=NOW - timedelta(seconds=number),
            Name=f"Deal {number}",
            AccountId=random.choice(ids),
            OwnerId=random.choice(owners),
            Type="Renewal",
            StageName="Closed" if is_closed else "Negotiation",
            Amount=random.randint(1, 300) * 1000,
            CurrencyIsoCode="USD",
            Probability=50,
            CloseDate=date(2026, 1, 1) + timedelta(days=random.randint(0, 700)),
            IsClosed=is_closed,
            IsWon=is_closed and random.random() < 0.5,
        )


if __name__ == "__main__":
    main()
