"""`make bench-ack`: how long a filed request takes until Slack has its answer, beside a bare Bolt listener.

Three servers run at the same time on this machine and are asked in turn, round by round, so that whatever else the
machine does hits them alike:

- `gapbot`: the whole bot. Signature, policy, one transaction with inbox key, gap, request, audit rows and job.
- `bare`: a Bolt listener with `process_before_response` that does one durable INSERT.
- `defaults`: the same listener with Bolt's default runner.

Then 50 people file at the same time.
"""

import argparse
import functools
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.servers import USERS
from bench.submission import TEAM, payload, signed
from handlers.feature_request.payloads import FormMetadata
from handlers.feature_request.views import Form, form
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World

KINDS = ("gapbot", "bare", "defaults")
BARE_LIMIT, DEFAULTS_LIMIT, SLOWEST_LIMIT = 1.5, 10.0, 2.5
CONCURRENT = 50


def main() -> int:
    wanted = _arguments()
    with tempfile.TemporaryDirectory() as folder, _servers(Path(folder)) as ports:
        times = _one_after_the_other(ports, wanted)
        slowest = _all_at_once(ports["gapbot"], wanted.concurrent_each)
    for kind in KINDS:
        found = sorted(times[kind])
        median, p99 = statistics.median(found) * 1e3, found[int(len(found) * 0.99)] * 1e3
        print(f"{kind:<9} median {median:7.3f} ms   p99 {p99:8.3f} ms")
    to_bare = statistics.median(times["gapbot"]) / statistics.median(times["bare"])
    to_defaults = statistics.median(times["defaults"]) / statistics.median(times["gapbot"])
    print(f"gapbot / bare     {to_bare:6.2f}   (at most {BARE_LIMIT})")
    print(f"defaults / gapbot {to_defaults:6.2f}   (at least {DEFAULTS_LIMIT})")
    ceiling = statistics.median(times["defaults"]) / statistics.median(times["bare"])
    print(f"defaults / bare   {ceiling:6.2f}   (what this machine gives to a listener that does next to nothing)")
    count = CONCURRENT * wanted.concurrent_each
    print(f"{CONCURRENT} at once: slowest of {count} {slowest:.3f} s   (at most {SLOWEST_LIMIT})")
    return 0 if to_bare <= BARE_LIMIT and to_defaults >= DEFAULTS_LIMIT and slowest <= SLOWEST_LIMIT else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=400, help="requests to each server, one after the other")
    parser.add_argument(
        "--pause", type=float, default=0.05, help="seconds between two requests: a busy day, not a flood"
    )
    parser.add_argument("--concurrent-each", type=int, default=4, help="requests of each of the 50")
    return parser.parse_args()


@contextmanager
def _servers(folder: Path) -> Iterator[dict[str, int]]:
    world = World(name="Bench", seed=1)
    world.team_id = TEAM
    for number in range(USERS):
        person = world.add_user(f"bench{number}", user_id=f"U{number}")
        world.add_channel(f"deals-{number}", members=[person], channel_id=f"C{number}")
    manifest: dict[str, Any] = json.loads(
        subprocess.run(
            [
                sys.executable,
                "-c",
                "import json; from bot.manifest import manifest; print(json.dumps(manifest(url='http://x')))",
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )
    running: list[subprocess.Popen[bytes]] = []
    with SlackServer(world, manifest=manifest, bot_token="xoxb-bench") as slack:
        for channel in list(world.channels.values()):
            slack.join(channel, slack.app.bot_user_id)
        ports = {kind: 18_700 + number for number, kind in enumerate(KINDS)}
        try:
            for kind, port in ports.items():
                command = [sys.executable, "-m", "bench.servers", kind, str(port), str(folder), slack.api_url]
                running.append(subprocess.Popen(command, stderr=(folder / f"{kind}.log").open("wb")))
            for port in ports.values():
                _wait_for(port)
            yield ports
        finally:
            for one in running:
                one.terminate()
            for one in running:
                one.wait(timeout=40)


def _wait_for(port: int) -> None:
    for _ in range(400):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nothing listens on {port}")


@functools.cache
def _view(name: str) -> dict[str, Any]:
    """The form as this person opened it, each from a channel of their own."""
    return form(Form(metadata=FormMetadata(channel_id=f"C{name[1:]}"), areas=()))


class NotAcked(Exception):
    """A request was answered in another way than by keeping it."""


class _Connection:
    """A connection that Slack keeps to a server."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def submit(self, number: int, *, name: str) -> float:
        """Submit form `number`; return the seconds until the answer. Anything but an empty 200 is an error."""
        body, headers = signed(payload(number, user=name, view=_view(name)))
        started = time.perf_counter()
        self._connection.request("POST", "/slack/events", body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        seconds = time.perf_counter() - started
        if answer.status != 200 or text:
            raise NotAcked(f"{name}: {answer.status} {text!r}")
        return seconds


def _one_after_the_other(ports: dict[str, int], wanted: argparse.Namespace) -> dict[str, list[float]]:
    connections = {kind: _Connection(port) for kind, port in ports.items()}
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    warm_up = 100
    for number in range(warm_up + wanted.rounds):
        for kind in KINDS:
            seconds = connections[kind].submit(number, name=f"U{number % USERS}")
            if number >= warm_up:
                times[kind].append(seconds)
            time.sleep(wanted.pause)
    return times


def _all_at_once(port: int, each: int) -> float:
    together = threading.Barrier(CONCURRENT)
    slowest: list[float] = []

    def work(person: int) -> None:
        connection, name = _Connection(port), f"U{person}"
        together.wait()
        first = 1_000_000 + person * 1_000
        slowest.append(max(connection.submit(first + number, name=name) for number in range(each)))

    threads = [threading.Thread(target=work, args=(person,)) for person in range(CONCURRENT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(slowest) != CONCURRENT:
        raise SystemExit("somebody got no answer")
    return max(slowest)


if __name__ == "__main__":
    sys.exit(main())
