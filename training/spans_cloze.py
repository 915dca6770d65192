"""Questions made of sentences whose translation is known.

A number, date, name or noun phrase of a sentence is replaced by a question word; the passage is the translation (or
the sentence itself) among its neighbours. The questions are crude, but their English is real, and so is the distance
between the two languages.
"""

import gzip
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from index.text.terms import token_spans
from training.spans_text import NOWHERE, Example, Span

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_WORDS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|hundreds|thousands|dozens"
_COUNT = rf"(?:\d[\d,.]*\d|\d|{_WORDS})(?: (?:hundred|thousand|million|billion|percent|per cent|%))?"

# What is taken out of an English sentence, and the question words that ask for it; {1} is the noun that goes along.
_ENGLISH = tuple(
    (re.compile(pattern), asks)
    for pattern, asks in (
        (
            rf"\b(?:in|on|since|from|by|until|during) (?P<span>(?:{_MONTHS})(?: \d{{1,2}})?(?:,? \d{{4}})?|\d{{4}})\b",
            ("when", "in what year", "what year", "when"),
        ),
        (r"\bbecause (?P<span>[^,.;]{12,80})", ("why",)),
        (
            rf"(?<![\w.])(?P<span>{_COUNT}) (?P<noun>[a-z]{{3,}})",
            ("how many {noun}", "how many {noun}", "how much {noun}", "what number of {noun}"),
        ),
        (
            r"\b(?:in|at|from|near|to) (?P<span>(?:the )?[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,3})",
            ("where", "where", "in what place", "which country or city"),
        ),
        (r"(?P<span>\b[A-Z][\w'-]+(?: [A-Z][\w'-]+){1,3})", ("who", "what", "which")),
        (r"(?P<span>\b[A-Z][\w'-]+) (?:said|says|told|was|is|has|won|became|did|will)\b", ("who", "who", "what")),
        (
            r"\b(?P<span>(?:the|a|an|his|her|their|its|our|your) (?:[a-z-]+ ){0,2}[a-z-]{4,})\b",
            ("what", "what", "which thing"),
        ),
    )
)
_CHINESE = tuple(
    (re.compile(pattern), asks)
    for pattern, asks in (
        (
            r"(?P<span>\d{4} ?年(?: ?\d{1,2} ?月)?(?: ?\d{1,2} ?日)?|\d{1,2} ?月 ?\d{1,2} ?日)",
            ("什么时候", "哪一年", "何时", "哪天"),
        ),
        (r"(?P<span>\d[\d,.]*(?: ?[%万亿千百])*)", ("多少", "多少", "几")),
        (r"(?P<span>[两三四五六七八九十百千万]+)(?=[个名位座家部只条项种次人年天月岁])", ("多少", "几")),
        (r"[“\"《](?P<span>[^”\"》]{2,24})[”\"》]", ("什么", "哪个")),
        (r"(?:因为|由于)(?P<span>[^，。；]{4,40})", ("什么原因", "为什么")),
        (r"在(?P<span>[\u3400-\u9fff]{2,8})(?:举行|工作|发生|发现|出生|生活|召开)", ("哪里", "什么地方", "哪儿")),
        (r"(?:是|为|叫做|称为)(?P<span>[\u3400-\u9fff]{2,12})(?=[，。；]|$)", ("什么", "谁", "哪个")),
    )
)
_AUXILIARY = ("did", "does", "do", "is", "was", "are", "has", "", "", "")


@dataclass(frozen=True, slots=True)
class Aligner:
    """Finds a phrase's counterpart in a translation by the shared input table."""

    tokenizer: Tokenizer
    table: np.ndarray
    least: float = 0.45

    def find(self, phrase: str, text: str) -> Span:
        """The best span of up to six tokens, or NOWHERE when nothing is close enough."""
        if re.search(r"\d", phrase):
            digits = re.sub(r"[^\d.]", "", phrase).strip(".")
            at = text.replace(",", "").find(digits) if digits else -1
            return (at, at + len(digits)) if at >= 0 and "," not in text[: at + len(digits)] else NOWHERE
        sought = self.tokenizer.encode(phrase, add_special_tokens=False)
        within = self.tokenizer.encode(text, add_special_tokens=False)
        if not sought.ids or not within.ids:
            return NOWHERE
        places = token_spans(within)
        goal = _unit(self.table[sought.ids].mean(0))
        sums = np.cumsum(np.vstack([np.zeros_like(goal), self.table[within.ids]]), axis=0)
        best, where = self.least, NOWHERE
        for size in range(1, min(6, len(within.ids)) + 1):
            scores = _unit(sums[size:] - sums[:-size]) @ goal
            at = int(scores.argmax())
            if scores[at] > best + 0.02:
                best, where = float(scores[at]), (int(places[at, 0]), int(places[at + size - 1, 1]))
        return where


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)


def pairs(folder: Path, name: str) -> list[tuple[str, str]]:
    """Lines of one parallel file, (English, Chinese), in the file's order."""
    with gzip.open(folder / "parallel" / f"{name}.en-zh.tsv.gz", "rt", encoding="utf8") as file:
        rows = (line.rstrip("\n").split("\t") for line in file)
        return [(row[0].strip(), row[1].strip()) for row in rows if len(row) == 2]


def asked_about(sentence: str, chinese: bool, rng: random.Random) -> tuple[str, Span] | None:
    """A question that a span of the sentence answers, and that span."""
    patterns = list(_CHINESE if chinese else _ENGLISH)
    if rng.random() < 0.5:
        rng.shuffle(patterns)
    for pattern, asks in patterns:
        found = list(pattern.finditer(sentence))
        if not found:
            continue
        match = rng.choice(found)
        words = rng.choice(asks)
        make = _chinese_question if chinese else _english_question
        return make(sentence, match, words, rng), match.span("span")
    return None


def _chinese_question(sentence: str, match: re.Match, words: str, rng: random.Random) -> str:
    start, end = match.span("span")
    left = max((sentence.rfind(mark, 0, start) for mark in "，。；：,;"), default=-1) + 1
    right = min((at for mark in "，。；,;" if (at := sentence.find(mark, end)) >= 0), default=len(sentence))
    if end - left < 8 or rng.random() < 0.3:
        left = 0
    return (sentence[left:start] + words + sentence[end:right]).strip("。！!.？? ") + "？"


def _english_question(sentence: str, match: re.Match, words: str, rng: random.Random) -> str:
    noun = match.groupdict().get("noun") or ""
    end = match.end("noun") if noun else match.end("span")
    before, after = sentence[: match.start("span")].split()[-12:], sentence[end:].split()[:10]
    if (
        before
        and before[-1].lower() in ("in", "on", "at", "from", "to", "by", "because", "since")
        and rng.random() < 0.7
    ):
        before = before[:-1]
    rest = [w.strip(",.;:\"'()!?") for w in before + after if rng.random() > 0.12]
    if rest and rest[0] not in ("I",) and not rest[0].isupper():
        rest[0] = rest[0].lower() if rng.random() < 0.5 else rest[0]
    question = " ".join([words.format(noun=noun), rng.choice(_AUXILIARY), *rest])
    question = " ".join(question.split())
    return (question[:1].upper() + question[1:] if rng.random() < 0.5 else question) + (
        "?" if rng.random() < 0.8 else ""
    )


def build(folder: Path, aligner: Aligner, count: int, rng: random.Random) -> list[Example]:
    """About `count` examples over all pairs of question and passage language, negatives not among them."""
    sources = {name: pairs(folder, name) for name in ("ntrex", "tico19", "tatoeba", "pydocs")}
    similar = {name: _by_rare_word(rows) for name, rows in sources.items()}
    weights = {"ntrex": 0.3, "tico19": 0.25, "tatoeba": 0.25, "pydocs": 0.2}
    made: list[Example] = []
    for _ in range(count * 6):
        if len(made) >= count:
            break
        name = rng.choices(list(weights), list(weights.values()))[0]
        example = _one(sources[name], similar[name], name == "tatoeba", aligner, rng)
        if example:
            made.append(example)
    return made


def _one(rows: list, similar: dict, scattered: bool, aligner: Aligner, rng: random.Random) -> Example | None:
    at = rng.randrange(len(rows))
    english, chinese = rows[at]
    if len(english.split()) < 5 or len(english) > 300 or re.search(r"[`{}\\]|::", english):
        return None
    from_chinese, to_chinese = rng.random() < 0.35, rng.random() < 0.65
    asked = asked_about(chinese if from_chinese else english, from_chinese, rng)
    if not asked or len(asked[0]) < 6:
        return None
    question, span = asked
    phrase = (chinese if from_chinese else english)[slice(*span)]
    target = chinese if to_chinese else english
    answer = span if from_chinese == to_chinese else aligner.find(phrase, target)
    around = _neighbours(rows, similar, scattered, at, rng)
    place, glue = rng.randint(0, len(around)), "" if to_chinese else " "
    lines = [rows[i][1 if to_chinese else 0] for i in around]
    head = glue.join([*lines[:place], ""]) if place else ""
    text = glue.join([*lines[:place], target, *lines[place:]])
    moved = NOWHERE if answer == NOWHERE else (answer[0] + len(head), answer[1] + len(head))
    return Example(question, text, moved, (len(head), len(head) + len(target)))


def _neighbours(rows: list, similar: dict, scattered: bool, at: int, rng: random.Random) -> list[int]:
    if scattered:
        words = sorted(_words(rows[at][0]), key=lambda w: len(similar[w]))
        near = [i for w in words[:3] for i in similar[w] if i != at and rows[i][1] != rows[at][1]]
        chosen = rng.sample(near, min(3, len(near))) + [rng.randrange(len(rows)) for _ in range(2)]
        return [i for i in dict.fromkeys(chosen) if i != at]
    first = max(0, at - rng.randint(0, 3))
    return [i for i in range(first, min(len(rows), first + 4)) if i != at and len(rows[i][0]) < 400]


def _words(sentence: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", sentence.lower()))


def _by_rare_word(rows: Sequence[tuple[str, str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for i, (english, _) in enumerate(rows):
        for word in _words(english):
            found[word].append(i)
    return found
