"""Texts of several translated sentences, and a sentence of theirs, cut short, that asks for them in the other language.

The questions of the second stage are Chinese ones, put into English word by word. Here both sides are real: what asks
is a part of a sentence as its translator wrote it, now and then with a question word, and the text that holds the
sentence must be found among its neighbours of the same article, and in it the sentence (an inverse cloze task: Lee,
Chang and Toutanova, 2019, arXiv 1906.00300, across languages).
"""

import random
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from training.encoder.reading import MOST_TOKENS, Question
from training.encoder.sources import pairs

Ids = list[int]

SOURCES = ("ntrex", "tico19")
"""Those whose sentences stand in the order of their articles."""
FEWEST, MOST = 3, 6
"""Sentences a text."""
PLACES, NEIGHBOURS = 5, 4
"""A batch has so many stretches of the sources, and of each so many texts that follow each other."""
ACROSS = 0.8
"""Share of the batches in which the text is in the other language than what asks."""
_ASKING = (
    ("what", "who", "when", "where", "how many", "which", "what is", "how"),
    ("什么", "谁", "什么时候", "哪里", "多少", "哪个", "是什么", "如何"),
)


class Stories:
    """Draws such texts and questions."""

    def __init__(self, data: Path, cut: Tokenizer, chance: random.Random) -> None:
        self.chance = chance
        self._stories: list[list[tuple[Ids, Ids]]] = []
        for name in SOURCES:
            found = list(pairs(data, name))
            sides = [cut.encode_batch([pair[side] for pair in found], add_special_tokens=False) for side in (0, 1)]
            self._stories.append([(en.ids, zh.ids) for en, zh in zip(*sides, strict=True)])
        self._asking = [
            [one.ids for one in cut.encode_batch(list(words), add_special_tokens=False)] for words in _ASKING
        ]

    def batch(self) -> list[Question]:
        """Texts in one language, some following each other, each asked for in one."""
        held = self.chance.randrange(2)
        asks = 1 - held if self.chance.random() < ACROSS else held
        found = []
        for _ in range(PLACES):
            story = self.chance.choice(self._stories)
            at = self.chance.randrange(len(story) - NEIGHBOURS * MOST)
            for _ in range(NEIGHBOURS):
                count = self.chance.randint(FEWEST, MOST)
                question = self._question(story[at : at + count], asks, held)
                at += count
                if question:
                    found.append(question)
        return found

    def _question(self, story: Sequence[tuple[Ids, Ids]], asks: int, held: int) -> Question | None:
        right = self.chance.randrange(len(story))
        asked = self._short(story[right][asks], asks)
        window = [piece for pair in story for piece in pair[held]][:MOST_TOKENS]
        owners = [n for n, pair in enumerate(story) for _ in pair[held]][:MOST_TOKENS]
        return Question(asked, window, owners, right) if asked and right in owners else None

    def _short(self, sentence: Ids, lang: int) -> Ids:
        """A part of a sentence; half of the time with a question word where its language has it."""
        length = max(min(len(sentence), 4), round(len(sentence) * self.chance.uniform(0.3, 0.9)))
        start = self.chance.randrange(len(sentence) - length + 1) if sentence else 0
        part = sentence[start : start + length][:40]
        if self.chance.random() < 0.5:
            return part
        word = self.chance.choice(self._asking[lang])
        return [*part, *word] if lang else [*word, *part]
