"""The servers that `bench.ack` compares, one a process: `python -m bench.servers KIND PORT FOLDER [DATABASE] SLACK`."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import uvicorn
from pydantic import SecretStr
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.submission import SECRET, TEAM
from bot.logs import configure_logs
from bot.policy_file import Policy
from bot.process import Bot
from bot.settings import Settings
from domain.people import PersonKind
from domain.words import AccountKind
from storage import schema
from storage.database import Database
from storage.models import Account, Person

THREADS = 32
USERS = 50


def bare(port: int, url: str, *, process_before_response: bool) -> None:
    """A Bolt listener that stores a submission with one durable INSERT, and nothing else around it."""
    database = Database(url)
    table = sa.Table(
        "submission",
        sa.MetaData(),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("view_id", sa.String(60)),
        sa.Column("title", sa.String(200)),
        sa.Column("values", sa.JSON),
    )
    table.create(database.engine)
    app = App(
        signing_secret=SECRET,
        authorize=lambda **_: AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="xoxb-bench"),
        process_before_response=process_before_response,
    )

    def receive(ack: Ack, view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        with database.engine.begin() as connection:
            row = {"view_id": view["id"], "title": values["title"]["title"]["value"], "values": values}
            connection.execute(sa.insert(table), row)
        ack()

    app.view("feature_request.form")(receive)
    pool = ThreadPoolExecutor(THREADS)

    async def endpoint(request: Request) -> Response:
        body = (await request.body()).decode()
        bolt = BoltRequest(body=body, headers=dict(request.headers))
        answer = await asyncio.get_running_loop().run_in_executor(pool, app.dispatch, bolt)
        return Response(answer.body, status_code=answer.status, headers=answer.first_headers_without_set_cookie())

    web = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])
    uvicorn.run(web, port=port, log_level="error", access_log=False, lifespan="off")


def gapbot(port: int, url: str, slack_api_url: str) -> None:
    """The whole bot: guard, policy, all rows, worker and schedules included."""
    database = Database(url)
    schema.upgrade(database)
    now = datetime.now(UTC)  # noqa: TID251
    with database.write() as session:
        session.add_all(
            Person(id=f"U{n}", team_id=TEAM, name="bench", kind=PersonKind.MEMBER, time_zone=None, seen_at=now)
            for n in range(USERS)
        )
        session.add_all(
            Account(
                id=n,
                salesforce_id=f"{n:018d}",
                name=f"Customer {n}",
                kind=AccountKind.CUSTOMER,
                arr_minor=n * 1_000_000,
                arr_currency="USD",
                created_at=now,
            )
            for n in range(1, 101)
        )
    database.dispose()
    settings = Settings(
        slack_bot_token=SecretStr("xoxb-bench"),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=slack_api_url,
        database_url=url,
        port=port,
    )
    policy = Policy.model_validate(
        {"areas": [{"key": "auth", "name": "Auth & SSO"}], "scoring": {"rates": {"EUR": "1.10"}}}
    )
    configure_logs()
    Bot(settings, policy).run()


if __name__ == "__main__":
    kind, port, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    url = sys.argv[4] if len(sys.argv) > 5 else f"sqlite:///{folder / kind}.db"
    if kind == "gapbot":
        gapbot(port, url, sys.argv[-1])
    else:
        bare(port, url, process_before_response=kind == "bare")
