"""Which sentences are quoted together, and how much they count together."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from index.answer import MAX_QUOTE
from index.document import Block, BlockKind, Document, Source
from index.search.quoting.stretches import LISTED, WANTED, stretches
from index.search.ranking.candidates import PassageMatch
from index.search.ranking.late_interaction import Match
from index.search.ranking.sentence_matches import FEATURES, SentenceMatch
from index.text.sentences import sentences

EN = Source("a.txt", "A", "en")
ZH = Source("a.txt", "A", "zh")
WHOLE = Match(0.0, 0.0, 0.0, np.zeros(0, np.float32))
FACT, LIST, STEPS = "when is it?", "which ones are there?", "how do I choose one?"


def document(*blocks: tuple[str, BlockKind, int], source: Source = EN) -> Document:
    """A document of these blocks (text, kind, group), a line each."""
    text, found = "", []
    for words, kind, group in blocks:
        found.append(Block(kind, len(text), len(text) + len(words), group=group))
        text += words + "\n"
    return Document("a", source, text, blocks=tuple(found))


def prose(*paragraphs: str, source: Source = EN) -> Document:
    return document(*((text, BlockKind.PARAGRAPH, 0) for text in paragraphs), source=source)


def quoted(made: Document, scores: Sequence[float], question: str = FACT) -> list[str]:
    """What is quoted, best first, where the sentences of one passage have these scores."""
    return [made.text[slice(*row.span)] for row in rows_of(made, scores, question)]


def rows_of(
    made: Document, scores: Sequence[float], question: str = FACT, wanted: Sequence[float] = ()
) -> list[SentenceMatch]:
    """`wanted`: whether each sentence holds the kind of thing that is asked for (1), or lacks it (-1)."""
    spans = tuple(
        span
        for block in made.blocks
        if block.kind is not BlockKind.CAPTION
        for span in sentences(made.text, block.start, block.end, made.source.lang)
    )
    passage = PassageMatch(0, made.source, 0.0, 0.0, WHOLE, spans, made.text, 0, 0)
    features = np.zeros((len(spans), len(FEATURES)), np.float32)
    if wanted:
        features[:, WANTED] = wanted
    rows = enumerate(zip(spans, features, scores, strict=True))
    ranked = [SentenceMatch(passage, n, span, row, score) for n, (span, row, score) in rows]
    return stretches(sorted(ranked, key=lambda row: -row.score), lambda _: made, question)


def test_a_neighbour_that_may_answer_as_well_is_quoted_too() -> None:
    made = prose("In 2022 we met in Miami. In 2023 we met in Lyon. Lunch is free.")
    assert quoted(made, (9.0, 8.5, 0.0)) == ["In 2022 we met in Miami. In 2023 we met in Lyon.", "Lunch is free."]


def test_a_neighbour_that_is_hardly_likely_stays_out() -> None:
    made = prose("In 2022 we met in Miami. In 2023 we met in Lyon.")
    assert quoted(made, (9.0, 9.0 - math.log(13))) == ["In 2022 we met in Miami.", "In 2023 we met in Lyon."]
    assert len(quoted(made, (9.0, 9.0 - math.log(12)))) == 1


def test_a_neighbour_without_the_number_that_is_asked_for_stays_out_where_the_best_has_it() -> None:
    made = prose("The district has 8 smart factories. Its smart factories lead the city.")
    for wanted, alone in (((1, -1), True), ((1, 1), False), ((-1, -1), False), ((0, -1), False)):
        first = rows_of(made, (9.0, 8.5), "how many smart factories?", wanted)[0]
        assert (made.text[slice(*first.span)] == "The district has 8 smart factories.") is alone


def test_the_next_paragraph_joins_as_the_next_sentence_does() -> None:
    made = prose("In 2022 we met in Miami.", "In 2023 we met in Lyon.")
    assert quoted(made, (9.0, 8.5)) == ["In 2022 we met in Miami.\nIn 2023 we met in Lyon."]


def test_sentences_count_together_so_that_two_fair_ones_may_come_before_a_better_one() -> None:
    made = document(
        ("A first fair one. A second fair one.", BlockKind.PARAGRAPH, 0),
        ("Figure 1: a line between.", BlockKind.CAPTION, 0),
        ("A better one that stands alone.", BlockKind.PARAGRAPH, 0),
    )
    rows = rows_of(made, (5.0, 5.0, 5.5))
    assert made.text[slice(*rows[0].span)] == "A first fair one. A second fair one."
    assert rows[0].score == pytest.approx(5.0 + math.log(2))


@pytest.mark.parametrize(("source", "sentence"), [(EN, "Word " * 30 + "end. "), (ZH, "字" * 80 + "。")])
def test_no_stretch_is_longer_than_a_quote_may_be(source: Source, sentence: str) -> None:
    made = prose((sentence * 3).strip(), source=source)
    assert all(len(text) <= MAX_QUOTE for text in quoted(made, (9.0, 9.0, 9.0)))
    assert len(quoted(made, (9.0, 9.0, 9.0))) == 3


def test_nothing_is_joined_over_a_caption_or_with_a_block_of_another_kind() -> None:
    apart = document(
        ("It opens at nine.", BlockKind.PARAGRAPH, 0),
        ("Figure 1: the door.", BlockKind.CAPTION, 0),
        ("It closes at five.", BlockKind.PARAGRAPH, 0),
    )
    assert len(quoted(apart, (9.0, 9.0))) == 2
    mixed = document(("It opens at nine.", BlockKind.PARAGRAPH, 0), ("Cell | Cell", BlockKind.ROW, 1))
    assert len(quoted(mixed, (9.0, 9.0))) == 2


def test_a_list_that_is_asked_for_counts_as_a_whole_with_what_introduces_it() -> None:
    made = document(
        ("We have these kinds:", BlockKind.PARAGRAPH, 0),
        ("Red ones.", BlockKind.ITEM, 1),
        ("Blue ones.", BlockKind.ITEM, 1),
        ("Grey ones are often asked for.", BlockKind.PARAGRAPH, 0),
    )
    scores = (4.0, 4.0, 4.0, 4.9)
    assert quoted(made, scores, LIST)[0] == "We have these kinds:"
    assert rows_of(made, scores, STEPS)[0].score == pytest.approx(4.0 + math.log(3))
    assert rows_of(made, scores, LIST)[0].score == pytest.approx(4.0 + math.log(3) + LISTED)
    assert quoted(made, scores, FACT)[0] == "We have these kinds:"


def test_a_whole_list_comes_before_a_likelier_sentence_where_all_of_something_is_asked_for() -> None:
    made = document(
        ("We have these kinds:", BlockKind.PARAGRAPH, 0),
        ("Red ones.", BlockKind.ITEM, 1),
        ("Grey ones are often asked for.", BlockKind.PARAGRAPH, 0),
    )
    scores = (4.0, 4.0, 5.5)
    assert quoted(made, scores, LIST)[0] == "We have these kinds:"
    assert quoted(made, scores, FACT)[0] == "Grey ones are often asked for."


def test_of_a_long_list_a_question_for_one_fact_is_answered_by_the_item_and_not_by_the_line_above_it() -> None:
    long = "This one is told at length, so that nobody can read the whole list at a glance: " + "on and on, " * 12
    made = document(
        ("We have these kinds:", BlockKind.PARAGRAPH, 0),
        (long, BlockKind.ITEM, 1),
        ("Red ones come in May.", BlockKind.ITEM, 1),
        (
            "Blue ones are out of stock, and will be for as long as the strike in the harbour goes on.",
            BlockKind.ITEM,
            1,
        ),
    )
    scores = (9.0, 2.0, 5.0, 1.0)
    assert quoted(made, scores, FACT)[0] == "Red ones come in May."
    assert rows_of(made, scores, FACT)[0].score == pytest.approx(np.logaddexp.reduce(scores))
    assert quoted(made, scores, LIST)[0] == "We have these kinds:"
    assert quoted(made, (9.0, 2.0, 5.0, 4.9), FACT)[0].startswith("Red ones come in May.\nBlue ones")


def test_a_line_that_announces_a_list_is_not_quoted_with_the_paragraph_before_it() -> None:
    made = document(
        ("They are sold in spring.", BlockKind.PARAGRAPH, 0),
        ("We have these kinds:", BlockKind.PARAGRAPH, 0),
        ("Red ones.", BlockKind.ITEM, 1),
    )
    assert "They are sold in spring." in quoted(made, (9.0, 9.0, 1.0))
