"""`gapbot digest`: do what the schedule would do now, or show what it would say."""

from pathlib import Path
from typing import Annotated

import typer

from bot import clock
from bot.policy_file import load_policy
from bot.settings import database_url
from bot.wiring import build_use_cases
from bot.wiring_of_digests import chosen, period_of, recurrence_of, run_now
from domain.digest import DigestContent
from domain.errors import Refusal
from domain.organisation import Organisation
from handlers.digest import messages, words
from handlers.digest.words import Eyes
from storage import schema
from storage.database import Database, patience

Channel = Annotated[str | None, typer.Option("--channel", help="Only the digests of this channel, by its id.")]


def digest(
    path: Annotated[Path, typer.Option("--config", envvar="GAPBOT_CONFIG", help="The file of policy.")] = Path(
        "gapbot.toml"
    ),
    *,
    now: Annotated[bool, typer.Option("--now", help="Do what the schedule would do at this minute.")] = False,
    channel: Channel = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the digest and post nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Post another one of a week that has one.")] = False,
) -> None:
    """Post the weekly digest, once a week and subscription, and propose for the Top 10. The running bot posts it."""
    if now == dry_run:
        raise Refusal("Say --now to post what is due, or --dry-run to see what that would be.")
    policy = load_policy(path)
    database = Database(database_url(), pool_size=2)
    try:
        schema.require_head(database)
        with patience():
            use = build_use_cases(database=database, policy=policy, gitlab_url=None, now=clock.now)
            at = clock.now()
            if now:
                for line in run_now(use.digests, use.govern.run, policy, at=at, channel=channel, again=again):
                    typer.echo(line)
                return
            for wanted in chosen(use.digests, channel=channel):
                content = use.digests.post.preview(wanted, period=period_of(recurrence_of(wanted).latest(at)))
                typer.echo(f"{wanted.channel}:")
                typer.echo(as_text(content, policy.organisation()))
    finally:
        database.dispose()


def as_text(content: DigestContent, organisation: Organisation) -> str:
    """The digest as plain lines."""
    eyes = Eyes(content.money)
    names = [organisation.area_name(key) for key in content.areas]
    lines = [words.heading(content, names)]
    lines += [
        f"{line.rank:>3}. {line.title}{words.moved_said(line)}: {words.demand(line, content.currency, eyes)}"
        for line in content.lines
    ]
    lines += [message.text for _, message in messages.details(content, eyes)]
    return "\n".join(lines)
