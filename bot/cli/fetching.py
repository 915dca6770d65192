"""`verbatim fetch`: the declared sources are looked at now, whatever their schedule."""

from typing import TYPE_CHECKING

from bot.cli.session import Session
from bot.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from bot.sources.declared import Source
    from bot.sources.outcome import Outcome
    from bot.sources.refresh import Refresher


def run(session: Session) -> int:
    """Exit 1 where something could not be fetched."""
    from bot.serving.sourcing import open_sources

    refresher = open_sources(session.whole)
    if refresher is None:
        raise SettingsError(session.console.say("no-sources"))
    outcomes = refresher.look(_chosen(refresher, session))
    for outcome in outcomes:
        _tell(outcome, session)
    if any(outcome.differs for outcome in outcomes) and not session.args.json:
        session.console.print(session.console.say("now-index"))
    return int(any(outcome.problems for outcome in outcomes))


def _chosen(refresher: "Refresher", session: Session) -> "list[Source]":
    names = session.args.source
    known = [source.name for source in refresher.sources]
    for name in names:
        if name not in known:
            raise UsageError(session.console.say("unknown-source", name=name, names=", ".join(known)))
    return [source for source in refresher.sources if not names or source.name in names]


def _tell(outcome: "Outcome", session: Session) -> None:
    console = session.console
    if session.args.json:
        counted = {name: getattr(outcome, name) for name in ("name", "added", "changed", "removed", "unchanged")}
        console.json(counted | {"problems": [[what, str(reason)] for what, reason in outcome.problems]})
        return
    counts = {name: len(getattr(outcome, name)) for name in ("added", "changed", "removed")}
    console.print(console.say("fetched", name=outcome.name, unchanged=outcome.unchanged, **counts))
    for what, reason in outcome.problems:
        console.warn(console.say("not-fetched", name=outcome.name, what=what, reason=console.reason(reason)))
