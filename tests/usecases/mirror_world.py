"""A CRM, its mirror, and short ways to look at what was mirrored."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from domain.directory import CustomerDirectory
from storage.models import Account, AccountTerm, Opportunity
from tests.usecases.memory_directory import MemoryDirectory
from tests.usecases.office import Office
from usecases.adopt_accounts import AdoptAccounts
from usecases.mirror_customers import MirrorCustomers, SyncReport, no_progress
from usecases.mirror_pages import Progress


@dataclass
class Mirror:
    """The office with a CRM behind it. The clock is the office's, and the CRM's too."""

    office: Office
    directory: CustomerDirectory
    use: MirrorCustomers = field(init=False)

    def __post_init__(self) -> None:
        clock = self.office.clock
        adopt = AdoptAccounts(database=self.office.database, now=clock)
        self.use = MirrorCustomers(database=self.office.database, directory=self.directory, adopt=adopt, now=clock)

    def sync(self, *, is_full: bool = False, holder: str = "test", progress: Progress = no_progress) -> SyncReport:
        return self.use(is_full=is_full, holder=holder, progress=progress)

    def later(self, **by: float) -> None:
        self.office.clock.move(**by)

    def account(self, key: str) -> Account:
        return self.office.reading(lambda session: session.scalars(select(Account).filter_by(salesforce_id=key)).one())

    def opportunity(self, key: str) -> Opportunity:
        query = select(Opportunity).filter_by(salesforce_id=key)
        return self.office.reading(lambda session: session.scalars(query).one())

    def keys(self, *, is_deleted: bool = False) -> set[str]:
        """The CRM's ids of the mirrored accounts."""
        query = select(Account.salesforce_id).where(Account.crm_deleted_at.is_not(None) == is_deleted)
        return {key for key in self.office.reading(lambda session: session.scalars(query).all()) if key}

    def found(self, typed: str) -> list[str]:
        return [match.name for match in self.office.use.find_accounts.matching(typed, by="USELLER")]

    def terms(self) -> set[tuple[int, str, int]]:
        query = select(AccountTerm.place, AccountTerm.term, AccountTerm.account_id)
        return set(map(tuple, self.office.reading(lambda session: session.execute(query).all())))

    def audited(self, request_id: int) -> list[Any]:
        return [row for row in self.office.audit(f"request:{request_id}") if row.action == "request.moved"]


@dataclass
class MemoryMirror(Mirror):
    """The same with a CRM in memory."""

    directory: MemoryDirectory
