"""Starts bots quickly: everything is imported once, then each bot is a fork, as real and as killable as `gapbot run`.

Reads one JSON object a line, the environment of the bot to start; answers with its process id.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any

from slack_bolt import BoltResponse

from bot import cli
from bot.web import SlackEndpoint

CARELESS = "CARELESS"
"""In the environment of a bot that answers before it stores, as Bolt does by default."""

_careful = SlackEndpoint._answer


def _careless(self: SlackEndpoint, payload: dict[str, Any], headers: dict[str, str | Sequence[str]]) -> BoltResponse:
    threading.Timer(0.1, _careful, (self, payload, headers)).start()
    return BoltResponse(status=200, body="")


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who were killed
    for line in sys.stdin:
        environment: dict[str, str] = json.loads(line)
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if environment.pop(CARELESS, None):
                SlackEndpoint._answer = _careless  # type: ignore[method-assign]
            os.environ.update(environment)  # noqa: TID251  the bot's own, as a shell would set it
            cli.run()
            return
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
