"""One epoch of training inputs: questions over windows that answer them, and over windows that do not.

About a third have no answer. The hard ones matter most: a window of the same paragraph, a window of another that
shares the question's words, the right window without its sentence, and the right window under a question about
somebody, somewhere, or some year else.
"""

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tokenizers import Tokenizer

from index.text.passages import sentences
from training.spans_gloss import Glosses, english_question, glossed_passage
from training.spans_text import NOWHERE, Asked, Example, Paragraph, cut, holding, window_around

_TALK = (
    "你好",
    "谢谢",
    "在吗",
    "你是谁？",
    "今天天气怎么样？",
    "帮我订一张机票",
    "讲个笑话",
    "再见",
    "你会做什么？",
    "早上好",
    "我很难过",
    "hello",
    "thanks a lot",
    "who are you?",
    "what can you do?",
    "tell me a joke",
    "good morning",
    "how is the weather today?",
    "book me a flight",
    "play some music",
    "what is the meaning of life?",
    "are you a robot?",
    "bye",
    "what time is it?",
)


# Whom such a question is about stands in its own paragraph only: another one may well answer it.
_VAGUE = re.compile("[该該它他她其]|[本这這][种種个個部家]")


@dataclass(slots=True)
class Pool:
    """All windows of the training paragraphs, to draw hard negatives from by BM25."""

    tokenizer: Tokenizer
    windows: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    postings: dict[int, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))

    def fill(self, paragraphs: Sequence[Paragraph], limit: int = 300) -> None:
        for owner, paragraph in enumerate(paragraphs):
            for start, end in cut(paragraph.text, limit):
                self.windows.append(paragraph.text[start:end])
                self.owners.append(owner)
        encoded = self.tokenizer.encode_batch(self.windows, add_special_tokens=False)
        mean = sum(len(e.ids) for e in encoded) / max(1, len(encoded))
        counted = [(i, Counter(e.ids), len(e.ids)) for i, e in enumerate(encoded)]
        for i, counts, length in counted:
            for token, n in counts.items():
                self.postings[token].append((i, n * 2.2 / (n + 1.2 * (0.25 + 0.75 * length / mean))))

    def nearest(self, question: str, answer: str, owner: int, rng: random.Random) -> str | None:
        """A window of another paragraph that shares much with the question and does not hold the answer."""
        scores: Counter[int] = Counter()
        for token in set(self.tokenizer.encode(question, add_special_tokens=False).ids):
            found = self.postings.get(token, [])
            if 0 < len(found) <= 0.1 * len(self.windows):
                weight = math.log(len(self.windows) / len(found))
                for i, part in found:
                    scores[i] += weight * part
        near = [i for i, _ in scores.most_common(8) if self.owners[i] != owner and answer not in self.windows[i]]
        return self.windows[rng.choice(near)] if near else None


@dataclass(frozen=True, slots=True)
class Maker:
    """Draws examples; the same seed draws the same ones."""

    paragraphs: Sequence[Paragraph]
    cloze: Sequence[Example]
    pool: Pool
    glosses: Glosses
    tokenizer: Tokenizer
    swaps: dict[str, list[str]]

    def examples(self, chosen: Sequence[int], rng: random.Random, cloze_share: float = 0.16) -> list[Example]:
        """Examples of the questions of the chosen paragraphs, cloze and small talk mixed in, in random order."""
        made = [e for n in chosen for asked in self.paragraphs[n].asked for e in self._question(n, asked, rng)]
        drawn = rng.sample(list(self.cloze), min(len(self.cloze), int(len(made) * cloze_share / (1 - cloze_share))))
        made += [e if rng.random() < 0.75 else self._without_sentence(e, rng) for e in drawn]
        made += [Example(rng.choice(_TALK), rng.choice(self.pool.windows)) for _ in range(len(made) // 100)]
        rng.shuffle(made)
        return made

    def _question(self, n: int, asked: Asked, rng: random.Random) -> list[Example]:
        right = self._right(n, asked, rng)
        if right is None:
            return []
        made = [right]
        if rng.random() < 0.5:
            wrong = self._wrong(n, asked, right, rng)
            if wrong is not None:
                made.append(wrong)
        return [self._in_english(example, rng) for example in made]

    def _right(self, n: int, asked: Asked, rng: random.Random) -> Example | None:
        paragraph = self.paragraphs[n]
        spans = sentences(paragraph.text)
        chosen = holding(spans, asked.answer)
        if chosen < 0 or spans[chosen][1] - spans[chosen][0] > 400:
            return None
        first, last = window_around(spans, chosen, rng.randint(90, 290), rng)
        start, end = spans[first][0], spans[last - 1][1]
        head = f"{paragraph.title}\n" if paragraph.title and rng.random() < 0.4 else ""
        shift = len(head) - start
        answer = (asked.answer[0] + shift, min(asked.answer[1], end) + shift)
        sentence = (spans[chosen][0] + shift, spans[chosen][1] + shift)
        return Example(asked.question, head + paragraph.text[start:end], answer, sentence)

    def _wrong(self, n: int, asked: Asked, right: Example, rng: random.Random) -> Example | None:
        """One negative of a kind drawn at random; None where that kind cannot be had."""
        kind, paragraph = rng.random(), self.paragraphs[n]
        answer = paragraph.text[slice(*asked.answer)]
        if kind < 0.3:
            others = [
                s for s in cut(paragraph.text, 300) if answer not in paragraph.text[slice(*s)] and s[1] - s[0] > 40
            ]
            return Example(asked.question, paragraph.text[slice(*rng.choice(others))]) if others else None
        if kind < 0.55:
            if _VAGUE.search(asked.question):
                return None
            window = self.pool.nearest(asked.question, answer, n, rng)
            return Example(asked.question, window) if window else None
        if kind < 0.7:
            wrong = self._without_sentence(right, rng)
            return wrong if not wrong.answered and answer not in wrong.text else None
        if kind < 0.95:
            question = elsewhere(asked.question, right.text, self.glosses.names, self.swaps, rng)
            return Example(question, right.text) if question else None
        return Example(asked.question, rng.choice(self.pool.windows))

    @staticmethod
    def _without_sentence(example: Example, rng: random.Random) -> Example:
        start, end = example.sentence
        text = example.text[:start] + example.text[end:]
        return Example(example.question, text.strip()) if len(text.strip()) > 30 else example

    def _in_english(self, example: Example, rng: random.Random) -> Example:
        """Half stay Chinese; else the question, or the passage, or both are glossed, now and then in part."""
        draw = rng.random()
        if draw < 0.5:
            return example
        share = 1.0 if rng.random() < 0.7 else rng.uniform(0.3, 0.8)
        if draw < 0.92:
            return replace(
                example, question=english_question(example.question, self.glosses, self.tokenizer, rng, share)
            )
        if draw < 0.96:
            example = replace(example, question=english_question(example.question, self.glosses, self.tokenizer, rng))
        glossed = glossed_passage(example, self.glosses, self.tokenizer, rng)
        return glossed if (glossed.answer == NOWHERE) == (example.answer == NOWHERE) else example


def _mentions(question: str, names: set[str]) -> list[str]:
    found = re.findall(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", question)
    for start in range(len(question)):
        for size in (6, 5, 4, 3, 2):
            if question[start : start + size] in names:
                found.append(question[start : start + size])
                break
    return found


def swaps(paragraphs: Sequence[Paragraph], names: set[str]) -> dict[str, list[str]]:
    """What may stand in for a name, a title or a year: those that the data's own questions speak of."""
    mentioned = [w for p in paragraphs for a in p.asked for w in _mentions(a.question, names)]
    return {
        "names": sorted({w for w in mentioned if not w.isdigit()}),
        "years": sorted({w for w in mentioned if w.isdigit()}),
        "titles": sorted({t for p in paragraphs if 1 < len(t := re.sub(r"[(（].*", "", p.title).strip()) <= 10}),
    }


def elsewhere(
    question: str, text: str, names: set[str], others: dict[str, list[str]], rng: random.Random
) -> str | None:
    """The question about another name, place or year (one of `others`) than the one that the passage speaks of."""
    found = [w for w in _mentions(question, names) if w in text and w in question]
    titles = [t for t in others["titles"] if len(t) > 1 and t in question and t in text] if not found else []
    if not found and not titles:
        return None
    word = rng.choice(found or titles)
    kind = "years" if re.fullmatch(r"\d{4}", word) else "names" if word in names else "titles"
    if re.fullmatch(r"\d+", word) and kind != "years":
        return None
    other = rng.choice(others[kind])
    return None if other in text or other == word else question.replace(word, other)
