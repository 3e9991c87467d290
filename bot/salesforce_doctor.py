"""The part of `gapbot doctor` about Salesforce: credentials, mapped fields, and the organisation's allowance."""

from collections.abc import Iterator

from bot import salesforce_login
from bot.finding import Finding
from bot.policy_file import Policy
from bot.settings import Settings
from bot.wiring_of_customers import build_directory
from domain.directory import BudgetSpent, DirectoryUnavailable
from domain.errors import Refusal


def examine_salesforce(settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Log in, and ask which mapped fields there are and whether they fit."""
    missing = salesforce_login.missing(settings)
    if missing is None:
        yield Finding("Salesforce", "Not configured; everything else works without it.", is_warning=True)
    elif missing:
        yield Finding("Salesforce", f"Not used as long as these are missing: {', '.join(missing)}. Set them.")
    else:
        yield from _directory(settings, policy)


def _directory(settings: Settings, policy: Policy) -> Iterator[Finding]:
    what = f"Salesforce: {settings.salesforce_url}"
    try:
        directory = build_directory(settings, policy)
        check = directory.check() if directory else None
    except Refusal as refusal:
        yield Finding(what, _advice(refusal))
        return
    if directory is None or check is None:
        return
    yield Finding(f"{what}, {len(check.account)} fields of accounts and {len(check.opportunity)} of opportunities")
    for one in check.missing:
        yield Finding(f"Salesforce field {one.record}.{one.api_name}", f"{one.sentence} {_SHOW_IT}", is_warning=True)
    for odd in check.unfit:
        advice = f"{odd.sentence} Map another field in the policy file."
        yield Finding(f"Salesforce field {odd.record}.{odd.api_name}", advice, is_warning=True)
    if "arr" not in check.account | {one.key for one in check.missing}:
        advice = "No field of accounts is mapped to arr, so no account has any. Add it under [salesforce.account]."
        yield Finding("Salesforce mapping", advice, is_warning=True)
    usage = directory.usage()
    if usage is not None:
        yield Finding(f"Salesforce calls of the day: {usage.used:,} of {usage.allowed:,}")


def _advice(refusal: Refusal) -> str:
    """What is wrong, and what to do where the sentence itself does not say it."""
    if isinstance(refusal, BudgetSpent):
        return f"{refusal.sentence} {_SPENT}"
    return f"{refusal.sentence} {_TRY_LATER}" if isinstance(refusal, DirectoryUnavailable) else refusal.sentence


_SHOW_IT = "Correct its name in the policy file, or give that user the right to read it."
_SPENT = "Ask an admin who uses so many. The bot goes on by itself when there are some again."
_TRY_LATER = (
    "Check SALESFORCE_URL, the network and any proxy in between, then run doctor again. The bot keeps trying by itself "
    "and works on with what it knows."
)
