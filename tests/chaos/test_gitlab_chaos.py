"""A sample of `make chaos-gitlab`: whatever GitLab suffers, wherever we die: one issue, one note, right labels."""

import random

import pytest

from storage.database import Database
from tests.chaos.gitlab_chaos import COMBINATIONS, DEATHS, DEEDS, FAULTS, Chaos

SAMPLE = 8


def test_there_are_more_than_three_hundred_combinations() -> None:
    assert len(COMBINATIONS) == len(DEEDS) * len(FAULTS) * len(DEATHS) > 300


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_one_issue_one_note_and_the_right_labels(database: Database) -> None:
    quick = [one for one in COMBINATIONS if not one[1].startswith("hang")]  # those wait for a timeout
    chosen = random.Random().sample(quick, SAMPLE)  # noqa: S311  another sample each time; the make target tries all
    chaos = Chaos(database)
    try:
        assert {one: found for one in chosen if (found := chaos.faults_of(*one))} == {}
    finally:
        chaos.close()
