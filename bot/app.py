"""The Bolt app: one workspace, listeners that finish before they answer, nothing unhandled."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.errors import Refusal
from domain.people import Actor, PersonKind
from domain.policy import Stranger

LISTENER_TIMEOUT_SECONDS = 2
"""For views.open and views.update inside a listener: Slack waits three seconds for our answer."""
JOB_TIMEOUT_SECONDS = 15


class SlackRefused(Refusal):
    """Slack does not take our token, or cannot be reached."""


class Listeners(Protocol):
    def register(self, app: App) -> None: ...


@dataclass(frozen=True, slots=True)
class Installation:
    """Who we are in the workspace, as auth.test says."""

    team_id: str
    bot_user_id: str
    bot_id: str


def web_client(*, token: str, base_url: str, timeout: int) -> WebClient:
    """A client that never retries by itself: a blind retry is how a message is posted twice."""
    return WebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])


def look_up_installation(client: WebClient) -> Installation:
    """Ask Slack who we are; raise `SlackRefused` with what to do."""
    try:
        answer = client.auth_test()
    except SlackApiError as refused:
        code = refused.response.get("error")
        raise SlackRefused(
            f"Slack does not accept SLACK_BOT_TOKEN ({code}). Reinstall the app, copy its token."
        ) from None
    except OSError as away:
        raise SlackRefused(f"Slack cannot be reached ({type(away).__name__}). Is SLACK_API_URL right?") from None
    return Installation(
        team_id=str(answer["team_id"]), bot_user_id=str(answer["user_id"]), bot_id=str(answer.get("bot_id") or "")
    )


def build_app(
    *, client: WebClient, token: str, signing_secret: str, installation: Installation, listeners: Iterable[Listeners]
) -> App:
    """Put the listeners into an app.

    The guard has checked signature and shape before, so Bolt's own checks are off. `process_before_response` makes the
    answer wait for the listener: it takes 0.1 ms, where Bolt's usual runner polls every 10 ms. What another workspace's
    installation sends is refused before any listener.
    """

    def authorize(team_id: str | None, user_id: str | None) -> AuthorizeResult:
        if team_id is not None and team_id != installation.team_id:
            raise Stranger(Actor(user_id=str(user_id), kind=PersonKind.EXTERNAL, roles=frozenset()))
        return AuthorizeResult(
            enterprise_id=None,
            team_id=installation.team_id,
            bot_token=token,
            bot_id=installation.bot_id,
            bot_user_id=installation.bot_user_id,
        )

    app = App(
        client=client,
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    for one in listeners:
        one.register(app)
    return app
