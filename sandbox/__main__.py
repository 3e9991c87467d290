"""`gapbot sandbox`: a local Slack with the real bot in it, on an invented company's book of business."""

import argparse
import errno
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from sandbox import book, town
from sandbox.crm import Crm
from sandbox.forge import Forge
from sandbox.neighbour import Neighbour
from sandbox.seed import seed
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from storage import schema
from storage.database import Database

SEED = 7
PATIENCE_SECONDS = 60
_LAST_PORT = 65_535
_TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-sandbox",
    "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
}
_APP_TOKEN = "xapp-sandbox"  # noqa: S105  made up, for loopback only


def main() -> int:
    """Start Slack and its neighbours, prepare the database, start the bot beside them, and wait for Ctrl-C."""
    wanted = _arguments()
    _require_free_ports(wanted)
    wanted.data.mkdir(parents=True, exist_ok=True)
    written = book.write_book(seed=SEED, as_of=datetime.now(UTC).date())  # noqa: TID251  the demo is about today
    neighbours = _neighbours(wanted, written)
    world = World(name=written.company, seed=SEED)
    town.settle(world, written)
    slack = SlackServer(
        world,
        manifest=_manifest(wanted.socket_mode),
        port=wanted.port,
        neighbours={one.name: one.routes() for one in neighbours},
    )
    with ExitStack() as at_the_end:
        at_the_end.enter_context(slack)
        town.move_in(slack, written)
        slack.hints.extend(one.hint for one in neighbours)
        environment = _open(neighbours, at_the_end, bot_url=_bot_url(wanted))
        policy = "\n".join([town.policy_text(written), *(one.policy() for one in neighbours)])
        bot = _start_bot(wanted, slack, written, policy=policy, environment=environment)
        at_the_end.callback(_end, bot)
        _wait_until_ready(bot, wanted.bot_port)
        if not wanted.socket_mode:
            slack.deliver_to(f"{_bot_url(wanted)}/slack/events")
        _welcome(slack.base_url, written)
        return _until_stopped(bot)


def _neighbours(wanted: argparse.Namespace, written: book.Book) -> Sequence[Neighbour]:
    """Every service beside Slack, on the same book of business."""
    clock = partial(datetime.now, UTC)  # noqa: TID251  the demo is about now
    page = f"http://127.0.0.1:{wanted.port}/"
    return (
        Crm(written, folder=wanted.data, clock=clock),
        Forge(written, folder=wanted.data, clock=clock, port=wanted.gitlab_port, page=page),
    )


def _open(neighbours: Sequence[Neighbour], at_the_end: ExitStack, *, bot_url: str) -> dict[str, str]:
    environment: dict[str, str] = {}
    for neighbour in neighbours:
        environment |= neighbour.start(bot_url=bot_url)
        at_the_end.callback(neighbour.stop)
    return environment


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gapbot sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="of the page (default 8765)")
    parser.add_argument("--bot-port", type=int, default=8766, help="of the bot (default 8766)")
    parser.add_argument("--gitlab-port", type=int, default=8767, help="of GitLab (default 8767)")
    parser.add_argument("--data", type=Path, default=Path(".sandbox"), help="folder for database and policy")
    parser.add_argument("--socket-mode", action="store_true", help="reach the bot by Socket Mode instead of HTTP")
    return parser.parse_args()


def _require_free_ports(wanted: argparse.Namespace) -> None:
    """Say which port is taken, and by which option to choose another one, before anything is started."""
    ports = {"--port": wanted.port, "--bot-port": wanted.bot_port, "--gitlab-port": wanted.gitlab_port}
    with ExitStack() as until_all_are_tried:
        for option, port in ports.items():
            if not 0 <= port <= _LAST_PORT:
                raise SystemExit(f"There is no port {port}: choose another one with {option}.")
            try:
                until_all_are_tried.enter_context(socket.create_server(("127.0.0.1", port)))
            except OSError as refused:
                is_used = refused.errno == errno.EADDRINUSE
                why = "is in use: stop what listens there, or choose" if is_used else "cannot be listened on: choose"
                raise SystemExit(f"Port {port} {why} another one with {option}.") from refused


def _manifest(socket_mode: bool) -> dict[str, object]:
    """The app as it would be created in a real workspace: what the bot itself prints."""
    address = [] if socket_mode else ["--url", "https://bot.example"]
    printed = subprocess.run(  # noqa: S603
        [_gapbot(), "manifest", *address], check=True, capture_output=True, text=True
    )
    found: dict[str, object] = yaml.safe_load(printed.stdout)
    return found


def _start_bot(
    wanted: argparse.Namespace,
    slack: SlackServer,
    written: book.Book,
    *,
    policy: str,
    environment: Mapping[str, str],
) -> subprocess.Popen[bytes]:
    database_url = f"sqlite:///{wanted.data / 'gapbot.db'}"
    database = Database(database_url)
    schema.upgrade(database)
    seed(database, written)
    database.dispose()
    policy_file = wanted.data / "gapbot.toml"
    policy_file.write_text(policy, encoding="utf-8")
    settings = _TOKENS | {
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "GAPBOT_CONFIG": str(policy_file),
        "PORT": str(wanted.bot_port),
    }
    if wanted.socket_mode:
        settings["SLACK_APP_TOKEN"] = _APP_TOKEN
    log = (wanted.data / "bot.log").open("wb")
    return subprocess.Popen([_gapbot(), "run"], env=settings | dict(environment), stderr=log)  # noqa: S603


def _end(bot: subprocess.Popen[bytes]) -> None:
    bot.terminate()
    bot.wait(timeout=40)


def _bot_url(wanted: argparse.Namespace) -> str:
    return f"http://127.0.0.1:{wanted.bot_port}"


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
