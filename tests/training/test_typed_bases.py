"""Which stretches count as an answer to a typed question, and the search that it is asked of."""

from pathlib import Path

import pytest

from index.encoders.static import Static
from index.search.question.query import parse
from training.typed import Typed
from training.typed_bases import holds, opened

FAST = Path("index/encoders/models/bundled-fast")


@pytest.mark.parametrize(
    ("start", "end", "right"),
    [
        (10, 20, True),
        (15, 25, True),
        (0, 100, True),
        (16, 40, False),
        (20, 30, False),
        (0, 10, False),
    ],
)
def test_a_stretch_answers_that_shares_half_of_itself_or_of_the_answer(start: int, end: int, right: bool) -> None:
    assert holds([(10, 20)], start, end) is right


def test_each_knowledge_base_is_searched_by_itself(tmp_path: Path) -> None:
    known = []
    for base, text in (("w1", "Leave is twelve days."), ("w2", "The lobby is painted green.")):
        (tmp_path / base).mkdir()
        (tmp_path / base / "house").write_text(text, encoding="utf-8")
        known.append(Typed("?", "en", base, f"{base}/house", "fact", "sentence", (((0, len(text)),),)))
    found = {
        base: [document.text.strip() for document in index.documents()]
        for base, index in opened(tmp_path, known, {"w1", "w2"}, Static(FAST), None)
    }
    assert found == {"w1": ["Leave is twelve days."], "w2": ["The lobby is painted green."]}
    bases = opened(tmp_path, known, {"w2"}, Static(FAST), None)
    _, index = next(bases)
    assert [match.source.path for match in index.pipeline.considered(parse("what color"))] == ["w2/house.txt"]
