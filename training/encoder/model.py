"""MiniLM's six layers in plain torch, over an input table of our own, with one projection for token vectors.

Written out rather than taken from a library, because the word rows are trained sparsely and the graph that ships is
built from the same names of weights.
"""

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from safetensors.torch import load_file
from torch import Tensor, nn

WIDTH = 384
HEADS = 12
LAYERS = 6
PROJECTED = 96


class Layer(nn.Module):
    """Attention and feed-forward, each followed by its norm, as in BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.o = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.n1, self.n2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = self.n1(x + self.o(mixed.transpose(1, 2).reshape(batch, length, width)))
        return self.n2(x + self.down(functional.gelu(self.up(x))))


class Body(nn.Module):
    """From input vectors (batch, tokens, 384) and a mask to the vectors of the last layer."""

    def __init__(self) -> None:
        super().__init__()
        self.pos, self.seg = nn.Parameter(torch.zeros(512, WIDTH)), nn.Parameter(torch.zeros(2, WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, words: Tensor, mask: Tensor) -> Tensor:
        x = self.norm(words + self.pos[: words.shape[1]] + self.seg[0])
        bias = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(~mask, -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        return x


class Student(nn.Module):
    """The word table, the layers, and the projection of token vectors."""

    def __init__(self, words: Tensor, body: Body) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(words, freeze=False, sparse=True)
        self.body = body
        self.proj = nn.Linear(WIDTH, PROJECTED, bias=False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        return self.body(self.words(ids), mask)

    def project(self, x: Tensor) -> Tensor:
        """Unit token vectors."""
        return unit(self.proj(x))


def weight_groups(body: Body, projection: nn.Linear, rate: float, projection_rate: float) -> list[dict[str, Any]]:
    """The weights as an optimiser takes them, each group with its learning rate under `base`; what is no matrix, and
    the projection, does not decay."""
    matrices = [weight for weight in body.parameters() if weight.ndim > 1]
    vectors = [weight for weight in body.parameters() if weight.ndim <= 1]
    return [
        {"params": matrices, "weight_decay": 0.01, "base": rate},
        {"params": vectors, "weight_decay": 0.0, "base": rate},
        {"params": list(projection.parameters()), "weight_decay": 0.0, "base": projection_rate},
    ]


def unit(x: Tensor) -> Tensor:
    """Rows of length one, in float32."""
    return functional.normalize(x.float(), dim=-1)


def pool(x: Tensor, mask: Tensor) -> Tensor:
    """Unit mean of the real tokens."""
    weights = mask.unsqueeze(-1).float()
    return unit((x.float() * weights).sum(1) / weights.sum(1))


def read_minilm(folder: Path) -> tuple[Body, Tensor]:
    """all-MiniLM-L6-v2's layers under our names, and its word table."""
    stored = load_file(folder / "model.safetensors")
    weights = {
        "pos": stored["embeddings.position_embeddings.weight"],
        "seg": stored["embeddings.token_type_embeddings.weight"],
    }
    for kind in ("weight", "bias"):
        weights[f"norm.{kind}"] = stored[f"embeddings.LayerNorm.{kind}"]
        for n in range(LAYERS):
            weights |= _layer(stored, n, kind)
    body = Body()
    body.load_state_dict(weights)
    return body, stored["embeddings.word_embeddings.weight"]


def _layer(stored: dict[str, Tensor], n: int, kind: str) -> dict[str, Tensor]:
    theirs, ours = f"encoder.layer.{n}", f"layers.{n}"
    parts = [stored[f"{theirs}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
    return {
        f"{ours}.qkv.{kind}": torch.cat(parts),
        f"{ours}.o.{kind}": stored[f"{theirs}.attention.output.dense.{kind}"],
        f"{ours}.n1.{kind}": stored[f"{theirs}.attention.output.LayerNorm.{kind}"],
        f"{ours}.up.{kind}": stored[f"{theirs}.intermediate.dense.{kind}"],
        f"{ours}.down.{kind}": stored[f"{theirs}.output.dense.{kind}"],
        f"{ours}.n2.{kind}": stored[f"{theirs}.output.LayerNorm.{kind}"],
    }
