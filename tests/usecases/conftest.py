"""One office a test, on SQLite and on PostgreSQL."""

import pytest

from storage.database import Database
from tests.usecases.office import Office


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)
