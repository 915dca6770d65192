"""Several rankings of one corpus become one.

Reciprocal rank fusion: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank
Learning Methods", SIGIR 2009. Ranks, not scores, since a cosine and a BM25 score share no scale.
"""

from collections.abc import Iterable, Sequence

DAMPING = 60
"""The constant k of the paper: how much the first ranks stand out."""


def fuse(rankings: Iterable[Sequence[int]], limit: int) -> list[int]:
    """Ids of all `rankings` (each best first, no repetition), best fused score first, `limit` at most.

    Ties go to the smaller id, so that the same question always gives the same order.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (DAMPING + rank)
    return sorted(scores, key=lambda item: (-scores[item], item))[:limit]
