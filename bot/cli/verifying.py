"""`verbatim verify`: a text checked against the documents, sentence by sentence."""

from bot.cards.links import Links
from bot.cards.render import source_line
from bot.cli.session import Session
from bot.errors import UsageError
from index.search.quoting.verify import Checked, Verdict, verify


def run(session: Session) -> int:
    """Exit 0 where every sentence is borne out, 1 where one stands nowhere."""
    args, console = session.args, session.console
    text = args.text
    if text is None:
        text = "" if console.source.isatty() else console.source.read()
    if not text.strip():
        raise UsageError(console.say("nothing-to-verify"))
    index = session.index()
    checked = verify(index, text)
    if args.json:
        from bot.web.api.shapes import checked_json

        for one in checked:
            console.json(checked_json(one, lambda quote: Links().to(quote, index.document(quote.document))))
    else:
        for one in checked:
            console.print(_verdict(one, session))
    return int(any(one.verdict is Verdict.NOWHERE for one in checked))


def _verdict(one: Checked, session: Session) -> str:
    console = session.console
    lines = [f"{console.say(f'verdict-{one.verdict.value}')}  {' '.join(one.text.split())}"]
    for quote in one.quotes:
        said = [] if one.verdict is Verdict.EXACT else [f"> {' '.join(quote.text.split())}"]
        lines += [f"    {line}" for line in (*said, f"— {source_line(quote, console.lang)}")]
    return "\n".join(lines)
