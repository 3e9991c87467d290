"""`gapbot doctor`: look at everything the bot depends on, and say what to do about what is wrong."""

from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import clock
from bot.app import JOB_TIMEOUT_SECONDS, web_client
from bot.finding import Finding
from bot.manifest import SCOPES
from bot.policy_file import Policy
from bot.salesforce_doctor import examine_salesforce
from bot.settings import Settings
from bot.tracker import examine_tracker
from bot.wiring import job_client
from domain.errors import Refusal
from domain.people import Role
from storage import schema
from storage.address import DatabaseUnusable
from storage.database import Database, sqlite_module, wal_is_safe


def examine(settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Look at database, Slack, channels, roles and the optional neighbours, each on its own."""
    yield from _database(settings)
    yield from _slack(settings, policy)
    yield from _roles(policy)
    yield from examine_tracker(settings, policy, now=clock.now)
    yield from examine_salesforce(settings, policy)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        database = Database(settings.database_url, pool_size=1)
    except DatabaseUnusable as unusable:
        yield Finding("database", unusable.sentence)
        return
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        schema.require_head(database)
        with database.write() as session:
            session.connection()
        yield Finding(f"database: {kind}, revision {schema.head()}, writable")
    except Refusal as refusal:
        yield Finding(f"database: {kind}", refusal.sentence)
    except Exception as trouble:  # noqa: BLE001  whatever a driver raises is the finding
        yield Finding(f"database: {kind}", f"Cannot be opened ({type(trouble).__name__}). Is DATABASE_URL right?")
    finally:
        database.dispose()
    if database.is_sqlite and not wal_is_safe(sqlite_module().sqlite_version_info):
        version = sqlite_module().sqlite_version
        advice = (
            f"SQLite {version} can lose commits in WAL mode, so a slower journal is used. Update to 3.51.3 or later."
        )
        yield Finding(f"SQLite {version}", advice, is_warning=True)


def _slack(settings: Settings, policy: Policy) -> Iterator[Finding]:
    client = job_client(settings)
    answer = _asked(client.auth_test)
    if isinstance(answer, str):
        advice = "Copy the bot token (xoxb-…) from *OAuth & Permissions* into SLACK_BOT_TOKEN."
        yield Finding("Slack token", f"Slack says {answer}. {advice}")
        return
    yield Finding(f"Slack token: {answer['user']} in {answer['team']}")
    yield _scopes(answer.headers)
    if settings.slack_app_token is not None:
        yield _socket(settings)
    for channel_id, why in _channels(policy):
        yield _channel(client, channel_id, why)


def _scopes(headers: Any) -> Finding:
    granted = str(headers.get("x-oauth-scopes") or "")
    if not granted:
        return Finding("Slack scopes", "Slack did not say which scopes were granted.", is_warning=True)
    missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    if missing:
        return Finding("Slack scopes", f"Missing: {', '.join(missing)}. Update the app's manifest, then reinstall it.")
    return Finding(f"Slack scopes: all {len(SCOPES)}")


def _socket(settings: Settings) -> Finding:
    token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    client = web_client(token=token, base_url=settings.slack_api_url, timeout=JOB_TIMEOUT_SECONDS)
    answer = _asked(lambda: client.apps_connections_open(app_token=token))
    if isinstance(answer, str):
        advice = "Make an app-level token with connections:write, and put it into SLACK_APP_TOKEN."
        return Finding("Socket Mode", f"Slack says {answer}. {advice}")
    return Finding("Socket Mode: a connection can be opened")


def _channels(policy: Policy) -> Iterator[tuple[str, str]]:
    for area in policy.areas:
        if area.channel:
            yield area.channel, f"area {area.key}"
    for digest in policy.digests:
        yield digest.channel, "digest"
    if policy.top10.channel:
        yield policy.top10.channel, "Top 10"


def _channel(client: WebClient, channel_id: str, why: str) -> Finding:
    what = f"channel {channel_id} ({why})"
    answer = _asked(lambda: client.conversations_info(channel=channel_id))
    if isinstance(answer, str):
        return Finding(what, f"Slack says {answer}. Check the id; a private channel must have the bot invited.")
    channel: dict[str, Any] = answer["channel"]
    if channel.get("is_archived"):
        return Finding(what, "It is archived. Choose another one.")
    if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
        return Finding(what, "It is shared with another company. Choose one that is only yours.")
    if channel.get("is_private") and not channel.get("is_member"):
        return Finding(what, f"Invite the bot there: /invite @gapbot in #{channel.get('name')}.")
    return Finding(f"{what}: #{channel.get('name')}")


def _roles(policy: Policy) -> Iterator[Finding]:
    empty = [role.value for role in Role if not getattr(policy.roles, role.value)]
    if empty:
        advice = f"Nobody is {', '.join(empty)}. Put Slack ids into [roles] of the policy file."
        yield Finding("roles", advice, is_warning=True)
    else:
        yield Finding("roles: each has somebody")
    if not policy.areas:
        yield Finding("areas", "There are none, so new gaps are announced nowhere. Add [[areas]].", is_warning=True)


def _asked(call: Callable[[], Any]) -> Any:
    """Slack's answer, or the code it refused with as text."""
    try:
        return call()
    except SlackApiError as refused:
        return str(refused.response.get("error"))
    except OSError as away:
        return f"nothing ({type(away).__name__})"
