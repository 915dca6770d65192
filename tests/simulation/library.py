"""Two documents in versions: what a sentence says depends on the version, so every quote tells where it is from.

The words are chosen so that the real search answers each question with its sentence alone (`test_library.py`).
"""

from collections.abc import Mapping

from tests.simulation.errors import BrokenError

FILES: Mapping[str, tuple[int, ...]] = {"coast.txt": (0, 1, 2), "inland.txt": (3, 4)}
"""Which topics stand in which document."""
SUBJECTS = (
    ("Port Elm", "cranes"),
    ("Norwick", "windmills"),
    ("The Lind museum", "paintings"),
    ("The Tarn valley", "vineyards"),
    ("Lake Varga", "islands"),
    ("Fort Osk", "cannons"),
)
TOPICS = len(SUBJECTS)
KNOWN = TOPICS - 1
VERSIONS = range(1, 10)
DEADLY = "deadly"
"""A question with this word ends the process that looks for its answer."""
Edition = Mapping[str, int]
"""The version of each document, where it is there."""


def question(topic: int) -> str:
    """The last topic is one that no version knows about."""
    subject, things = SUBJECTS[topic]
    return f"How many {things} does {subject.replace('The ', 'the ')} have?"


QUESTIONS = [question(topic) for topic in range(TOPICS)]


def said(topic: int, version: int) -> str:
    """What this version says about a topic that it knows."""
    subject, things = SUBJECTS[topic]
    return f"{subject} has {version * 10 + topic} {things} in the year {1900 + version}."


def answer_of(topic: int, edition: Edition) -> str:
    """The sentence that answers the question about `topic`, "" where the edition has none."""
    name = next((name for name, topics in FILES.items() if topic in topics), "")
    version = edition.get(name)
    return said(topic, version) if version and _knows(topic, version) else ""


def written(name: str, version: int) -> str:
    """What the document says in a version. Many versions are of the same size."""
    known = [said(topic, version) for topic in FILES[name] if _knows(topic, version)]
    return "\n\n".join((f"{name.removesuffix('.txt').title()} of Ostland", *known, "All else is told elsewhere.\n"))


def _knows(topic: int, version: int) -> bool:
    """Every version leaves another topic out."""
    return topic % KNOWN != version % KNOWN


def as_read(text: str) -> str:
    """As a quote of several paragraphs is shown: without the lines between them."""
    return text.replace("\n\n", "\n")


TEXTS = {written(name, version): (name, version) for name in FILES for version in VERSIONS}


def edition_of(texts: Mapping[str, str]) -> Edition:
    """The edition that documents of these paths and texts are. Raises BrokenError where nobody wrote one so."""
    for path, text in texts.items():
        if TEXTS.get(text, ("", 0))[0] != path:
            raise BrokenError(f"{path} was never written like this: {text!r}")
    return {path: TEXTS[text][1] for path, text in texts.items()}
