"""The language model that may add to what was understood, put together: off unless it has an address and a name."""

from bot.policy_file import Policy
from bot.settings import Settings
from domain.errors import Refusal
from domain.language_model import LanguageModel
from integrations.chat_endpoint import ChatEndpoint, endpoint_at


def build_model(settings: Settings, policy: Policy) -> LanguageModel | None:
    """The model, where one is configured; raise a `Refusal` when it is configured by half."""
    asked = policy.language_model
    if settings.language_model_url is None:
        if asked.model is not None:
            raise Refusal("language_model.model is set: set LANGUAGE_MODEL_URL too, or neither.")
        return None
    if asked.model is None:
        raise Refusal("LANGUAGE_MODEL_URL is set: say which model, by language_model.model in the file of policy.")
    return ChatEndpoint(
        url=endpoint_at(settings.language_model_url),
        key=settings.language_model_key.get_secret_value() if settings.language_model_key else None,
        model=asked.model,
        seconds=asked.timeout.total_seconds(),
    )
