"""Write a migration from the difference between the models and a freshly migrated database."""

import sys
import tempfile
from pathlib import Path

from storage import schema
from storage.database import Database

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'empty.db'}")
        schema.upgrade(database)
        schema.make_revision(database, sys.argv[1])
        database.dispose()
