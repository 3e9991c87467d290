"""The part of `gapbot doctor` about Salesforce: credentials, mapped fields, and the organisation's allowance."""

from collections.abc import Iterator

from bot import salesforce_login
from bot.finding import Finding
from bot.policy_file import Policy
from bot.settings import Settings
from bot.wiring import build_directory
from domain.errors import Refusal


def examine_salesforce(settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Log in, and ask which mapped fields there are and whether they fit."""
    missing = salesforce_login.missing(settings)
    if missing is None:
        yield Finding("Salesforce", "Not configured; everything else works without it.", is_warning=True)
    elif missing:
        yield Finding("Salesforce", f"Not used as long as these are missing: {', '.join(missing)}.")
    else:
        yield from _directory(settings, policy)


def _directory(settings: Settings, policy: Policy) -> Iterator[Finding]:
    what = f"Salesforce: {settings.salesforce_url}"
    try:
        directory = build_directory(settings, policy)
        check = directory.check() if directory else None
    except Refusal as refusal:
        yield Finding(what, refusal.sentence)
        return
    if directory is None or check is None:
        return
    yield Finding(f"{what}, {len(check.account)} fields of accounts and {len(check.opportunity)} of opportunities")
    for one in check.missing:
        yield Finding(f"Salesforce field {one.record}.{one.api_name}", one.sentence, is_warning=True)
    for odd in check.unfit:
        yield Finding(f"Salesforce field {odd.record}.{odd.api_name}", odd.sentence, is_warning=True)
    if "arr" not in check.account | {one.key for one in check.missing}:
        advice = "No field of accounts is mapped to arr, so no account has any. Add it under [salesforce.account]."
        yield Finding("Salesforce mapping", advice, is_warning=True)
    usage = directory.usage()
    if usage is not None:
        yield Finding(f"Salesforce calls of the day: {usage.used:,} of {usage.allowed:,}")
