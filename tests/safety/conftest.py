from __future__ import annotations

from tests.databases import database_url, empty_database_url, new_database, postgres_server, sqlite_template
from tests.prefect_server import prefect_api

__all__ = ["database_url", "empty_database_url", "new_database", "postgres_server", "prefect_api", "sqlite_template"]
