"""The span reader as a torch module: the encoder's layers, told which words of the question stand where.

A cross-encoder this small needs long to learn that equal and related words matter, so that is given to it: for each
token the best cosine to the other side's tokens in the shared input table, and how much of the question is covered
within a few tokens of each place (soft matching, as a sliding window).
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, DEEP, MATCH = 384, 12, 1536, 128
REACH = (4, 12, 30)
FEATURES = 4 + len(REACH)
MOST_QUESTION = 64


class Layer(nn.Module):
    """One post-norm transformer layer, its names as in the encoder's checkpoints."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.o = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.n1, self.n2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.up, self.down = nn.Linear(WIDTH, DEEP), nn.Linear(DEEP, WIDTH)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = x.shape
        split = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        query, key, value = split[0], split[1], split[2]
        if x.device.type == "cpu" and query.dtype == torch.bfloat16:
            # Half of what a step takes, were the weights widened for the softmax as autocast does.
            with torch.autocast("cpu", enabled=False):
                scores = (query * (WIDTH // HEADS) ** -0.5) @ key.transpose(-1, -2)
                mixed = scores.add_(bias.to(query.dtype)).softmax(-1) @ value
        elif torch.onnx.is_in_onnx_export():
            weights = (query @ key.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + bias).softmax(-1)
            mixed = weights @ value
        else:
            mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias.to(query.dtype))
        x = self.n1(x + self.o(mixed.transpose(1, 2).reshape(batch, length, WIDTH)))
        return self.n2(x + self.down(functional.gelu(self.up(x))))


class Matching(nn.Module):
    """Soft matching inside the graph: features (batch, length, FEATURES), all between 0 and about 1."""

    def __init__(self) -> None:
        super().__init__()
        self.centre = nn.Parameter(torch.zeros(WIDTH))
        self.project = nn.Linear(WIDTH, MATCH, bias=False)
        self.weigh = nn.Linear(WIDTH, 1)

    def forward(self, words: Tensor, rarity: Tensor, asks: Tensor, tells: Tensor) -> Tensor:
        """`rarity`: near 1 for rare words; `asks`, `tells`: 1.0 at the question's and at the passage's tokens."""
        vectors = functional.normalize(self.project(words - self.centre), dim=-1)
        weight = torch.sigmoid(self.weigh(words)).squeeze(-1) * rarity * asks
        rows, heavy = vectors[:, :MOST_QUESTION], weight[:, :MOST_QUESTION]
        cosine = functional.relu(rows @ vectors.transpose(1, 2)) * asks[:, :MOST_QUESTION, None] * tells[:, None]
        strength = cosine * cosine
        parts = [cosine.amax(1), (strength * heavy[..., None]).amax(1), ((cosine > 0.98) * heavy[..., None]).amax(1)]
        whole = heavy.sum(1, keepdim=True) + 1e-6
        parts.append((strength.amax(2) * heavy).sum(1, keepdim=True) / whole * tells)
        for reach in REACH:
            near = functional.max_pool1d(strength, 2 * reach + 1, stride=1, padding=reach)
            parts.append((near * heavy[..., None]).sum(1) / whole * tells)
        back = torch.cat([strength.amax(2), torch.zeros_like(weight[:, MOST_QUESTION:])], 1) * asks
        parts[0] = parts[0] + back
        return torch.stack(parts, -1)


class Reader(nn.Module):
    """Input word vectors in, logits out: start and end a token (the first token stands for "no answer"), relevance."""

    def __init__(self, layers: int = 6) -> None:
        super().__init__()
        self.pos = nn.Parameter(torch.zeros(512, WIDTH))
        self.seg = nn.Parameter(torch.zeros(2, WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.match = Matching()
        self.feed = nn.Linear(FEATURES, WIDTH)
        self.spans = nn.Linear(WIDTH + FEATURES, 2)
        self.judge = nn.Sequential(nn.Linear(2 * WIDTH + FEATURES, 128), nn.GELU(), nn.Linear(128, 1))
        nn.init.normal_(self.feed.weight, std=0.02)
        nn.init.zeros_(self.feed.bias)

    def forward(self, words: Tensor, rarity: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """words (b, t, 384); rarity (b, t); types (b, t) 1.0 in the passage; mask (b, t) 1.0 at real tokens.

        Returns start (b, t), end (b, t), relevance (b,).
        """
        tells = types * mask
        asks = (1.0 - types) * mask
        features = self.match(words, rarity, asks, tells)
        kind = self.seg[0] + types[..., None] * (self.seg[1] - self.seg[0])
        x = self.norm(words + self.pos[: words.shape[1]] + kind + self.feed(features))
        bias = ((mask - 1.0) * 1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        start, end = self.spans(torch.cat([x, features], -1)).unbind(-1)
        share = tells / tells.sum(1, keepdim=True).clamp(min=1.0)
        mean = (x * share[..., None]).sum(1)
        judged = self.judge(torch.cat([x[:, 0], mean, features.amax(1)], -1)).squeeze(-1)
        return start, end, judged

    def load_body(self, student: dict[str, Tensor]) -> None:
        """The encoder's layers as the start; what the reader adds stays as it is."""
        own = {k.removeprefix("body."): v for k, v in student.items() if k.startswith("body.")}
        wanted = {
            k: v for k, v in own.items() if not k.startswith("layers.") or int(k.split(".")[1]) < len(self.layers)
        }
        missing, unexpected = self.load_state_dict(wanted, strict=False)
        if unexpected or any(not k.startswith(("match.", "feed.", "spans.", "judge.")) for k in missing):
            raise SystemExit(
                f"The encoder's checkpoint does not fit the reader: {sorted(unexpected)[:3]} {missing[:3]}"
            )

    def start_matching(self, table: Tensor) -> None:
        """Soft matching that works before training: cosines along the table's main directions."""
        with torch.no_grad():
            centred = table - table.mean(0)
            _, _, directions = torch.linalg.svd(centred[:: max(1, len(centred) // 12000)], full_matrices=False)
            self.match.centre.copy_(table.mean(0))
            self.match.project.weight.copy_(directions[:MATCH])
            self.match.weigh.weight.zero_()
            self.match.weigh.bias.fill_(2.0)


def rarity_of(frequency: Tensor) -> Tensor:
    """How much a matched word says: 1 for a rare one, towards 0 for the most frequent."""
    rarity = 1e-3 / (1e-3 + frequency.float())
    rarity[:5] = 0.0
    return rarity


@dataclass(frozen=True, slots=True)
class Table:
    """The shared input table, frozen, and how rare each of its words is."""

    words: Tensor
    rarity: Tensor

    def rows(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        return functional.embedding(ids, self.words), self.rarity[ids]


def load_table(encoder: Path, frequency: Path) -> Table:
    """The input table as it ships in an encoder's folder, and how often its words stand in general text.

    Composed words, which have no row and were not counted, are all rare.
    """
    from index.encoders.input_table import WordVectors

    shipped = WordVectors(encoder)
    words = torch.from_numpy(shipped.vectors(np.arange(len(shipped))))
    rarity = torch.ones(len(words))
    counted = rarity_of(torch.from_numpy(np.load(frequency)))
    rarity[: len(counted)] = counted
    return Table(words, rarity)
