"""From sentences to the stretches that are quoted: what may answer together is quoted, and counts, together.

The sentence that looks most like a question often stands right beside the one that answers it. So a sentence is joined
by its neighbours, as far as a quote reaches; one of a list that is asked for as a whole is joined by its list. A
stretch counts as much as its sentences together: their scores are log odds of one choice among all sentences, so they
add up as probabilities do.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.answer import MAX_QUOTE
from index.document import Block, BlockKind, Document
from index.search.question.asked_for import wants_all, wants_many
from index.search.ranking.sentence_matches import FEATURES, Place, SentenceMatch, best_first, place_of
from index.text.gathering import weight
from index.text.structure import announces, group_of, introduced, lead_in

SEEDS = 12
"""Sentences that a stretch is grown around, the best ones: more change no first quote."""
SHARE = math.log(0.08)
"""A sentence at the rim of a stretch stays where it is at least that likely, in proportion to the best of the stretch:
what is less likely says nothing of what was asked."""
LISTED = 2.0
"""How much surer, in logits, a whole list is where all of something is asked for: as typed questions tell."""
ROOM = 140.0
"""The size of a stretch in Chinese characters (`index.text.gathering.weight`): what is read at a glance."""
WANTED = FEATURES.index("wanted")
_JOINED = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW})
"""Blocks of these kinds may be quoted together with the next of their kind."""


def stretches(
    ranked: Sequence[SentenceMatch], document_of: Callable[[int], Document], question: str
) -> list[SentenceMatch]:
    """The sentences of `ranked` (best first) in stretches that do not overlap, best first.

    A stretch is the match of its best sentence, with a span, a position and a score that take in the others.
    """
    listed = LISTED if wants_all(question) else 0.0
    grower = _Grower({place_of(row): row for row in ranked}, wants_many(question), listed)
    grown = [grower.grown(seed, document_of(seed.candidate.passage)) for seed in ranked[:SEEDS]]
    grown.sort(key=lambda one: (-one[0].score, *place_of(one[0])))
    found: list[SentenceMatch] = []
    taken: set[Place] = set()
    for stretch, inside in grown:
        if taken.isdisjoint(inside):
            found.append(stretch)
            taken.update(inside)
    return best_first([*found, *(row for row in ranked if place_of(row) not in taken)])


@dataclass(frozen=True, slots=True)
class _Grower:
    """Grows a stretch around one sentence; `many`: the question asks for steps, or for all of something; `listed`: what
    a whole list gains."""

    places: dict[Place, SentenceMatch]
    many: bool
    listed: float

    def grown(self, seed: SentenceMatch, document: Document) -> tuple[SentenceMatch, set[Place]]:
        """`seed` with what joins it, and the places of all of it."""
        block = document.block_at(seed.span[0])
        together = self._unit(document, block) if block else ()
        if together:
            # What is quoted is worked out from the block (`shapes`): only the score takes in the rest.
            rows = [row for row in self._of(seed) if any(b.start <= row.span[0] < b.end for b in together)]
            chosen = seed if self.many else self._within(rows, together, document) or seed
            return replace(chosen, score=_together(rows) + self.listed), {place_of(row) for row in rows}
        return self._joined(seed, document)

    def _within(
        self, rows: Sequence[SentenceMatch], together: Sequence[Block], document: Document
    ) -> SentenceMatch | None:
        """Where one fact is asked for, and the list is too long to be read at a glance: its likeliest item, with
        neighbours that may answer as well. None where the list is short, or no item fits beside its lead-in."""
        lead = together[0]
        if together[-1].end - lead.start <= MAX_QUOTE:
            return None
        room = MAX_QUOTE - (lead.end - lead.start)
        items = [row for row in rows if row.span[0] >= lead.end and row.span[1] - row.span[0] <= room]
        return self._joined(max(items, key=lambda row: row.score), document)[0] if items else None

    def _unit(self, document: Document, block: Block) -> tuple[Block, ...]:
        """The blocks of the list that is quoted whole where `block` is of it, empty where there is none."""
        if block.kind is BlockKind.ITEM and self.many:
            lead = lead_in(document, block)
            return (*([lead] if lead else []), *group_of(document, block))
        items = introduced(document, block)
        return (block, *items) if items and (self.many or announces(document, block)) else ()

    def _of(self, seed: SentenceMatch) -> list[SentenceMatch]:
        passage = seed.candidate.passage
        found = (self.places.get((passage, at)) for at in range(len(seed.candidate.sentences)))
        return [row for row in found if row]

    def _joined(self, seed: SentenceMatch, document: Document) -> tuple[SentenceMatch, set[Place]]:
        """`seed` with its neighbours as far as a quote reaches, the likelier side first, less what adds nothing."""
        rows = [seed]
        while True:
            ends = ((rows[0], rows[0].position - 1), (rows[-1], rows[-1].position + 1))
            sides = [(row, self.places.get((seed.candidate.passage, at))) for row, at in ends]
            able = [one for row, one in sides if one and self._fits(document, rows, row, one)]
            if not able:
                break
            rows = sorted([*rows, max(able, key=lambda row: row.score)], key=lambda row: row.position)
        best = max(rows, key=lambda row: row.score)
        while _adds_nothing(rows[0], best):
            rows = rows[1:]
        while _adds_nothing(rows[-1], best):
            rows = rows[:-1]
        span = rows[0].span[0], rows[-1].span[1]
        score = _together(rows)
        return replace(best, position=rows[0].position, span=span, score=score), {place_of(row) for row in rows}

    def _fits(
        self, document: Document, rows: Sequence[SentenceMatch], beside: SentenceMatch, more: SentenceMatch
    ) -> bool:
        """Whether `more` may be quoted with `rows`, next to `beside`: short enough together, and of one kind."""
        start, end = min(rows[0].span[0], more.span[0]), max(rows[-1].span[1], more.span[1])
        here, there = document.block_at(beside.span[0]), document.block_at(more.span[0])
        if end - start > MAX_QUOTE or weight(document.text, start, end) > ROOM or here is None or there is None:
            return False
        if here == there:
            return True
        if introduced(document, here) or introduced(document, there):
            return False
        alike = here.kind is there.kind and here.kind in _JOINED and here.group == there.group
        return alike and abs(document.position(here) - document.position(there)) == 1


def _adds_nothing(row: SentenceMatch, best: SentenceMatch) -> bool:
    """Whether `row`, at the rim of a stretch, says nothing of what was asked: it is unlikely beside the best of the
    stretch, or lacks the number or the time that was asked for, and that one has it."""
    return row.score < best.score + SHARE or row.features[WANTED] < 0 < best.features[WANTED]


def _together(rows: Iterable[SentenceMatch]) -> float:
    """The score of `rows` as one choice: the logarithm of the sum of what their scores are the logarithms of."""
    return float(np.logaddexp.reduce([row.score for row in rows]))
