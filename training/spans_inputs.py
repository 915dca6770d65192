"""Examples as the reader takes them: tokens, types, and where the answer stands, in batches of like length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from index.text.passages import sentences
from index.text.terms import token_spans
from training.spans_model import MOST_QUESTION
from training.spans_text import Example, Span

LONGEST = 224
CLS, SEP = 2, 3


@dataclass(frozen=True, slots=True)
class Input:
    """One tokenised example; `sentence` numbers each token's sentence, -1 outside the passage."""

    ids: list[int]
    asked: int
    sentence: list[int]
    gold: int
    start: int
    end: int
    answered: bool


def tokenised(examples: Sequence[Example], tokenizer: Tokenizer) -> Iterator[Input]:
    questions = tokenizer.encode_batch([e.question for e in examples], add_special_tokens=False)
    texts = tokenizer.encode_batch([e.text for e in examples], add_special_tokens=False)
    for example, question, text in zip(examples, questions, texts, strict=True):
        made = _input(example, question.ids[: MOST_QUESTION - 2], text.ids, token_spans(text).tolist())
        if made is not None:
            yield made


def _input(example: Example, question: list[int], ids: list[int], places: list[Span]) -> Input | None:
    room = LONGEST - 3 - len(question)
    wanted = (
        covered(places, example.answer if example.answer[0] >= 0 else example.sentence) if example.answered else [0]
    )
    if not ids or not wanted:
        return None
    first = max(0, min(len(ids) - room, wanted[0] - room // 3)) if len(ids) > room else 0
    ids, places = ids[first : first + room], places[first : first + room]
    if not ids or wanted[0] - first >= len(ids):
        return None
    spans = sentences(example.text)
    number = [next((i for i, s in enumerate(spans) if s[0] <= a < s[1]), 0) for a, _ in places]
    shift = len(question) + 2
    known = example.answer[0] >= 0
    start = wanted[0] - first + shift if known else 0 if not example.answered else -100
    end = min(wanted[-1] - first, len(ids) - 1) + shift if known else start
    gold = number[wanted[0] - first] if example.answered else -1
    return Input(
        [CLS, *question, SEP, *ids, SEP],
        len(question) + 2,
        [-1] * shift + number + [-1],
        gold,
        start,
        end,
        example.answered,
    )


def batches(inputs: list[Input], tokens: int, rng: random.Random) -> list[list[Input]]:
    """Batches of like length, in random order, each of about `tokens` tokens with its padding."""
    ordered = sorted(inputs, key=lambda i: len(i.ids) + rng.random() * 8)
    made: list[list[Input]] = [[]]
    for item in ordered:
        if made[-1] and (len(made[-1]) + 1) * len(item.ids) > tokens:
            made.append([])
        made[-1].append(item)
    rng.shuffle(made)
    return made


def collate(batch: Sequence[Input]) -> dict[str, Tensor]:
    length = max(len(i.ids) for i in batch)
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    types, mask = torch.zeros(len(batch), length), torch.zeros(len(batch), length)
    sentence = torch.full((len(batch), length), -1)
    for row, item in enumerate(batch):
        n = len(item.ids)
        ids[row, :n], mask[row, :n] = torch.tensor(item.ids), 1.0
        types[row, item.asked : n - 1], sentence[row, :n] = 1.0, torch.tensor(item.sentence)
    columns = {k: torch.tensor([getattr(i, k) for i in batch]) for k in ("gold", "start", "end", "answered")}
    return {"ids": ids, "types": types, "mask": mask, "sentence": sentence, **columns}


def covered(spans: Sequence[Span], wanted: Span) -> list[int]:
    """Numbers of the spans that overlap the wanted one."""
    return [i for i, (start, end) in enumerate(spans) if start < wanted[1] and end > wanted[0]]
