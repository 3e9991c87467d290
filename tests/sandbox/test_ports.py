"""A port that is taken is said before the sandbox starts anything."""

import socket
import sys
from pathlib import Path

import pytest

from sandbox.__main__ import main


@pytest.mark.parametrize("option", ["--port", "--bot-port", "--gitlab-port"])
def test_a_taken_port_is_said_with_the_option_that_chooses_another(
    option: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ports = dict.fromkeys(("--port", "--bot-port", "--gitlab-port"), 0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports[option] = taken.getsockname()[1]
        given = [str(word) for pair in ports.items() for word in pair]
        monkeypatch.setattr(sys, "argv", ["gapbot sandbox", "--data", str(tmp_path / "demo"), *given])
        with pytest.raises(SystemExit) as refused:
            main()
    wanted = f"Port {ports[option]} is in use: stop what listens there, or choose another one with {option}."
    assert refused.value.code == wanted
    assert not (tmp_path / "demo").exists()


def test_a_port_that_cannot_be_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["gapbot sandbox", "--port", "99999"])
    with pytest.raises(SystemExit, match=r"^There is no port 99999: choose another one with --port\.$"):
        main()
