"""How the bot logs in to Salesforce, by what the environment gives: a secret, or a private key with a user's name."""

from bot.settings import Settings, UnusableSettings
from integrations.salesforce_session import ClientCredentials, Credentials, JwtBearer

_ALWAYS = ("salesforce_url", "salesforce_consumer_key")
_BY_SECRET = ("salesforce_consumer_secret",)
_BY_KEY = ("salesforce_username", "salesforce_jwt_key_file")


def missing(settings: Settings) -> tuple[str, ...] | None:
    """The variables without which nobody can log in; none where all are there, None where nobody wants Salesforce."""
    given = {name for name in (*_ALWAYS, *_BY_SECRET, *_BY_KEY) if getattr(settings, name) is not None}
    if not given:
        return None
    wanted = _BY_KEY if given & set(_BY_KEY) else _BY_SECRET
    return tuple(name.upper() for name in (*_ALWAYS, *wanted) if name not in given)


def credentials(settings: Settings) -> Credentials | None:
    """What to log in with; None where something is missing. Raise `UnusableSettings` for two ways at once."""
    if missing(settings) != ():
        return None
    key = settings.salesforce_consumer_key.get_secret_value() if settings.salesforce_consumer_key else ""
    secret, username = settings.salesforce_consumer_secret, settings.salesforce_username
    if username is None:
        return ClientCredentials(consumer_key=key, consumer_secret=secret.get_secret_value() if secret else "")
    if secret is not None:
        raise UnusableSettings(
            "Salesforce can be logged in to in one way only: "
            "unset SALESFORCE_CONSUMER_SECRET, or SALESFORCE_USERNAME and SALESFORCE_JWT_KEY_FILE."
        )
    return JwtBearer(consumer_key=key, username=username, private_key=_private_key(settings))


def _private_key(settings: Settings) -> str:
    try:
        return settings.salesforce_jwt_key_file.read_text(encoding="ascii") if settings.salesforce_jwt_key_file else ""
    except (OSError, UnicodeDecodeError) as unreadable:
        raise UnusableSettings(f"SALESFORCE_JWT_KEY_FILE cannot be read ({type(unreadable).__name__}).") from None
