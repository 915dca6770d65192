"""What the bot wrote down: questions that found no answer, and the journal's tables as CSV."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict

from bot.cli.indexing import Bar
from bot.cli.session import Session
from bot.cli.terminal.table import columns
from bot.errors import BotError
from bot.journal import Journal, moving
from bot.journal.export import write_csv
from bot.serving.journals import JOURNAL, open_journal, open_journal_file


def gaps(session: Session) -> int:
    """Questions that could not be answered, alike ones together, the most asked first."""
    console = session.console
    with _journal(session) as journal:
        found = journal.answers.gaps()
    if session.args.json:
        for gap in found:
            console.json(asdict(gap))
        return 0
    rows = [[console.say(key) for key in ("asked", "people", "question")]]
    rows += [[str(gap.count), str(gap.people), " ".join(gap.question.split())] for gap in found]
    console.print(columns(rows, console) if found else console.say("none"))
    return 0


def export(session: Session) -> int:
    """One table, to standard output."""
    with _journal(session) as journal:
        write_csv(journal, session.args.table, session.console.out)
    return 0


def move(session: Session) -> int:
    """The journal of the data folder into the database that the settings name, or with --back the other way."""
    console, settings = session.console, session.whole
    if not settings.database_url.get_secret_value():
        raise BotError(console.say("no-database"))
    if not session.args.back:
        _file(session)
    with closing(open_journal(settings)) as shared, closing(open_journal_file(settings, 0)) as own, Bar(console) as bar:
        pair = (shared, own) if session.args.back else (own, shared)
        count = moving.move(*pair, lambda done, total: bar("journal", done, total))
    console.print(console.say("moved-back" if session.args.back else "moved", count=count, path=settings.data_dir))
    return 0


def _file(session: Session) -> None:
    """BotError where the data folder holds no journal: looking must not make one."""
    path = session.whole.data_dir / JOURNAL
    if not path.exists():
        raise BotError(session.console.say("no-journal", path=path.parent))


@contextmanager
def _journal(session: Session) -> Iterator[Journal]:
    if not session.whole.database_url.get_secret_value():
        _file(session)
    journal = open_journal(session.whole)
    try:
        yield journal
    finally:
        journal.close()
