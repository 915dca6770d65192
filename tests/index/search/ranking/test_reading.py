"""How many passages are read for one question."""

from dataclasses import dataclass, field, replace

import numpy as np

from index.document import Source
from index.encoders.span_reader import Reading, SpanReader
from index.search.question.query import parse
from index.search.ranking.candidates import PassageMatch
from index.search.ranking.late_interaction import Match
from index.search.ranking.reading import BEHIND, READ, SURE, read_on, sureness

ASKED = parse("什么?")
SOURCE = Source("a.txt", "A")
WHOLE = Match(0.0, 0.0, 0.0, np.zeros(0, np.float32))


@dataclass
class Scripted:
    """Stands for the model: how sure it is of each text."""

    sure: dict[str, float]
    read: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def reader(self) -> SpanReader:
        scripted = self

        class Fake(SpanReader):
            def read(self, question: str, texts: object) -> list[Reading]:
                [text] = texts
                scripted.read.append(text)
                scripted.asked.append(question)
                spans = np.array([[0, len(text)]], np.int32)
                return [Reading(spans, np.zeros(1, np.float32), np.zeros(1, np.float32), 0.0, scripted.sure[text])]

        return Fake(lambda *_: None)


def passages(count: int) -> list[PassageMatch]:
    return [PassageMatch(n, SOURCE, 0.0, 0.0, WHOLE, ((0, 2),), f"p{n}", 0, 0) for n in range(count)]


def test_reading_ends_at_a_passage_that_surely_answers() -> None:
    model = Scripted({"p0": 0.0, "p1": SURE, "p2": 0.0})
    found = read_on(model.reader(), ASKED, passages(3), [2.0, 1.0, 0.0])
    assert model.read == ["p0", "p1"]
    assert [p.reading is not None for p in found] == [True, True, False]
    assert [p.passage for p in found] == [0, 1, 2]
    assert sureness(found[1], ASKED) >= SURE > sureness(found[0], ASKED)


def test_the_reader_is_told_what_a_passage_writes_for_a_word_of_the_question() -> None:
    model = Scripted({f"p{n}": 0.0 for n in range(2)})
    found = passages(2)
    read_on(model.reader(), ASKED, [replace(found[0], other=("年休假",)), found[1]], [0.0, 0.0])
    assert model.asked == ["什么? 年休假", "什么?"]


def test_passages_far_behind_the_first_are_not_read() -> None:
    model = Scripted({f"p{n}": 0.0 for n in range(3)})
    read_on(model.reader(), ASKED, passages(3), [0.0, -BEHIND, -BEHIND - 0.1])
    assert model.read == ["p0", "p1"]


def test_of_many_that_do_not_answer_a_few_are_read() -> None:
    model = Scripted({f"p{n}": -9.0 for n in range(9)})
    found = read_on(model.reader(), ASKED, passages(9), [0.0] * 9)
    assert len(model.read) == READ
    assert len(found) == 9


def test_after_a_sure_passage_in_another_language_its_translation_is_read_too() -> None:
    model = Scripted({f"p{n}": SURE + 9 for n in range(9)})
    found = passages(5)
    found[0] = replace(found[0], cross=1.0, source=replace(SOURCE, path="a.en.txt", translation_of="a.txt"))
    found[1] = replace(found[1], source=replace(SOURCE, path="b.txt"))
    got = read_on(model.reader(), ASKED, found, [0.0, -1.0, -9.0, -9.0, -9.0])
    assert model.read == ["p0", "p2", "p3"]
    assert [p.passage for p in got if p.reading] == [0, 2, 3]


def test_nothing_found_means_nothing_read() -> None:
    assert read_on(Scripted({}).reader(), ASKED, [], []) == []


def test_a_sentence_without_a_number_is_no_sure_answer_to_how_many() -> None:
    texts = ["aa", "bb", "16", "dd"]
    model = Scripted(dict.fromkeys(texts, SURE))
    found = [replace(passage, text=text) for passage, text in zip(passages(4), texts, strict=True)]
    read_on(model.reader(), parse("有多少工厂?"), found, [0.0] * 4)
    assert model.read == ["aa", "bb", "16"]
