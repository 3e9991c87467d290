"""`gapbot sandbox`: a local Slack with the real bot in it, on an invented company's book of business."""

import argparse
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from sandbox import book, town
from sandbox.seed import seed
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from storage import schema
from storage.database import Database

SEED = 7
PATIENCE_SECONDS = 60
_TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-sandbox",
    "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
}
_APP_TOKEN = "xapp-sandbox"  # noqa: S105  made up, for loopback only


def main() -> int:
    """Start Slack, prepare the database, start the bot beside it, and wait for Ctrl-C."""
    wanted = _arguments()
    wanted.data.mkdir(parents=True, exist_ok=True)
    written = book.write_book(seed=SEED, as_of=datetime.now(UTC).date())  # noqa: TID251  the demo is about today
    world = World(name=written.company, seed=SEED)
    town.settle(world, written)
    slack = SlackServer(world, manifest=_manifest(wanted.socket_mode), port=wanted.port)
    with slack:
        town.move_in(slack, written)
        bot = _start_bot(wanted, slack, written)
        try:
            _wait_until_ready(bot, wanted.bot_port)
            if not wanted.socket_mode:
                slack.deliver_to(f"http://127.0.0.1:{wanted.bot_port}/slack/events")
            _welcome(slack.base_url, written)
            return _until_stopped(bot)
        finally:
            bot.terminate()
            bot.wait(timeout=40)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gapbot sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="of the page (default 8765)")
    parser.add_argument("--bot-port", type=int, default=8766, help="of the bot (default 8766)")
    parser.add_argument("--data", type=Path, default=Path(".sandbox"), help="folder for database and policy")
    parser.add_argument("--socket-mode", action="store_true", help="reach the bot by Socket Mode instead of HTTP")
    return parser.parse_args()


def _manifest(socket_mode: bool) -> dict[str, object]:
    """The app as it would be created in a real workspace: what the bot itself prints."""
    address = [] if socket_mode else ["--url", "https://bot.example"]
    printed = subprocess.run(  # noqa: S603
        [_gapbot(), "manifest", *address], check=True, capture_output=True, text=True
    )
    found: dict[str, object] = yaml.safe_load(printed.stdout)
    return found


def _start_bot(wanted: argparse.Namespace, slack: SlackServer, written: book.Book) -> subprocess.Popen[bytes]:
    database_url = f"sqlite:///{wanted.data / 'gapbot.db'}"
    database = Database(database_url)
    schema.upgrade(database)
    seed(database, written)
    database.dispose()
    policy = wanted.data / "gapbot.toml"
    policy.write_text(town.policy_text(written), encoding="utf-8")
    environment = _TOKENS | {
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "GAPBOT_CONFIG": str(policy),
        "PORT": str(wanted.bot_port),
    }
    if wanted.socket_mode:
        environment["SLACK_APP_TOKEN"] = _APP_TOKEN
    log = (wanted.data / "bot.log").open("wb")
    return subprocess.Popen([_gapbot(), "run"], env=environment, stderr=log)  # noqa: S603


def _gapbot() -> str:
    return str(Path(sys.executable).with_name("gapbot"))


def _wait_until_ready(bot: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if bot.poll() is not None:
            raise SystemExit("The bot has stopped; its log (bot.log in the data folder) says why.")
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise SystemExit("The bot did not become ready; its log (bot.log in the data folder) says why.")


def _welcome(address: str, written: book.Book) -> None:
    print(
        f"\n  {written.company} is open:  {address}\n\n"
        "  You are an account executive. In any channel, type\n"
        "    /feature-request   to file what a customer is missing\n"
        "    /top-gaps          to see what matters most, with your request in it\n\n"
        "  Ctrl-C ends it; what you filed is kept in the data folder.\n",
        flush=True,
    )


def _until_stopped(bot: subprocess.Popen[bytes]) -> int:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.wait(0.5):
        if bot.poll() is not None:
            print("The bot has stopped; its log (bot.log in the data folder) says why.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
