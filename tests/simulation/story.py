"""What happens in a seed, decided before it begins: a list of actions, each at its moment."""

import random
from dataclasses import dataclass

from tests.simulation.library import DEADLY, FILES, TOPICS, VERSIONS, question
from tests.simulation.network import AWAY
from tests.simulation.wecom_model import ROOM

PRIVATE = (41, 42, 43)
GROUP = -100_000_000_0300
STRANGER = 99
OTHER_GROUP = -100_000_000_0400

PEOPLE = ("ann", "bob", "cui")
WECOM_STRANGER = "dai"
OTHER_ROOM = "elsewhere"


@dataclass(frozen=True)
class Action:
    at: float
    """Seconds since the story began."""
    what: str
    values: tuple[object, ...] = ()

    def __str__(self) -> str:
        return f"{self.at:8.2f} {self.what}({', '.join(map(repr, self.values))})"


def tell(seed: int) -> list[Action]:
    """The story of `seed`: people ask, machines fail, the network does."""
    luck = random.Random(f"story {seed}")
    seconds = luck.choice([20.0, 60.0, 180.0])
    says = [SAYS[name] for name in platforms_of(seed)]
    actions = [luck.choice(says)(luck, luck.uniform(0, seconds)) for _ in range(luck.randint(3, 14))]
    for does in [DOES[name] for name in platforms_of(seed) if luck.random() < 0.5]:
        actions += [does(luck, luck.uniform(0.3, 1.5) * seconds) for _ in range(luck.randint(1, 5))]
    troubles = [name for name in TROUBLES if luck.random() < 0.45]
    for name in troubles:
        actions += [TROUBLES[name](luck, luck.uniform(0, seconds)) for _ in range(luck.randint(1, OFTEN.get(name, 3)))]
    return sorted(actions, key=lambda action: action.at)


def platforms_of(seed: int) -> tuple[str, ...]:
    """The platforms that the bot is on in this seed."""
    return random.Random(f"platforms {seed}").choice([("telegram",), ("wecom",), ("telegram", "wecom")])


def _said(luck: random.Random, at: float) -> Action:
    text = _text(luck, "/help@VerbatimBot")
    user = luck.choice([*PRIVATE, *PRIVATE, STRANGER]) if luck.random() < 0.95 else STRANGER
    chat = luck.choice([user, user, GROUP, OTHER_GROUP])
    if chat < 0 and not text.startswith("/"):
        text = f"/ask {text}"
    return Action(at, "say", (chat, user, text))


def _touched(luck: random.Random, at: float) -> Action:
    """A button is tapped, or a question is made another."""
    user, number = luck.choice(PRIVATE), luck.randrange(100)
    if luck.random() < 0.3:
        return Action(at, "edit", (user, number, luck.randrange(TOPICS)))
    return Action(at, "tap", (luck.choice([user, user, GROUP]), user, number))


def _written(luck: random.Random, at: float) -> Action:
    """To the AI bot, in private or in a group, or to the app (where there is no chat)."""
    user = luck.choice([*PEOPLE, *PEOPLE, WECOM_STRANGER])
    chat = luck.choice([user, "", "", ROOM, OTHER_ROOM])
    return Action(at, "write", (user, chat, _text(luck, "/help")))


def _pressed(luck: random.Random, at: float) -> Action:
    """A button of a card, or one of the platform's own thumbs."""
    return Action(at, "press", (luck.choice(PEOPLE), luck.randrange(100)))


def _text(luck: random.Random, command: str) -> str:
    draw = luck.random()
    text = question(luck.randrange(TOPICS))
    if draw < 0.1:
        return luck.choice([command, "hello", "thanks!"])
    return f"{text} {DEADLY}" if draw < 0.13 else text


SAYS = {"telegram": _said, "wecom": _written}
DOES = {"telegram": _touched, "wecom": _pressed}


def _kill(luck: random.Random, at: float) -> Action:
    return Action(at, "kill", (luck.choice([0, 0, luck.randint(1, 60)]), luck.uniform(0.1, 30)))


def _stop(luck: random.Random, at: float) -> Action:
    return Action(at, "stop", (luck.uniform(0.1, 10),))


def _pause(luck: random.Random, at: float) -> Action:
    return Action(at, "pause", (luck.choice([5.0, 15.0, 25.0, 60.0, 120.0]),))


def _nap(luck: random.Random, at: float) -> Action:
    return Action(at, "nap", (luck.randint(1, 40), luck.choice([12.0, 25.0, 60.0])))


def _second(luck: random.Random, at: float) -> Action:
    return Action(at, "second", (luck.choice([10.0, 40.0, 120.0]),))


def _weather(luck: random.Random, at: float) -> Action:
    return Action(at, "weather", (luck.choice(sorted(AWAY)), luck.choice([5.0, 20.0, 60.0, 600.0])))


def _full(luck: random.Random, at: float) -> Action:
    return Action(at, "full disk", (luck.choice([1.0, 10.0, 60.0]),))


def _edition(luck: random.Random, at: float) -> Action:
    """Somebody edits a document, makes an index of it, or goes back to an earlier one."""
    who = luck.choice(["admin", "command"])
    draw = luck.random()
    if draw < 0.5:
        version = luck.choice([0, *VERSIONS, *VERSIONS])
        return Action(at, "rewrite", (luck.choice(sorted(FILES)) if version else "inland.txt", version))
    if draw < 0.85:
        return Action(at, "reindex", (who, luck.random() < 0.8))
    return Action(at, "rollback", (who,))


def _break(luck: random.Random, at: float) -> Action:
    """A process ends, takes its time, or finds the disk full, in the middle of its work on a snapshot; or only the one
    that reads ends."""
    purpose, lines = luck.choice([("build", luck.randint(1, 4000)), ("switch", luck.randint(1, 320))])
    how = luck.choice(["kill", "kill", "stall", "full", "child" if purpose == "build" else "kill"])
    return Action(
        at, "break", (luck.choice(["replica", "command"]), purpose, lines, how, luck.choice([1.0, 8.0, 40.0]))
    )


TROUBLES = {
    "kill": _kill,
    "stop": _stop,
    "pause": _pause,
    "nap": _nap,
    "second": _second,
    "weather": _weather,
    "full disk": _full,
    "edition": _edition,
    "break": _break,
}
OFTEN = {"edition": 7}
"""How often some troubles come at the most, where others come up to three times."""
