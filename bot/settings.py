"""Secrets and addresses, from the environment and `.env`. Nothing else reads the environment."""

import difflib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import Refusal

# Names that are so near to one of ours that they can only be meant for us.
_ALIKE = 0.85


class UnusableSettings(Refusal):
    """The process must not start: the text names the variables, never their values."""


def _slack_token(*prefixes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(prefixes):
            raise ValueError(f"must start with {' or '.join(prefixes)}")
        return value

    return AfterValidator(check)


def _not_empty(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not value.get_secret_value().strip():
        raise ValueError("must not be empty")
    return value


Secret = Annotated[SecretStr, AfterValidator(_not_empty)]


class Settings(BaseSettings):
    """Everything that differs between two installations and must not be in a file of policy."""

    model_config = SettingsConfigDict(env_file=".env", extra="forbid", hide_input_in_errors=True, frozen=True)

    slack_bot_token: Annotated[SecretStr, _slack_token("xoxb-")] = Field(
        description="The bot's token, from *OAuth & Permissions*."
    )
    slack_signing_secret: Secret = Field(description="Proves that a request is Slack's, from *Basic Information*.")
    slack_app_token: Annotated[SecretStr, _slack_token("xapp-")] | None = Field(
        default=None, description="With it the bot uses Socket Mode and needs no public address."
    )
    slack_api_url: str = Field(default="https://slack.com/api/", description="Where Slack's Web API is.")
    database_url: str = Field(
        default="sqlite:///gapbot.db", description="A SQLite file or PostgreSQL (`postgresql+psycopg://…`)."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=3000, ge=0, le=65535, description="Port to listen on.")
    gitlab_url: str | None = Field(default=None, description="The GitLab that gaps are linked to.")
    gitlab_token: Secret | None = Field(default=None, description="Its access token.")
    gitlab_project: str | None = Field(default=None, description="Project for new issues.")
    gitlab_group: str | None = Field(default=None, description="Group whose issues are searched.")
    gitlab_webhook_token: Secret | None = Field(default=None, description="Secret of GitLab's webhook.")
    gitlab_webhook_signing_token: Secret | None = Field(default=None, description="Signing token of GitLab's webhook.")
    salesforce_url: str | None = Field(default=None, description="The Salesforce org.")
    salesforce_consumer_key: Secret | None = Field(default=None, description="Of its connected app.")
    salesforce_consumer_secret: Secret | None = Field(default=None, description="Of its connected app.")
    salesforce_username: str | None = Field(default=None, min_length=1, description="Who logs in with a key instead.")
    salesforce_jwt_key_file: Path | None = Field(default=None, description="That key: RSA, in PEM form.")
    language_model_url: str | None = Field(default=None, description="An OpenAI-compatible endpoint, up to its `/v1`.")
    language_model_key: Secret | None = Field(default=None, description="Its key.")
    gapbot_config: Path = Field(default=Path("gapbot.toml"), description="The file of policy.")


def load_settings() -> Settings:
    """Read the settings once; raise `UnusableSettings` with every variable that is missing, wrong or misspelt."""
    faults = [f"{name}: not a setting of gapbot{hint}" for name, hint in _misspelt(os.environ)]  # noqa: TID251  the place
    try:
        settings = Settings()
    except ValidationError as invalid:
        faults += [_said(error) for error in invalid.errors(include_input=False, include_url=False)]
        raise UnusableSettings(_refusal(faults)) from None
    if faults:
        raise UnusableSettings(_refusal(faults))
    return settings


def database_url() -> str:
    """The database's address alone, for commands that need no Slack."""
    return _DatabaseSettings().database_url


class _DatabaseSettings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    database_url: str = "sqlite:///gapbot.db"


def names() -> list[str]:
    """All variables, in the order of their definition."""
    return [name.upper() for name in Settings.model_fields]


def _misspelt(environment: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    known = names()
    for name in environment:
        if name in known or "_" not in name:
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE)
        if name.startswith("GAPBOT_") or near:
            yield name, f"; did you mean {near[0]}?" if near else ""


def _said(error: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in error["loc"]).upper()
    match error["type"]:
        case "missing":
            return f"{name}: missing"
        case "extra_forbidden":
            return f"{name}: not a setting of gapbot"
        case _:
            return f"{name}: {error['msg'].removeprefix('Value error, ')}"


def _refusal(faults: list[str]) -> str:
    return "I cannot start. These variables need your attention:\n  " + "\n  ".join(sorted(faults))
