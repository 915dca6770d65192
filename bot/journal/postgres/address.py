"""The address of a PostgreSQL database: understood, completed, and named without its password."""

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot.errors import JournalError

SCHEMES = ("postgresql://", "postgres://")
DEFAULTS = {
    "application_name": "verbatim",
    "client_encoding": "UTF8",
    "connect_timeout": "5",
    # A network that is cut says nothing: it is noticed within 15 seconds, before the lease of a process has run out.
    "keepalives_idle": "5",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}


class Address:
    """`conninfo` is what libpq reads, secrets included; `name` is for people."""

    def __init__(self, url: str) -> None:
        """JournalError where `url` is no address of a database. Nothing of it is repeated: it may hold a password."""
        try:
            if not url.startswith(SCHEMES):
                raise ProgrammingError
            given = conninfo_to_dict(url)
        except ProgrammingError:
            raise JournalError(
                "DATABASE_URL is not the address of a PostgreSQL database: write"
                " postgresql://user:password@host:5432/database (special characters in a password as %40 for @)."
            ) from None
        self.conninfo = make_conninfo("", **(DEFAULTS | given))
        self.user = str(given.get("user", ""))
        place = f"{given.get('host', 'localhost')}:{given.get('port', '5432')}/{given.get('dbname', self.user)}"
        self.name = f"{self.user}@{place}" if self.user else place
        self._secrets = [str(given[name]) for name in ("password", "sslpassword") if given.get(name)]

    def masked(self, text: str) -> str:
        """The first line of `text`, a message of the server or of libpq, without a secret."""
        line = text.strip().partition("\n")[0]
        for secret in self._secrets:
            line = line.replace(secret, "********")
        return line.rstrip(".")
