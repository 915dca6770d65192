"""Has a PostgreSQL server notice that a program is gone whose network was cut, or whose machine lost its power.

Nobody tells the server then. By itself it looks after two hours: as long it would keep the connections of that program,
each of which counts against its limit, and its locks: on an index that it was building, on a table that it was filling.
For vectors and for the journal of `bot`, each with a connection of its own making.
"""

from typing import Any

_SET = (
    "set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '3', false),"
    " set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '15000', false)"
)
# Behind a pgbouncer the session is not ours, and has another number than the one that we were told.
_STATEMENT = f"SELECT {_SET} WHERE pg_backend_pid() = %s".encode()


def ask_for_keepalives(connection: Any) -> None:
    """The server ends this connection of psycopg when nothing was heard of its other end for 15 seconds.

    Whoever connects knows psycopg; this module does not.
    """
    connection.execute(_STATEMENT, (connection.info.backend_pid,))
