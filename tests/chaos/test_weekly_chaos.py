"""A sample of `make chaos-digest`: the process dies at some steps of a week, and the week ends as a quiet one does."""

import random
from pathlib import Path

import pytest

from tests.chaos.weekly_chaos import Chaos
from tests.databases import SqliteFiles


def test_a_week_ends_as_a_quiet_one_wherever_the_process_dies(
    sqlite_files: SqliteFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.messenger.PER_CHANNEL", None)  # put back what the chaos sets
    chaos = Chaos(tmp_path, sqlite_files)
    assert chaos.steps > 200
    assert chaos.expected["dead"] == 0
    assert set(chaos.expected["messages"].values()) == {1}
    chance = random.Random()  # noqa: S311  another sample each time; the make target tries all
    death = sorted(chance.sample(range(1, chaos.steps), 2))
    assert chaos.survives(*death), death
