"""SQL is compiled once for all the engines of a run: each test opens a new one, and compiling is a third of it."""

from typing import Any

from sqlalchemy import Engine, create_engine


class SharedSql:
    """Stands in for `create_engine`: engines of one kind of database share their dialect and what it compiled."""

    def __init__(self) -> None:
        self._first: dict[str, Engine] = {}

    def __call__(self, url: str, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        first = self._first.setdefault(engine.dialect.name, engine)
        # The cache's keys hold the dialect itself, so it has to be the same one, for the pool as well.
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
        return engine
