"""Answers that cannot be sent right now: kept, written down, and sent in order when WeCom is back.

Before a part of an answer goes out the journal gets a mark, under the fencing token of whoever has the question. So
after a crash it is known whether a part may have arrived, and a process that was stopped for a while finds its work
taken.
"""

import json
import time
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from bot.backoff import backoff
from bot.cards.card import Button, Card, Style, StyledSpan
from bot.channels.wecom.platform.timing import Timing
from bot.desk.deliveries import Intake
from bot.journal.deliveries import FIRST_TOKEN


class Fate(StrEnum):
    """What is known of the next part of an answer."""

    WAITS = "waits"
    """It is not out."""
    GOES = "goes"
    """It was about to be written. Whoever finds this in the journal knows no more."""
    LOST = "lost"
    """It was written, and the connection ended before the platform's word on it."""
    PUSHED = "pushed"
    """As GOES, by a message that has no key against repeats."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the journal holds of the next part of an answer while it goes out."""

    fate: Fate = Fate.WAITS
    since: float = 0.0
    """When it may have arrived for the first time, in seconds since 1970."""
    late: bool = False
    """The answer begins with a word that it is late."""

    @property
    def uncertain(self) -> bool:
        """Whether the part may have arrived."""
        return self.fate is not Fate.WAITS

    def written(self, kept: "Kept | None" = None) -> str:
        card = None if kept is None else [*asdict(kept.card).values(), kept.answer]
        return json.dumps([self.fate, self.since, self.late, card], ensure_ascii=False)

    @classmethod
    def read(cls, written: str, received: float) -> "Mark":
        """What `written` says. What an earlier version left there says only that the part may be out."""
        if not written:
            return cls(Fate.GOES, received)
        fate, since, late, *_ = json.loads(written)
        return cls(Fate(fate), float(since), bool(late))


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it goes out, part by part, whichever process sends them: the documents may say something else by
    then, and nothing that is out on WeCom can be changed. `answer` is its id, "" for a line of the bot's own."""

    card: Card
    answer: str

    @classmethod
    def read(cls, written: str) -> "Kept | None":
        """What was written down beside a mark; None where there is nothing."""
        found = json.loads(written) if written else []
        if len(found) < 4 or found[3] is None:
            return None
        text, spans, buttons, answer = found[3]
        styled = (StyledSpan(Style(span["style"]), span["start"], span["end"], span["url"]) for span in spans)
        return cls(Card(text, tuple(styled), tuple(tuple(Button(**one) for one in row) for row in buttons)), answer)


@dataclass(slots=True)
class Hand:
    """One delivery being worked on."""

    delivery: str
    origin: str = ""
    """What the way in needs to answer just this one: a request id, an address."""
    begun: bool = False
    """Somebody may have begun to answer it before they were gone."""
    sent: list[str] = field(default_factory=list)
    """Parts of the answer that are out."""
    received: float = field(default_factory=time.time)
    """When it arrived, in seconds since 1970."""
    token: int = FIRST_TOKEN
    """With which it came into these hands: the same process may get it a second time after a long stop."""
    mark: Mark = Mark()
    kept: Kept | None = None
    waited: bool = False
    """It may have been said a while before it was received."""
    marked: float = 0.0
    """When the mark was written down, by the steady clock."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long an answer is kept, and from when on it says that it is late; from the moment it was asked."""

    keep_seconds: float = 24 * 60 * 60.0
    late_seconds: float = 60 * 60.0


class KeptAnswers:
    """Of one way in: how long to go on trying, and the marks in the journal."""

    def __init__(self, intake: Intake, timing: Timing, keeping: Keeping) -> None:
        self._intake = intake
        self._timing = timing
        self._keeping = keeping
        self.delivered = 0
        """How many parts have got through."""

    def until(self, hand: Hand) -> float:
        """When the answer to `hand` is given up, in seconds since 1970."""
        return hand.received + self._keeping.keep_seconds

    def over(self, until: float) -> bool:
        """Whether it is too late to try again."""
        return self._timing.wall() >= until

    def age(self, since: float) -> float:
        """Seconds since then."""
        return max(0.0, self._timing.wall() - since)

    def say_late(self, hand: Hand) -> bool:
        """Whether the answer has to begin with a word that it is late: decided before its first part goes out."""
        if not hand.sent and not hand.mark.uncertain:
            late = self.age(hand.received) >= self._keeping.late_seconds
            hand.mark = Mark(Fate.WAITS, 0.0, late)
        return hand.mark.late

    async def goes(self, hand: Hand, *, push: bool = False) -> None:
        """Writes down that a part goes out now; again, where the process was stopped after it had done so.

        Raises TakenOverError where the delivery is in other hands: then nothing may go out.
        """
        while True:
            hand.marked = self._timing.now()
            since = hand.mark.since if hand.mark.uncertain else self._timing.wall()
            fate = Fate.PUSHED if push else hand.mark.fate if hand.mark.uncertain else Fate.GOES
            hand.mark = Mark(fate, since, hand.mark.late)
            await self._write(hand, hand.mark)
            if self.fresh(hand):
                return

    def fresh(self, hand: Hand) -> bool:
        """Whether nobody else can have taken over since `goes`: a part may go out now, and not later."""
        return self._timing.now() - hand.marked < self._intake.fresh

    async def stays(self, hand: Hand, before: Mark) -> None:
        """The part did not go out: what is known of it is what was known `before`."""
        hand.mark = before
        await self._write(hand, before)

    async def lost(self, hand: Hand) -> None:
        """The part may have arrived: the connection ended over it."""
        hand.mark = Mark(Fate.LOST, hand.mark.since, hand.mark.late)
        await self._write(hand, hand.mark)

    async def lies(self, hand: Hand) -> None:
        """The answer lies where the platform fetches it from now on."""
        await self._write(hand, hand.mark)

    async def _write(self, hand: Hand, mark: Mark) -> None:
        await self._intake.sending(hand.delivery, hand.sent, mark.written(hand.kept), hand.token)

    def out(self, hand: Hand, id: str) -> None:
        """The part is out, as `id`; the next one waits."""
        self.delivered += 1
        hand.sent.append(id)
        hand.mark = Mark(Fate.WAITS, 0.0, hand.mark.late)

    async def pause(self, least: float, tries: int) -> None:
        await self._timing.sleep(backoff(tries, least, uniform=self._timing.uniform))
