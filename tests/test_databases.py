"""The tests' own ground: each test has a database to itself, and the server leaves nothing behind."""

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.databases import PostgresServer


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_database_of_its_own(database: Database, turn: int) -> None:
    with database.write() as session:
        session.execute(text("CREATE TABLE mine (turn INTEGER)"))
        session.execute(text("INSERT INTO mine VALUES (:turn)"), {"turn": turn})
    with database.read() as session:
        assert session.scalars(text("SELECT turn FROM mine")).all() == [turn]


def test_the_fixture_is_what_it_says(database: Database, request: pytest.FixtureRequest) -> None:
    assert database.engine.dialect.name == request.node.callspec.params["database"]


def test_the_server_listens_on_its_own_socket_only(postgres: PostgresServer) -> None:
    with postgres.fresh() as database, database.read() as session:
        assert session.scalar(text("SHOW listen_addresses")) == ""
