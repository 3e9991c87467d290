"""The operator's commands: what they print, how they end, and that what goes wrong is one sentence."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot import cli, settings
from bot.manifest import manifest
from domain.words import GapState
from sandbox.slack.server import SlackServer
from storage import schema
from storage.database import Database
from storage.jobs import Job
from tests.databases import _find_binaries as binaries
from tests.usecases.office import NOW, Office

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """`gapbot …` in an empty folder and environment: exit status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    for name in settings.names():
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["gapbot", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def url(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def is_one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text and text.strip().endswith((".", "?"))


class TestDatabaseCommands:
    def test_upgrade_then_current(self, run: Run, tmp_path: Path) -> None:
        assert run("db", "upgrade") == (0, f"The database is at revision {schema.head()}.\n", "")
        assert (tmp_path / "gapbot.db").exists()
        assert run("db", "current") == (0, f"{schema.head()}\n", "")

    def test_current_of_an_empty_one_fails_with_what_to_do(self, run: Run) -> None:
        status, out, err = run("db", "current")
        assert (status, out) == (1, "empty\n")
        assert "gapbot db upgrade" in err
        assert is_one_sentence(err)

    def test_backup_and_restore(self, run: Run, tmp_path: Path, database: Database) -> None:
        target = tmp_path / "kept" / "backup"
        target.parent.mkdir()
        programs = f"{binaries()}:/usr/bin:/bin"
        status, out, _ = run("db", "backup", str(target), DATABASE_URL=url(database), PATH=programs)
        assert (status, out) == (0, f"Backed up to {target}.\n")
        assert target.stat().st_mode & 0o077 == 0
        assert is_one_sentence(run("db", "backup", str(target))[2]), "it exists already"

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_restore_says_where_the_old_one_went(self, run: Run, tmp_path: Path, database: Database) -> None:
        run("db", "backup", str(tmp_path / "backup"), DATABASE_URL=url(database))
        database.dispose()
        status, out, _ = run("db", "restore", str(tmp_path / "backup"))
        assert status == 0
        assert ".before-restore" in out

    def test_restore_of_nothing_is_a_sentence(self, run: Run) -> None:
        status, _, err = run("db", "restore", "nothing.here")
        assert status == 1
        assert is_one_sentence(err)


BROKEN = [
    "sqlite:////no/such/folder/x.db",
    "postgresql+psycopg://u:CANARY@127.0.0.1:1/x",
    "nonsense",
    "mysql://u:CANARY@h/x",
    "",
]


@pytest.mark.parametrize("address", BROKEN)
@pytest.mark.parametrize(
    "command",
    [["db", "upgrade"], ["db", "current"], ["db", "backup", "x"], ["rank"], ["jobs", "list"], ["jobs", "redrive", "1"]],
    ids=" ".join,
)
def test_a_database_that_cannot_be_opened_is_one_sentence(run: Run, command: list[str], address: str) -> None:
    status, _, err = run(*command, DATABASE_URL=address)
    assert status == 1
    assert is_one_sentence(err)
    assert "CANARY" not in err


@pytest.mark.parametrize(
    "command",
    [["rank"], ["jobs", "list"], ["jobs", "dead"], ["jobs", "redrive", "1"], ["jobs", "discard", "1", "--reason", "x"]],
    ids=" ".join,
)
def test_an_empty_database_is_one_sentence_that_says_what_to_do(run: Run, command: list[str]) -> None:
    status, _, err = run(*command)
    assert status == 1
    assert is_one_sentence(err)
    assert "gapbot db upgrade" in err


def test_a_file_that_is_no_database_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gapbot.db").write_text("this is not a database, and long enough to be looked at " * 20)
    for command in (["db", "current"], ["db", "upgrade"], ["jobs", "list"]):
        status, _, err = run(*command)
        assert status == 1
        assert is_one_sentence(err)


class TestRank:
    def test_prints_place_score_key_and_title(self, run: Run, database: Database) -> None:
        office = Office(database)
        office.file(account_id=office.account("Big", arr_minor=900_000_00), title="Audit log")
        office.file(account_id=office.account("Small", arr_minor=1_00), title="Dark mode")
        office.gap("Nobody asks", state=GapState.BACKLOG)
        status, out, _ = run("rank", DATABASE_URL=url(database))
        lines = [line.split() for line in out.splitlines()]
        assert status == 0
        assert [(line[0], " ".join(line[3:])) for line in lines] == [("1", "Audit log"), ("2", "Dark mode")]
        assert len(run("rank", "--size", "1")[1].splitlines()) == 1

    def test_other_models_and_settings_are_tried_on_the_live_data(self, run: Run, database: Database) -> None:
        office = Office(database)
        big, small = office.gap("Audit log"), office.gap("Dark mode")
        office.file(account_id=office.account("Big", arr_minor=900_000_00), join_gap_id=big)
        for number in range(2):
            office.file(account_id=office.account(f"Small {number}", arr_minor=1_00), join_gap_id=small)
        by_heads = run("rank", "--set", "scoring.weights=0,1,0,0", DATABASE_URL=url(database))[1]
        assert by_heads.splitlines()[0].endswith("Dark mode")
        found = json.loads(run("rank", "--model", "raw_arr", "--json")[1])
        assert [(row["gap"], row["score"]) for row in found["ranking"]] == [(f"GAP-{big}", 9e5), (f"GAP-{small}", 2)]
        assert "Without an estimate of their effort, dearest first (2 in all):" in run("rank", "--model", "cd3")[1]

    def test_a_place_is_explained_for_the_reader_s_level(self, run: Run, database: Database) -> None:
        office = Office(database)
        office.file(account_id=office.account("Secret Ltd", arr_minor=900_000_00), title="Audit log")
        inside = json.loads(run("rank", "--why", "GAP-1", "--level", "internal", DATABASE_URL=url(database))[1])
        assert [(one["name"], one["exposure"]) for one in inside["families"]] == [("Secret Ltd", 900_000.0)]
        public = run("rank", "--why", "gap-1")[1]
        assert "Secret" not in public
        assert json.loads(public)["rank"] == 1
        status, _, err = run("rank", "--why", "GAP-9")
        assert status == 1
        assert "has no place in this ranking" in err

    def test_a_snapshot_needs_no_database(self, run: Run, tmp_path: Path) -> None:
        account = {"id": "A", "arr": "120000", "owner": "r"}
        asked = {"id": "s", "gap": "g", "account": "A", "priority": "P0", "last_confirmed": "2026-01-05"}
        rows = {"as_of": "2026-01-05", "calibration": {}, "accounts": [account], "requests": [asked]}
        (tmp_path / "world.json").write_text(json.dumps(rows | {"gaps": [{"id": "g"}]}))
        found = json.loads(run("rank", "--snapshot", "world.json", "--model", "raw_arr", "--json")[1])
        assert [(row["gap"], row["score"]) for row in found["ranking"]] == [("g", 120000.0)]
        assert run("rank", "--snapshot", "world.json", "--set", "balance=1")[1].split()[2:] == ["g"]
        assert "3,500 a month  g" in run("rank", "--snapshot", "world.json", "--model", "cd3")[1]

    def test_the_past_is_replayed_from_a_file_or_the_database(self, run: Run, tmp_path: Path) -> None:
        account = {"id": "A", "arr": "120000", "owner": "r"}
        deal = {"id": "o", "account": "A", "kind": "renewal", "stage": "lost", "amount": "1000", "close": "2025-03-01"}
        asked = {"id": "s", "gap": "g", "account": "A", "priority": "P0", "last_confirmed": "2025-01-05"}
        rows = {"as_of": "2026-01-05", "calibration": {}, "accounts": [account], "opportunities": [deal]}
        asked["opportunity"] = "o"
        (tmp_path / "world.json").write_text(json.dumps(rows | {"requests": [asked], "gaps": [{"id": "g"}]}))
        lines = run("rank", "--snapshot", "world.json", "--backtest")[1].splitlines()
        assert lines[1].split() == ["composite", "53", "8", "1.000", "0.00", "0"]
        assert len(lines) == 7
        run("db", "upgrade")
        assert "nothing can be judged yet" in run("rank", "--backtest")[1]

    @pytest.mark.parametrize(
        ("text", "more"),
        [
            ("{", []),
            ('{"as_of": "soon"}', []),
            ('{"as_of": "2026-01-05"}', ["--model", "horoscope"]),
            ('{"as_of": "2026-01-05"}', ["--set", "weights"]),
            ('{"as_of": "2026-01-05"}', ["--set", "weights=1"]),
            ('{"as_of": "2026-01-05"}', ["--set", "weight=1"]),
            ('{"as_of": "2026-01-05", "accounts": [{"id": "A", "arr": "1", "currency": "XXX"}]}', []),
            ('{"as_of": "2026-01-05", "gaps": [{"id": "g"}, {"id": "g", "status": "triage"}]}', []),
        ],
    )
    def test_what_is_wrong_with_a_snapshot_is_one_sentence(
        self, run: Run, tmp_path: Path, text: str, more: list[str]
    ) -> None:
        (tmp_path / "world.json").write_text(text)
        status, _, err = run("rank", "--snapshot", "world.json", *more)
        assert status == 1
        assert is_one_sentence(err)
        assert is_one_sentence(run("rank", "--snapshot", "not-there.json")[2])


class TestJobs:
    def dead(self, database: Database, kind: str = "request.confirm") -> int:
        job = Job(kind=kind, payload={}, state="dead", attempts=3, error="ChannelClosed", ended_at=NOW)
        with database.write() as session:
            session.add(job)
            session.flush()
            return job.id

    def test_lists_counts_and_dead_letters(self, run: Run, database: Database) -> None:
        job_id = self.dead(database)
        Office(database).file(new_account="Nova")
        status, out, _ = run("jobs", "list", DATABASE_URL=url(database))
        assert status == 0
        assert "waiting       1  request.filed" in out
        assert "dead          1  request.confirm" in out
        assert f"{job_id}  request.confirm" in run("jobs", "dead")[1]
        assert run("jobs", "dead", "--kind", "other")[1] == ""

    def test_sends_one_or_a_kind_round_again(self, run: Run, database: Database) -> None:
        first = self.dead(database)
        assert run("jobs", "redrive", str(first), DATABASE_URL=url(database))[:2] == (0, "1 sent round again.\n")
        for _ in range(2):
            self.dead(database)
        assert run("jobs", "redrive", "--kind", "request.confirm")[:2] == (0, "2 sent round again.\n")
        assert run("jobs", "redrive", "999")[1] == "0 sent round again.\n"

    @pytest.mark.parametrize("arguments", [[], ["1", "--kind", "x"]])
    def test_redrive_wants_one_of_both(self, run: Run, database: Database, arguments: list[str]) -> None:
        status, _, err = run("jobs", "redrive", *arguments, DATABASE_URL=url(database))
        assert status == 1
        assert is_one_sentence(err)

    def test_gives_one_up(self, run: Run, database: Database) -> None:
        job_id = self.dead(database)
        assert run("jobs", "discard", str(job_id), "--reason", "old", DATABASE_URL=url(database))[1] == "Discarded.\n"
        assert run("jobs", "discard", str(job_id), "--reason", "old")[1] == "There is no such dead letter.\n"


class TestConfig:
    def test_prints_the_effective_policy(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "gapbot.toml").write_text("[top10]\nexpires_after = '1d'\n")
        status, out, _ = run("config", "check")
        assert status == 0
        assert json.loads(out)["top10"]["expires_after"] == "P1D"

    def test_says_that_there_is_no_file(self, run: Run) -> None:
        status, out, err = run("config", "check")
        assert status == 0
        assert "does not exist" in err
        assert json.loads(out)["scoring"]["currency"] == "USD"

    def test_a_fault_is_said_and_fails(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "other.toml").write_text("[rols]\n")
        status, out, err = run("config", "check", GAPBOT_CONFIG="other.toml")
        assert (status, out) == (1, "")
        assert "rols" in err


@pytest.mark.parametrize(("arguments", "wanted"), [([], None), (["--url", "https://b.example"], "https://b.example")])
def test_the_manifest_is_printed(run: Run, arguments: list[str], wanted: str | None) -> None:
    status, out, _ = run("manifest", *arguments)
    assert status == 0
    assert yaml.safe_load(out) == manifest(url=wanted)


class TestRun:
    def test_without_settings_it_names_what_is_missing(self, run: Run) -> None:
        for command in ("run", "doctor"):
            status, _, err = run(command)
            assert status == 1
            assert "SLACK_BOT_TOKEN: missing" in err
            assert "Traceback" not in err

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_with_a_token_that_slack_does_not_take(self, run: Run, slack: SlackServer, database: Database) -> None:
        status, _, err = run(
            "run",
            SLACK_BOT_TOKEN="xoxb-wrong",
            SLACK_SIGNING_SECRET="x",
            SLACK_API_URL=slack.api_url,
            DATABASE_URL=url(database),
        )
        assert status == 1
        assert "Slack does not accept SLACK_BOT_TOKEN" in err

    def test_the_doctor_fails_when_something_is_ill(self, run: Run, slack: SlackServer) -> None:
        environment = {
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": "x",
            "SLACK_API_URL": slack.api_url,
        }
        status, out, _ = run("doctor", **environment)
        assert status == 1
        assert "FAIL  database: SQLite" in out
        run("db", "upgrade")
        status, out, _ = run("doctor")
        assert status == 0
        assert "warn  roles" in out
        assert "ok    Slack scopes" in out


def test_nonsense_is_refused_by_the_parser(run: Run) -> None:
    assert run("nonsense")[0] == 2
    assert run("rank", "--size", "0")[0] == 2


def test_the_restored_file_is_a_database(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    run("db", "backup", "copy.db")
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (schema.head(),)
    copy.close()
