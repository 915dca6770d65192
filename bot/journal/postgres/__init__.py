"""The journal on PostgreSQL, for replicas that share it. Needs the extra `postgres`."""

from bot.errors import JournalError
from bot.journal.store import Database, Leases


def open_postgres(url: str, lease: float) -> tuple[Database, Leases]:
    """The database at `url`, in its newest form, and the lease of this process, of `lease` seconds."""
    try:
        import psycopg  # noqa: F401
        import psycopg_pool  # noqa: F401
    except ImportError:
        raise JournalError("DATABASE_URL needs its extra: pip install 'verbatim-bot[postgres]'.") from None
    from bot.journal.postgres.database import PostgresDatabase
    from bot.journal.postgres.leases import PostgresLeases

    database = PostgresDatabase(url)
    return database, PostgresLeases(database, lease)
