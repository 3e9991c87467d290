"""Settings: the process refuses to start and names the variable, never its value."""

from pathlib import Path

import pytest

from bot import settings
from bot.settings import Settings, UnusableSettings, database_url, load_settings

GOOD = {"SLACK_BOT_TOKEN": "xoxb-CANARY-1", "SLACK_SIGNING_SECRET": "CANARY-2"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Nothing but what makes the bot start, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in settings.names():
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def refusal() -> str:
    with pytest.raises(UnusableSettings) as refused:
        load_settings()
    assert "CANARY" not in refused.value.sentence
    return refused.value.sentence


@pytest.mark.usefixtures("environment")
def test_two_variables_are_enough() -> None:
    found = load_settings()
    assert found.slack_bot_token.get_secret_value() == "xoxb-CANARY-1"
    assert (found.host, found.port, found.database_url) == ("127.0.0.1", 3000, "sqlite:///gapbot.db")
    assert found.slack_app_token is None
    assert "CANARY" not in repr(found)


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_one_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    assert f"{name}: missing" in refusal()


def test_all_faults_come_at_once(environment: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        environment.delenv(name)
    environment.setenv("PORT", "CANARY")
    environment.setenv("GITLAB_TOKEN", "")
    told = refusal()
    assert all(f"{name}: " in told for name in (*GOOD, "PORT", "GITLAB_TOKEN"))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SLACK_BOT_TOKEN", "", "must start with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxp-CANARY", "must start with xoxb-"),
        ("SLACK_BOT_TOKEN", "CANARY", "must start with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-CANARY", "must start with xapp-"),
        ("SLACK_SIGNING_SECRET", "", "must not be empty"),
        ("SLACK_SIGNING_SECRET", "   ", "must not be empty"),
        ("GITLAB_TOKEN", "", "must not be empty"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("PORT", "-1", "greater than or equal to 0"),
        ("PORT", "CANARY", "valid integer"),
    ],
)
def test_a_wrong_one_is_named_with_what_would_be_right(
    environment: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    environment.setenv(name, value)
    told = refusal()
    assert f"{name}: " in told
    assert says in told


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("SLACK_BOT_TOKENS", "SLACK_BOT_TOKEN"),
        ("SLACK_SIGNING_SECERT", "SLACK_SIGNING_SECRET"),
        ("GITLAB_TOKNE", "GITLAB_TOKEN"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("GAPBOT_CONFG", "GAPBOT_CONFIG"),
        ("GAPBOT_ANYTHING", ""),
    ],
)
def test_a_misspelt_one_is_named(environment: pytest.MonkeyPatch, misspelt: str, meant: str) -> None:
    environment.setenv(misspelt, "CANARY")
    told = refusal()
    assert f"{misspelt}: not a setting of gapbot" in told
    assert f"did you mean {meant}?" in told if meant else "did you mean" not in told


@pytest.mark.parametrize("name", ["PATH", "HOME", "GITLAB_CI", "GITLAB_HOST", "PGHOST", "HOSTNAME"])
def test_variables_of_others_are_left_alone(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.setenv(name, "x")
    load_settings()


class TestDotEnv:
    def test_is_read(self, environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
        environment.delenv("SLACK_BOT_TOKEN")
        (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-from-file\nPORT=4000\n")
        found = load_settings()
        assert (found.slack_bot_token.get_secret_value(), found.port) == ("xoxb-from-file", 4000)

    def test_the_environment_goes_before_it(self, environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
        environment.setenv("PORT", "5000")
        (tmp_path / ".env").write_text("PORT=4000\n")
        assert load_settings().port == 5000

    @pytest.mark.usefixtures("environment")
    def test_an_unknown_key_in_it_is_named(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("SLACK_TOKEN=CANARY\n")
        assert "SLACK_TOKEN: not a setting of gapbot" in refusal()


class TestDatabaseUrl:
    @pytest.mark.usefixtures("environment")
    def test_has_a_default(self) -> None:
        assert database_url() == "sqlite:///gapbot.db"

    def test_needs_no_slack(self, environment: pytest.MonkeyPatch) -> None:
        for name in GOOD:
            environment.delenv(name)
        environment.setenv("DATABASE_URL", "postgresql+psycopg://db/gapbot")
        assert database_url() == "postgresql+psycopg://db/gapbot"


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())
