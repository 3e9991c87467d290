"""The CRM, put together: its directory, the mirror of it, and searches in it."""

from bot import salesforce_login
from bot.policy_file import Policy
from bot.settings import Settings
from domain.directory import CustomerDirectory
from domain.ports import Clock
from integrations.salesforce import SalesforceDirectory
from integrations.salesforce_fields import FieldMapping
from storage.database import Database
from usecases.account_searches import SEARCHED_AT_ONCE, SEARCHED_PER_SECOND, AccountSearches
from usecases.adopt_accounts import AdoptAccounts
from usecases.allowance import Allowance
from usecases.know_people import KnowPeople
from usecases.mirror_customers import MirrorCustomers


def build_directory(settings: Settings, policy: Policy) -> CustomerDirectory | None:
    """The CRM, where one is configured; raise a `Refusal` when address, login or mapping cannot be meant."""
    login = salesforce_login.credentials(settings)
    if settings.salesforce_url is None or login is None:
        return None
    fields = policy.salesforce
    return SalesforceDirectory(
        url=settings.salesforce_url,
        credentials=login,
        mapping=FieldMapping(account=fields.account, opportunity=fields.opportunity, kinds=fields.kinds),
        default_currency=policy.scoring.currency,
    )


def build_mirror(directory: CustomerDirectory, *, database: Database, now: Clock) -> MirrorCustomers:
    adopt = AdoptAccounts(database=database, now=now)
    return MirrorCustomers(database=database, directory=directory, adopt=adopt, now=now)


def build_searches(*, database: Database, people: KnowPeople, now: Clock) -> AccountSearches:
    """Who looks for what in the CRM, each person at a pace."""
    pace = Allowance(at_once=SEARCHED_AT_ONCE, per_second=SEARCHED_PER_SECOND, now=now)
    return AccountSearches(database=database, people=people, now=now, allowance=pace)
