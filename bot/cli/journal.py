"""What the bot wrote down: questions that found no answer, and the journal's tables as CSV."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from bot.cli.session import Session
from bot.cli.table import columns
from bot.errors import BotError
from bot.journal import Journal
from bot.journal.export import write_csv
from bot.serving.bootstrap import JOURNAL, open_journal


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


@contextmanager
def _journal(session: Session) -> Iterator[Journal]:
    path = session.whole.data_dir / JOURNAL
    if not path.exists():  # looking must not make one
        raise BotError(session.console.say("no-journal", path=path.parent))
    journal = open_journal(session.whole)
    try:
        yield journal
    finally:
        journal.close()
