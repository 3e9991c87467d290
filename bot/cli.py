"""The operator's command line."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from bot import clock, doctor, gitlab_sync, rank_command
from bot.digest_command import digest
from bot.logs import configure_logs
from bot.manifest import as_yaml, manifest
from bot.policy_file import Policy, load_policy
from bot.process import Bot
from bot.settings import database_url, load_settings
from bot.sync_report import ProgressLine, said
from bot.wiring import build_use_cases
from bot.wiring_of_customers import build_directory, build_mirror
from domain.errors import Refusal
from scoring import MODELS
from scoring.why_report import Level
from storage import backup, jobs, schema
from storage.database import Database, patience

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Rank what customers miss, from Slack.")
db = typer.Typer(no_args_is_help=True, help="The database: migrate, look, back up, restore.")
config = typer.Typer(no_args_is_help=True, help="The file of policy.")
queue = typer.Typer(no_args_is_help=True, help="Background jobs: look, send dead letters round again, discard them.")
sync = typer.Typer(no_args_is_help=True, help="Read what other systems know, now instead of on schedule.")
app.add_typer(db, name="db")
app.add_typer(sync, name="sync")
app.add_typer(config, name="config")
app.add_typer(queue, name="jobs")
app.command("digest")(digest)

ConfigPath = Annotated[Path, typer.Option("--config", envvar="GAPBOT_CONFIG", help="The file of policy.")]


def main() -> None:
    """Run a command; what is anticipated ends in one sentence on stderr and exit status 1."""
    try:
        app()
    except Refusal as refusal:
        print(refusal.sentence, file=sys.stderr)
        sys.exit(1)


@app.command()
def run() -> None:
    """Run the bot: answers Slack, works on jobs, keeps schedules."""
    settings = load_settings()
    policy = load_policy(settings.gapbot_config)
    configure_logs()
    Bot(settings, policy).run()


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sandbox(context: typer.Context) -> None:
    """Run a local Slack with this bot in it, to try everything without an account."""
    # A process of its own: the bot does not know the sandbox.
    os.execv(sys.executable, [sys.executable, "-m", "sandbox", *context.args])  # noqa: S606


@app.command("doctor")
def examine() -> None:
    """Check tokens, scopes, channels, roles and the database, and say what to do."""
    settings = load_settings()
    policy = load_policy(settings.gapbot_config)
    is_ill = False
    for finding in doctor.examine(settings, policy):
        mark = "ok  " if not finding.advice else "warn" if finding.is_warning else "FAIL"
        print(f"{mark}  {finding.what}" + (f"\n      {finding.advice}" if finding.advice else ""))
        is_ill = is_ill or mark == "FAIL"
    raise typer.Exit(1 if is_ill else 0)


@app.command("manifest")
def print_manifest(
    url: Annotated[str | None, typer.Option(help="Public address of the bot; without it: Socket Mode.")] = None,
) -> None:
    """Print the Slack app manifest."""
    print(as_yaml(manifest(url=url)), end="")


@app.command()
def rank(  # noqa: PLR0917 - Typer reads them by name
    path: ConfigPath = Path("gapbot.toml"),
    snapshot: Annotated[
        Path | None, typer.Option("--snapshot", help="A file instead of the database; - for stdin.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help=f"One of {', '.join(MODELS)}.")] = None,
    tried: Annotated[
        list[str] | None,
        typer.Option("--set", help="Try a setting: scoring.weights=0.4,0.2,0.2,0.2. Nothing is saved."),
    ] = None,
    is_json: Annotated[bool, typer.Option("--json", help="Print everything, as JSON.")] = False,
    is_replay: Annotated[
        bool, typer.Option("--backtest", help="Replay the past week by week and judge each model by what was lost.")
    ] = False,
    size: Annotated[int, typer.Option("--size", min=1, help="Rows.")] = 10,
    why: Annotated[str | None, typer.Option("--why", help="Explain one gap as JSON, by its key.")] = None,
    level: Annotated[
        Level, typer.Option("--level", help="For whom: internal has names and money, public ranks and counts.")
    ] = Level.PUBLIC,
) -> None:
    """Print the ranking of the live data, or of a snapshot file."""
    settings = rank_command.settings_of(tried or [])
    if why is not None:
        print(_explained(why, path, snapshot, model=model, level=level, settings=settings))
        return
    if is_replay:
        _replay(path, snapshot, settings)
        return
    titles = None
    if snapshot is not None:
        ranking = rank_command.of_file(snapshot, model=model or "composite", settings=settings)
    else:
        policy = load_policy(path)
        with _migrated_database() as database:
            use = build_use_cases(database=database, policy=policy, gitlab_url=None, now=clock.now)
            ranking, titles = rank_command.of_database(database, use.rank, model=model, settings=settings)
    if is_json:
        print(rank_command.as_json(ranking, is_live=titles is not None))
        return
    for line in rank_command.as_lines(ranking, titles=titles, size=size):
        print(line)


def _explained(
    gap: str, path: Path, snapshot: Path | None, *, model: str | None, level: Level, settings: dict[str, str]
) -> str:
    if snapshot is not None:
        return rank_command.why_of_file(snapshot, gap, model=model or "composite", level=level, settings=settings)
    policy = load_policy(path)
    with _migrated_database() as database:
        rank = build_use_cases(database=database, policy=policy, gitlab_url=None, now=clock.now).rank
        return rank_command.why_of_database(database, rank, gap, model=model, level=level, settings=settings)


def _replay(path: Path, snapshot: Path | None, settings: dict[str, str]) -> None:
    if snapshot is not None:
        found = rank_command.backtest_of_file(snapshot, settings=settings)
    else:
        policy = load_policy(path)
        with _migrated_database() as database:
            use = build_use_cases(database=database, policy=policy, gitlab_url=None, now=clock.now)
            found = rank_command.backtest_of_database(database, use.rank, settings=settings)
    for line in rank_command.replayed_lines(found):
        print(line)


@db.command()
def upgrade() -> None:
    """Create the tables or bring them up to date."""
    with _database() as database:
        schema.upgrade(database)
        print(f"The database is at revision {schema.current(database)}.")


@db.command()
def current() -> None:
    """Print the database's revision; exit status 1 when it is not the one this release needs."""
    with _database() as database:
        print(schema.current(database) or "empty")
        schema.require_head(database)


@db.command("backup")
def back_up(target: Path) -> None:
    """Write a consistent copy of the database, also while the bot runs."""
    with _database() as database:
        backup.back_up(database, target)
    print(f"Backed up to {target}.")


@db.command()
def restore(source: Path) -> None:
    """Put a backup in the place of the database. Stop the bot first."""
    kept = backup.restore(database_url(), source)
    print(f"Restored from {source}." + (f" What was there before is {kept}." if kept else ""))


@config.command("check")
def check_config(path: ConfigPath = Path("gapbot.toml")) -> None:
    """Validate the file of policy and print the effective one."""
    policy: Policy = load_policy(path)
    if not path.exists():
        print(f"{path} does not exist: these are the defaults.", file=sys.stderr)
    print(policy.model_dump_json(indent=2))


@queue.command("list")
def list_jobs() -> None:
    """Print how many jobs wait, run and are dead, by kind."""
    with _migrated_database() as database, database.read() as session:
        found = jobs.statistics(session)
    for state, counts in (("waiting", found.waiting), ("running", found.running), ("dead", found.dead)):
        for kind, count in sorted(counts.items()):
            print(f"{state:<8} {count:>6}  {kind}")
    print(f"The oldest due job has waited {found.oldest_due:.0f} s.")


@queue.command("dead")
def list_dead(kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None) -> None:
    """Print the dead letters, newest first."""
    with _migrated_database() as database, database.read() as session:
        for letter in jobs.dead_letters(session, kind=kind):
            print(f"{letter.job_id:>8}  {letter.kind:<24} {letter.attempts} tries  {letter.error}")


@queue.command()
def redrive(
    job_id: Annotated[int | None, typer.Argument(help="One dead job.")] = None,
    kind: Annotated[str | None, typer.Option(help="All dead jobs of a kind.")] = None,
) -> None:
    """Send dead letters round again."""
    if (job_id is None) == (kind is None):
        raise Refusal("Say one job's number, or --kind.")
    with _migrated_database() as database, database.write() as session:
        count = jobs.redrive_kind(session, kind) if kind else int(jobs.redrive(session, job_id or 0))
    print(f"{count} sent round again.")


@queue.command()
def discard(job_id: int, reason: Annotated[str, typer.Option(help="Why; it is kept.")]) -> None:
    """Give a dead letter up."""
    with _migrated_database() as database, database.write() as session:
        done = jobs.discard(session, job_id, reason=reason)
    print("Discarded." if done else "There is no such dead letter.")


@sync.command("salesforce")
def sync_salesforce(
    full: Annotated[bool, typer.Option("--full", help="Read everything, not only what changed.")] = False,
) -> None:
    """Mirror accounts, opportunities and exchange rates; an interrupted sync goes on where it was."""
    settings = load_settings()
    policy = load_policy(settings.gapbot_config)
    directory = build_directory(settings, policy)
    if directory is None:
        raise Refusal("Salesforce is not configured: set SALESFORCE_URL and the key and secret of its app.")
    with _migrated_database() as database, patience():
        mirror = build_mirror(directory, database=database, now=clock.now)
        report = mirror(is_full=full, holder=f"cli-{uuid4().hex}", progress=ProgressLine(sys.stderr))
    for line in said(report):
        print(line)


@sync.command("gitlab")
def sync_gitlab(
    full: Annotated[bool, typer.Option("--full", help="Read every linked issue, not only what changed.")] = False,
) -> None:
    """Read what changed in GitLab; the running bot writes what follows from it."""
    settings = load_settings()
    policy = load_policy(settings.gapbot_config)
    with _migrated_database() as database, patience():
        for line in gitlab_sync.sync(database, settings=settings, policy=policy, is_full=full):
            print(line)


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(database_url(), pool_size=2)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def _migrated_database() -> Iterator[Database]:
    with _database() as database:
        schema.require_head(database)
        yield database
