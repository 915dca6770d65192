"""Questions with windows of their paragraphs, as the second stage of the encoder reads them.

Questions of CMRC's and DRCD's paragraphs, in Chinese or put into English word by word; paragraphs about one topic stand
in one batch, since these are the hardest to tell apart.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from index.text.passages import sentences
from index.text.terms import token_spans
from training.encoder.model import unit
from training.spans_gloss import Glosses, english_question, glossed_passage, load_glosses
from training.spans_text import Asked, Example, Paragraph, holding, paragraphs, window_around

TOPICS, NEIGHBOURS = 4, 6
"""A batch has so many topics, and of each so many paragraphs that are near each other: the hardest to tell apart."""
LONGEST_WINDOW, MOST_TOKENS = 260, 200
IN_ENGLISH, PASSAGE_IN_ENGLISH = 0.5, 0.25
"""Shares of the questions, and of the passages, that are put into English."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and a window that answers it, as piece numbers; `sentence` numbers those of the window's pieces."""

    asked: list[int]
    window: list[int]
    sentence: list[int]
    right: int


class Reading:
    """Questions with windows of their paragraphs, drawn anew for every batch."""

    def __init__(self, data: Path, cut: Tokenizer, weighted: Tensor, chance: random.Random) -> None:
        """`weighted` (ids, 384) are word vectors by which it is judged which paragraphs are near."""
        found = paragraphs(data / "reading" / "cmrc2018-train.json.gz")
        found += paragraphs(data / "reading" / "drcd-dev.json.gz")
        self.paragraphs: list[Paragraph] = [paragraph for paragraph in found if paragraph.asked]
        self.glosses: Glosses = load_glosses(data / "cedict.txt.gz")
        self.cut, self.chance = cut, chance
        ids = [encoded.ids for encoded in cut.encode_batch([p.text for p in self.paragraphs], add_special_tokens=False)]
        means = torch.stack([weighted[row].mean(0) for row in ids])
        means = unit(means - means.mean(0))
        self.near = (means @ means.T).topk(2 * NEIGHBOURS, dim=1).indices.tolist()

    def batch(self) -> list[Question]:
        """Questions of different paragraphs, some of them about one topic."""
        chosen: set[int] = set()
        for near in self.chance.sample(self.near, TOPICS):
            chosen.update([near[0], *self.chance.sample(near[1:], NEIGHBOURS - 1)])
        found = [self.paragraphs[n] for n in sorted(chosen)]
        made = [self._question(paragraph, self.chance.choice(paragraph.asked)) for paragraph in found]
        return [question for question in made if question]

    def _question(self, paragraph: Paragraph, asked: Asked) -> Question | None:
        spans = sentences(paragraph.text)
        chosen = holding(spans, asked.answer)
        if chosen < 0:
            return None
        first, last = window_around(spans, chosen, LONGEST_WINDOW, self.chance)
        start, end = spans[first][0], spans[last - 1][1]
        sentence = (spans[chosen][0] - start, spans[chosen][1] - start)
        example = Example(asked.question, paragraph.text[start:end], sentence=sentence)
        # A passage in English is asked for in both languages, or no Chinese question would ever meet one.
        if self.chance.random() < PASSAGE_IN_ENGLISH:
            example = glossed_passage(example, self.glosses, self.cut, self.chance)
        question = example.question
        if self.chance.random() < IN_ENGLISH:
            question = english_question(question, self.glosses, self.cut, self.chance)
        return self._numbers(question, example)

    def _numbers(self, question: str, example: Example) -> Question | None:
        asked = self.cut.encode(question, add_special_tokens=False).ids[:48]
        encoded = self.cut.encode(example.text, add_special_tokens=False)
        spans = sentences(example.text)
        places = [(int(a) + int(b)) // 2 for a, b in token_spans(encoded)][:MOST_TOKENS]
        owners = [next((n for n, (a, b) in enumerate(spans) if a <= place < b), 0) for place in places]
        right = next((n for n, (a, b) in enumerate(spans) if a <= example.sentence[0] < b), -1)
        if not asked or right not in owners:
            return None
        return Question(asked, encoded.ids[:MOST_TOKENS], owners, right)


def sentence_numbers(batch: Sequence[Question], length: int) -> tuple[Tensor, list[int]]:
    """(passages, tokens) number of each token's sentence among all of the batch (-1: a mark), and each one's first."""
    found = torch.full((len(batch), length), -1)
    firsts, at = [], 0
    for row, question in zip(found, batch, strict=True):
        row[1 : len(question.window) + 1] = torch.tensor(question.sentence) + at
        firsts.append(at)
        at += max(question.sentence) + 1
    return found, firsts


def passage_numbers(number: Tensor) -> Tensor:
    return torch.where(number >= 0, torch.arange(len(number))[:, None], -1)
