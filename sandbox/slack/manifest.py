"""The installed app, as Slack knows it: from its manifest and nothing else."""

from dataclasses import dataclass

from sandbox.slack.json_types import Json


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """A global or message shortcut."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True, kw_only=True)
class SlashCommand:
    """A slash command as the manifest describes it."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What Slack and the bot share. All made up: a sandbox has no secrets."""

    signing_secret: str
    bot_token: str
    app_token: str | None = None


class Manifest:
    """Read a manifest in Slack's format (version 1 or 2) as a `dict`."""

    def __init__(self, manifest: Json) -> None:
        self._manifest = manifest
        settings = manifest.get("settings", {})
        self.name: str = manifest.get("display_information", {}).get("name", "App")
        self.description: str = manifest.get("display_information", {}).get("description", "")
        self.color: str = manifest.get("display_information", {}).get("background_color", "#4a154b")
        self.bot_name: str = self._feature("bot_user").get("display_name", self.name)
        self.socket_mode: bool = bool(settings.get("socket_mode_enabled"))
        self.interactive: bool = bool(settings.get("interactivity", {}).get("is_enabled"))
        self.bot_events = frozenset(settings.get("event_subscriptions", {}).get("bot_events", []))
        self.bot_scopes = frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))
        self.home_tab: bool = bool(self._feature("app_home").get("home_tab_enabled"))
        self.messages_tab: bool = bool(self._feature("app_home").get("messages_tab_enabled"))
        self.agent: bool = "agent_view" in manifest.get("features", {})
        self.commands = [_command(command) for command in manifest.get("features", {}).get("slash_commands", [])]
        self.shortcuts = [_shortcut(shortcut) for shortcut in manifest.get("features", {}).get("shortcuts", [])]

    def command(self, name: str) -> SlashCommand | None:
        return next((command for command in self.commands if command.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((shortcut for shortcut in self.shortcuts if shortcut.callback_id == callback_id), None)

    @property
    def suggested_prompts(self) -> list[Json]:
        """The prompts an agent's empty Messages tab starts with."""
        return list(self._feature("agent_view").get("suggested_prompts", []))

    def _feature(self, name: str) -> Json:
        return self._manifest.get("features", {}).get(name) or {}


@dataclass(frozen=True, kw_only=True)
class App:
    """An app that is installed in the workspace."""

    id: str
    bot_id: str
    bot_user_id: str
    verification_token: str
    credentials: Credentials
    manifest: Manifest


def _command(raw: Json) -> SlashCommand:
    return SlashCommand(
        command=raw["command"],
        description=raw.get("description", ""),
        usage_hint=raw.get("usage_hint", ""),
        should_escape=bool(raw.get("should_escape")),
    )


def _shortcut(raw: Json) -> Shortcut:
    return Shortcut(
        name=raw["name"], type=raw["type"], callback_id=raw["callback_id"], description=raw.get("description", "")
    )
