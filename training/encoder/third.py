"""`python -m training.encoder.third --data DIR --documents DIR`: the layers learn what people type into a chat.

The third stage. It starts from the shipped files and leaves the table alone. Typed questions (`training.typed`) are
asked of passages of the knowledge base that they are about, among those that the search itself takes for answers
(`hard_passages`): the passage that answers must be found by pooled vectors and by late interaction, and its sentence
among all of theirs. Every third batch is one of the second stage's, so that what was learned of reading and of
translations stays. What is written is the mean of the weights before and after: `--keep` says how much of those before.
"""

import argparse
import random
import time
from collections import defaultdict
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import Tensor

from index.text.language import of_question
from index.text.terms import tokenizer
from training.encoder.batches import CLS, SEP, padded
from training.encoder.hard_passages import MOST_ASKED, KnowledgeBase, TypedQuestion, drawn, knowledge_bases
from training.encoder.model import pool
from training.encoder.reading import Reading
from training.encoder.second import Second, asked_losses, meets, optimiser_of, rarity_of, shipped, step, write
from training.encoder.stories import Stories
from training.encoder.translate import SCALE
from training.encoder.whitening import whiten
from training.spans_gloss import english_question

ASKED, NEAR = 10, (2, 1)
"""Questions of a batch, and how many passages beside the right one each brings: of the first six that the search finds
and do not answer, and of the others."""
IN_ENGLISH = 0.12
"""Share of the Chinese questions about Chinese documents that are put into English."""
IMPOSSIBLE = -1e4
WARMUP = 40
KEEP = 0.3


class ThirdTrainer:
    """The student, the knowledge bases, and what the second stage asks."""

    def __init__(self, student: Second, data: Path, bases: list[KnowledgeBase], seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.student, self.bases, self.chance = student, bases, random.Random(seed)
        self.cut, self.rarity = tokenizer(), rarity_of(len(student.rows))
        self.reading = Reading(data, self.cut, student.rows * self.rarity[:, None], random.Random(seed + 1))
        self.stories = Stories(data, self.cut, random.Random(seed + 2))

    def run(self, minutes: float) -> None:
        """Train for so long, with a rate that falls to nearly nothing."""
        optimiser, began, done, number = optimiser_of(self.student), time.monotonic(), 0.0, 0
        means: dict[str, list[float]] = defaultdict(list)
        while done < 1:
            with torch.autocast("cpu", torch.bfloat16):
                losses = self._losses(number)
            rate = min(1.0, (number + 1) / WARMUP) * max(0.03, 1 - done)
            for name, value in step(self.student, optimiser, losses, rate).items():
                means[name].append(value)
            number, done = number + 1, (time.monotonic() - began) / (60 * minutes)
            if number % 30 == 0:
                told = "  ".join(f"{name} {sum(values) / len(values):.3f}" for name, values in means.items())
                print(f"step {number} ({done:.0%})  {told}", flush=True)
                means.clear()

    def _losses(self, number: int) -> dict[str, Tensor]:
        if number % 3 < 2:
            return self._typed()
        source: Reading | Stories = self.stories if number % 2 else self.reading
        return asked_losses(self.student, self.rarity, source.batch())

    def _typed(self) -> dict[str, Tensor]:
        (base,) = self.chance.choices(self.bases, [len(one.questions) for one in self.bases])
        questions, right, beside = drawn(base, ASKED, NEAR, self.chance)
        place = {passage: n for n, passage in enumerate(beside)}
        asked, asked_mask = padded(
            [self._pieces(one, base, first) for one, first in zip(questions, right, strict=True)]
        )
        held, held_mask = padded([base.passages[n].window for n in beside])
        seen, passages = self.student(asked, asked_mask), self.student(held, held_mask)
        asks = self.student.project(seen), self.rarity[asked] * (asked_mask & (asked > SEP))
        tells = self.student.project(passages)
        of_passage = torch.where(held_mask & (held > SEP), torch.arange(len(beside))[:, None], -1)
        of_sentence, firsts = numbered([base.passages[n].sentence for n in beside], held.shape[1])
        wanted = torch.tensor([place[n] for n in right])
        also = torch.zeros(len(questions), len(beside), dtype=torch.bool)
        gold = torch.zeros(len(questions), int(of_sentence.max()) + 1, dtype=torch.bool)
        for row, one in enumerate(questions):
            for n in one.right.keys() & place.keys():
                # What answers as well, but was not drawn, is neither right nor wrong.
                also[row, place[n]] = n != right[row]
                there = set(base.passages[n].sentence)
                gold[row, [firsts[place[n]] + sentence for sentence in one.right[n] if sentence in there]] = True
        known = gold.any(1)
        sentences = meets(*asks, tells, of_sentence)[known]
        chosen = sentences.logsumexp(1) - sentences.masked_fill(~gold[known], IMPOSSIBLE).logsumexp(1)
        pooled = SCALE * pool(seen, asked_mask) @ pool(passages, held_mask).T
        return {
            "typed pooled": functional.cross_entropy(pooled.masked_fill(also, IMPOSSIBLE), wanted),
            "typed late": functional.cross_entropy(
                meets(*asks, tells, of_passage).masked_fill(also, IMPOSSIBLE), wanted
            ),
            "typed sentence": chosen.sum() / max(1, len(chosen)),
        }

    def _pieces(self, one: TypedQuestion, base: KnowledgeBase, right: int) -> list[int]:
        """The question; now and then put into English, where it and the passage are Chinese."""
        if base.passages[right].lang != "zh" or of_question(one.text) != "zh" or self.chance.random() >= IN_ENGLISH:
            return one.asked
        english = english_question(one.text, self.reading.glosses, self.cut, self.chance)
        return self.cut.encode(english, add_special_tokens=False).ids[:MOST_ASKED] or one.asked


def numbered(owners: list[list[int]], length: int) -> tuple[Tensor, list[int]]:
    """(passages, length) number of each token's sentence among all of the batch (-1: a mark or a heading), and of the
    first sentence of each passage; `owners` say which of its sentences each piece is of."""
    found = torch.full((len(owners), length), -1)
    firsts, at = [], 0
    for row, own in zip(found, owners, strict=True):
        mine = torch.tensor(own)
        row[1 : len(own) + 1] = torch.where(mine >= 0, mine + at, -1)
        firsts.append(at)
        at += max(own, default=-1) + 1
    return found, firsts


def between(before: dict[str, Tensor], after: dict[str, Tensor], keep: float) -> dict[str, Tensor]:
    """Of each weight this share of what it was, and the rest of what it has become (model soups: Wortsman and others,
    2022, arXiv 2203.05482)."""
    return {name: keep * before[name] + (1 - keep) * value for name, value in after.items()}


def usual(bases: list[KnowledgeBase], chance: random.Random) -> list[list[int]]:
    """Some passages and questions with the marks around them: what the layers usually see."""
    found = []
    for base in bases:
        found += [one.window for one in chance.sample([*base.passages.values()], min(6, len(base.passages)))]
        found += [one.asked for one in chance.sample(base.questions, min(6, len(base.questions)))]
    return [[CLS, *text, SEP] for text in found]


def main() -> None:
    """Search, train, write."""
    parser = argparse.ArgumentParser(prog="python -m training.encoder.third", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder: cedict.txt.gz, parallel/, reading/")
    parser.add_argument("--documents", type=Path, required=True, help="folder of the typed questions' documents")
    parser.add_argument("--start", type=Path, default=Path("index/encoders/models/bundled"), help="files to begin with")
    parser.add_argument("--out", type=Path, default=Path("build/encoder/third"))
    parser.add_argument("--minutes", type=float, default=36)
    parser.add_argument(
        "--keep", type=float, default=KEEP, help="share of the weights before in those that are written"
    )
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    student = shipped(chosen.start)
    before = {name: value.clone() for name, value in student.state_dict().items()}
    threads = torch.get_num_threads()
    bases = knowledge_bases(chosen.documents, chosen.start, tokenizer())
    # The index behind the search keeps FAISS to one thread, and PyTorch shares that setting.
    torch.set_num_threads(threads)
    ThirdTrainer(student, chosen.data, bases, chosen.seed).run(chosen.minutes)
    student.load_state_dict(between(before, student.state_dict(), chosen.keep))
    write(student, chosen.start, chosen.out / "bundled", usual(bases, random.Random(chosen.seed)))
    whiten(chosen.out / "bundled", chosen.data)


if __name__ == "__main__":
    main()
