"""The journal's form, one numbered step after the other. A step that was released is never changed."""

FIRST = (
    """CREATE TABLE deliveries (
        delivery TEXT PRIMARY KEY,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        owner TEXT NOT NULL,
        payload TEXT NOT NULL,
        chat TEXT NOT NULL,
        message TEXT NOT NULL,
        answer TEXT NOT NULL DEFAULT '',
        sent TEXT NOT NULL DEFAULT '[]',
        attempts INTEGER NOT NULL DEFAULT 1,
        received REAL NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX deliveries_place ON deliveries (channel, chat, message)",
    "CREATE INDEX deliveries_open ON deliveries (state) WHERE state IN ('received', 'sending')",
    "CREATE TABLE owners (owner TEXT PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, beat REAL NOT NULL)",
    """CREATE TABLE answers (
        id TEXT PRIMARY KEY,
        at REAL NOT NULL,
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        thread TEXT NOT NULL,
        user TEXT NOT NULL,
        lang TEXT NOT NULL,
        kind TEXT NOT NULL,
        question TEXT NOT NULL,
        confidence REAL NOT NULL,
        quotes TEXT NOT NULL,
        suggestions TEXT NOT NULL,
        snapshot TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX answers_at ON answers (at)",
    """CREATE TABLE memory (
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        thread TEXT NOT NULL,
        user TEXT NOT NULL,
        at REAL NOT NULL,
        delivery TEXT NOT NULL,
        question TEXT NOT NULL,
        PRIMARY KEY (channel, chat, thread, user, delivery)
    )""",
    """CREATE TABLE feedback (
        answer TEXT NOT NULL,
        user TEXT NOT NULL,
        at REAL NOT NULL,
        value INTEGER NOT NULL,
        reason TEXT NOT NULL,
        question TEXT NOT NULL,
        document TEXT NOT NULL,
        quote TEXT NOT NULL,
        PRIMARY KEY (answer, user)
    )""",
    """CREATE TABLE actions (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        channel TEXT NOT NULL,
        user TEXT NOT NULL,
        action TEXT NOT NULL,
        detail TEXT NOT NULL
    )""",
    "CREATE TABLE people (channel TEXT NOT NULL, user TEXT NOT NULL, lang TEXT NOT NULL, PRIMARY KEY (channel, user))",
)

SECOND = (
    """CREATE TABLE streams (
        id TEXT PRIMARY KEY,
        delivery TEXT NOT NULL,
        reply TEXT NOT NULL DEFAULT '',
        taken TEXT NOT NULL DEFAULT '',
        at REAL NOT NULL
    ) WITHOUT ROWID""",
)

THIRD = (
    # What was counted before were restarts. From here on only tries that a question did not survive are.
    "UPDATE deliveries SET attempts = 0",
)

FOURTH = (
    """CREATE TABLE sign_ins (
        digest TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        channel TEXT NOT NULL,
        user TEXT NOT NULL,
        until REAL NOT NULL
    ) WITHOUT ROWID""",
)

FIFTH = (
    "DROP TABLE owners",
    "CREATE TABLE leases (owner TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID",
    "ALTER TABLE deliveries ADD COLUMN token INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE deliveries ADD COLUMN mark TEXT NOT NULL DEFAULT ''",
)

SIXTH = (
    "CREATE TABLE opted_out (channel TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (channel, user)) WITHOUT ROWID",
)

SEVENTH = (
    """CREATE TABLE wanted (
        answer TEXT PRIMARY KEY,
        at REAL NOT NULL,
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        thread TEXT NOT NULL,
        user TEXT NOT NULL,
        lang TEXT NOT NULL,
        question TEXT NOT NULL,
        told INTEGER NOT NULL
    ) WITHOUT ROWID""",
)

EIGHTH = (
    """CREATE TABLE hits (
        name TEXT PRIMARY KEY,
        at REAL NOT NULL,
        times TEXT NOT NULL DEFAULT '[]',
        told REAL NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    "CREATE TABLE agreed (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

NINTH = (
    """CREATE TABLE uses (
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        names TEXT NOT NULL,
        PRIMARY KEY (channel, chat)
    ) WITHOUT ROWID""",
)

# What a message shows stood only with the edit of its question before.
SHOWN_AFTER_EDITS = """UPDATE deliveries SET answer = coalesce((
        SELECT edit.answer FROM deliveries AS edit
        WHERE edit.channel = deliveries.channel AND edit.chat = deliveries.chat AND edit.message = deliveries.message
            AND edit.answer != ''
        ORDER BY edit.received DESC, edit.delivery DESC LIMIT 1
    ), answer) WHERE message != '' AND sent != '[]'"""

TENTH = (SHOWN_AFTER_EDITS,)

RECEIVED_INDEX = "CREATE INDEX deliveries_received ON deliveries (received)"

ELEVENTH = (RECEIVED_INDEX,)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    *(FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, EIGHTH, NINTH, TENTH, ELEVENTH),
)
NEEDED = 10
"""How many of the steps a program has to know to work with this journal (`bot.journal.form`).

A step that takes something away, gives it another meaning, or adds a table with what people said (of which an older
program's /forget knows nothing) sets this to the number of steps that the oldest program knows which can live with it.
"""
