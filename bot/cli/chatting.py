"""`verbatim chat`: a conversation in the terminal. Piped lines are answered too, and shown like a transcript."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.cards.answerer import Answerer
from bot.cli import indexing
from bot.cli.session import Session
from bot.cli.terminal import view
from bot.cli.terminal.card_style import flow
from bot.cli.terminal.console import Console
from bot.desk.choices import chosen
from bot.question import Language
from bot.texts.language import of_text
from bot.texts.messages import say
from index.answer import Answer, Quote
from index.text.small_talk import SmallTalk, small_talk
from index.text.terms import fold

REMEMBERED = 3
"""Earlier questions that a follow-up is read with."""
PASSAGES = 5
"""How many passages /next leads through."""
PROMPT = "› "


@dataclass(slots=True)
class Talk:
    """One conversation: what was asked, and what was shown last."""

    index: Answerer
    console: Console
    folders: Sequence[Path]
    """Of the documents."""
    asked: list[str] = field(default_factory=list)
    last: Answer | None = None
    shown: int = 0
    around: int = 0
    """Paragraphs shown around the last quote so far."""
    offered: tuple[str, ...] = ()
    """Questions that were offered last: a number picks one."""

    def reply(self, line: str) -> str | None:
        """What is said to one line; None ends the conversation."""
        if line.startswith(("/", "／")):
            word = line[1:].split(maxsplit=1)[0].lower() if line[1:].strip() else ""
            command = COMMANDS.get(CHINESE.get(fold(word), word))
            return command(self) if command else self._own("chat-unknown", line=line[:40])
        if (talk := small_talk(line)) is SmallTalk.HELP:
            return self.help()
        if talk is SmallTalk.SOURCES:
            return self.sources()
        if talk:
            return flow(say(f"talk-{talk.value}", of_text(line, self.console.lang)), self.console.width)
        asked = chosen(line, self.offered)
        if asked == "":
            return flow(say("no-such-number", self.console.lang, count=len(self.offered)), self.console.width)
        return self._answer(asked or line)

    def _answer(self, question: str) -> str:
        before = tuple(self.asked[-REMEMBERED:])
        answer = view.ask(self.index, self.console, question, top=PASSAGES, before=before)
        self.asked.append(question)
        self.last, self.shown, self.around, self.offered = answer, 0, 0, ()
        if answer.answered:
            return view.passage(answer, 0, self.index, self.console)
        lang = of_text(question, self.console.lang)
        self.offered = self.examples(lang, view.SUGGESTIONS)
        return view.show(answer, self.index, self.console, suggestions=self.offered)

    def examples(self, lang: Language, count: int) -> tuple[str, ...]:
        """Questions that are answered here."""
        return view.examples(self.index, self.folders, lang, count)

    def _own(self, key: str, **values: object) -> str:
        """A line of our own words."""
        return flow(self.console.say(key, **values), self.console.width)

    def more(self) -> str:
        """The last quote with what stands around it, further out each time."""
        if not self._passages():
            return self._own("chat-nothing")
        self.around += 1
        return self._passage()

    def next(self) -> str:
        """The next best passage for the last question."""
        if self.shown + 1 >= len(self._passages()):
            return self._own("chat-no-next")
        self.shown, self.around = self.shown + 1, 0
        return self._passage()

    def _passages(self) -> tuple[Quote, ...]:
        """What there is to page through: the last answer's quotes, or what was nearest."""
        return (self.last.quotes or self.last.nearest) if self.last else ()

    def _passage(self) -> str:
        if self.last is None:
            return ""
        shown = view.passage(self.last, self.shown, self.index, self.console, paragraphs=self.around)
        return shown if self.last.answered else f"{say('nearest', self.console.lang)}\n{shown}"

    def sources(self) -> str:
        """What the corpus holds."""
        documents = self.index.documents()
        sources = [documents[place].source for place in range(min(len(documents), SOURCES))]
        rows = [(source.title or source.path, source.publisher, source.path) for source in sources]
        shown = [f"· {' · '.join(part for part in row if part)}" for row in rows]
        if len(documents) > SOURCES:
            shown.append(self.console.say("chat-others", count=len(documents) - SOURCES))
        return flow("\n".join(shown), self.console.width)

    def help(self) -> str:
        """What can be typed here."""
        return self._own("chat-help")


SOURCES = 20
CHINESE = {"更多": "more", "上下文": "more", "下一段": "next", "资料": "sources", "帮助": "help", "退出": "quit"}
"""Chinese names of commands, in Simplified; Traditional ones are folded."""
COMMANDS: dict[str, Callable[[Talk], str | None]] = {
    "more": Talk.more,
    "next": Talk.next,
    "sources": Talk.sources,
    "help": Talk.help,
    "": Talk.help,
    "quit": lambda talk: None,
    "exit": lambda talk: None,
    "q": lambda talk: None,
}


def run(session: Session) -> int:
    """Indexes what changed, greets, and answers line by line until the input ends."""
    console = session.console
    indexing.refresh(session)
    talk = Talk(session.index(), console, session.folders)
    console.print(greeting(talk))
    for line in _lines(console):
        reply = talk.reply(line)
        if reply is None:
            break
        console.print(f"{reply}\n")
    if console.live:
        console.print(say("talk-farewell", console.lang))
    return 0


def greeting(talk: Talk) -> str:
    """Who speaks, and one question with its real answer, so that the product is seen at work at once."""
    console, info = talk.console, talk.index.snapshot
    name = console.style("Verbatim", 1)
    size = console.say("chat-size", documents=info.documents, passages=info.passages)
    lines = [f"{name} · {size}", flow(console.say("chat-about"), console.width), ""]
    other: Language = "zh" if console.lang == "en" else "en"
    for question in talk.examples(console.lang, 1) or talk.examples(other, 1):
        answer = view.ask(talk.index, console, question)
        lines += [console.say("chat-example"), console.style(PROMPT, 36) + question]
        lines += [view.show(answer, talk.index, console), ""]
    if console.live:
        lines += [console.style(console.say("chat-commands"), 2), ""]
    return "\n".join(lines)


def _lines(console: Console) -> Iterator[str]:
    """What people type, without empty lines. Ctrl-C clears a line, twice or Ctrl-D leaves."""
    if not console.live:
        for line in console.source:
            if line.strip():
                console.print(PROMPT + line.strip())
                yield line.strip()
        return
    _line_editing()
    interrupted = False
    while True:
        try:
            line = input(_prompt(console)).strip()
        except EOFError:
            console.print()
            return
        except KeyboardInterrupt:
            console.print()
            if interrupted:
                return
            interrupted = True
            continue
        interrupted = False
        if line:
            yield line


def _prompt(console: Console) -> str:
    """The prompt, with its colours marked as having no width, or line editing miscounts."""
    return f"\x01\x1b[36m\x02{PROMPT}\x01\x1b[0m\x02" if console.colour else PROMPT


def _line_editing() -> None:
    try:
        import readline
    except ImportError:  # a Python built without it: lines can still be typed
        return
    readline.parse_and_bind("tab: complete")
    readline.set_completer_delims("")
    readline.set_completer(_complete)


def _complete(text: str, state: int) -> str | None:
    found = [f"/{word}" for word in COMMANDS if word and text.startswith("/") and f"/{word}".startswith(text)]
    return found[state] if state < len(found) else None
