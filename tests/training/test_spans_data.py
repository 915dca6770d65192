"""The span reader's training data: wherever an example says that the answer stands, it stands."""

import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest

from index.text.terms import tokenizer
from training.spans_cloze import Aligner, asked_about
from training.spans_examples import Maker, Pool, elsewhere, swaps
from training.spans_gloss import Glosses, english_question, gloss, glossed_passage, load_glosses
from training.spans_numbers import numbers
from training.spans_text import NOWHERE, Example, Paragraph, cut, holding, paragraphs, window_around

SWAPS = {"names": ["上海"], "years": ["1999"], "titles": ["黄河"]}
TEXT = "龙泉区位于成都东部。2021年全区有8个智能工厂，工人三千名。区长是王明。游客每年来看桃花，大多来自外省。"
CEDICT = """# comment
工廠 工厂 [gong1 chang3] /factory/CL:家[jia1]/
智能 智能 [zhi4 neng2] /intelligent/smart (phone, system)/
成都 成都 [Cheng2 du1] /Chengdu, capital of Sichuan/
上海 上海 [Shang4 hai3] /Shanghai municipality/
全 全 [quan2] /all/
王 王 [Wang2] /surname Wang/
明 明 [ming2] /bright/
"""


@pytest.fixture(scope="module")
def glosses(tmp_path_factory: pytest.TempPathFactory) -> Glosses:
    path = tmp_path_factory.mktemp("cedict") / "cedict.txt.gz"
    with gzip.open(path, "wt", encoding="utf8") as file:
        file.write(CEDICT)
    return load_glosses(path)


def squad(folder: Path, answers: list[tuple[str, int]]) -> Path:
    entries = [
        {"question": f"第{n}问？", "answers": [{"text": t, "answer_start": s}]} for n, (t, s) in enumerate(answers)
    ]
    path = folder / "made.json.gz"
    with gzip.open(path, "wt", encoding="utf8") as file:
        json.dump({"data": [{"title": "龙泉", "paragraphs": [{"context": TEXT, "qas": entries}]}]}, file)
    return path


def test_an_offset_that_is_off_is_looked_for_and_an_answer_that_is_nowhere_dropped(tmp_path: Path) -> None:
    """Three answers: right, off by some, not in the text. Two remain, and both stand where they say."""
    (made,) = paragraphs(squad(tmp_path, [("王明", TEXT.index("王明")), ("8个", 0), ("火星", 3)]))
    assert [made.text[slice(*a.answer)] for a in made.asked] == ["王明", "8个"]
    assert made.title == "龙泉"


def test_windows_hold_the_chosen_sentence_and_respect_the_limit() -> None:
    """Whatever is drawn: the chosen sentence is inside, and only a sentence too long by itself is over the limit."""
    runs = cut(TEXT, 30)
    assert "".join(TEXT[slice(*r)] for r in runs) == TEXT
    for seed in range(20):
        first, last = window_around(runs, 1, 60, random.Random(seed))
        assert first <= 1 < last
        assert runs[last - 1][1] - runs[first][0] <= 60 or last - first == 1
    assert holding(runs, (len(TEXT) + 3, len(TEXT) + 4)) == -1


def test_a_glossed_passage_keeps_its_answer(glosses: Glosses) -> None:
    """Digits are not translated, so the answer can be recognised after its place has moved."""
    start = TEXT.index("8个")
    example = Example("多少？", TEXT, (start, start + 1), (TEXT.index("2021"), TEXT.index("区长")))
    made = glossed_passage(example, glosses, tokenizer(), random.Random(1))
    assert made.text[slice(*made.answer)].strip() == "8"
    assert "factory" in made.text[slice(*made.sentence)]


def test_a_gloss_of_nothing_changes_nothing(glosses: Glosses) -> None:
    """With no share to translate the text is itself, and every code point stays."""
    same, moved = gloss(TEXT, glosses, tokenizer(), random.Random(2), share=0.0)
    assert same == TEXT
    assert all(a <= i < b for i, (a, b) in enumerate(moved) if b > a)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("成都有多少个工厂？", "how"),
        ("区长是谁？", "who"),
        ("工厂什么时候建成？", "when"),
        ("成都在哪里？", "where"),
        ("为什么？", "why"),
    ],
)
def test_the_question_word_comes_first_in_english(glosses: Glosses, question: str, first: str) -> None:
    for seed in range(8):
        made = english_question(question, glosses, tokenizer(), random.Random(seed)).lower()
        assert made.startswith((first, "what", "in wh")), made


@pytest.mark.parametrize("chinese", [False, True])
def test_a_cloze_question_asks_for_what_it_left_out(chinese: bool) -> None:
    """The span stands in the sentence and, unless it stood there twice, no longer in the question."""
    sentence = (
        "公司在2019年生产了350辆汽车，总部在上海举行会议。"
        if chinese
        else "The company built 350 cars in Berlin in March 2019."
    )
    for seed in range(20):
        made = asked_about(sentence, chinese, random.Random(seed))
        assert made is not None
        question, (start, end) = made
        assert 0 <= start < end <= len(sentence)
        assert sentence[start:end] not in question


def test_the_aligner_finds_a_number_by_its_digits_and_a_word_by_its_vector() -> None:
    """Digits must be the same; words go by the table; nothing near enough gives nothing."""
    table = np.random.default_rng(3).standard_normal((tokenizer().get_vocab_size(), 16)).astype(np.float32)
    first, second = (tokenizer().encode(w, add_special_tokens=False).ids for w in ("car", "汽车"))
    table[first[0]] = table[second[0]]
    aligner = Aligner(tokenizer(), table, least=0.9)
    assert aligner.find("350 cars", "生产了350辆") == (3, 6)
    assert aligner.find("car", "他有汽车。") == (2, 4)
    assert aligner.find("zebra", "他有汽车。") == NOWHERE


def test_examples_say_where_the_answer_stands_and_hold_none_where_they_say_so(glosses: Glosses) -> None:
    """Positives hold their sentence; about a third are negatives; a question about elsewhere names something else."""
    asked = paragraphs_with_answers()
    pool = Pool(tokenizer())
    pool.fill(asked, 60)
    maker = Maker(asked, [], pool, glosses, tokenizer(), SWAPS)
    made = [e for seed in range(12) for e in maker.examples(range(len(asked)), random.Random(seed))]
    positives = [e for e in made if e.answered]
    assert all(
        0 <= e.sentence[0] <= e.answer[0] < e.sentence[1] <= len(e.text) for e in positives if e.answer != NOWHERE
    )
    assert 0.05 < 1 - len(positives) / len(made) < 0.6
    swapped = elsewhere("成都有多少个智能工厂？", TEXT, glosses.names, SWAPS, random.Random(0))
    assert swapped == "上海有多少个智能工厂？"
    assert elsewhere("有多少个智能工厂？", TEXT, glosses.names, SWAPS, random.Random(0)) is None


def paragraphs_with_answers() -> list[Paragraph]:
    from training.spans_text import Asked

    start = TEXT.index("8个")
    other = "天津港有12个泊位。港口很大。1999年成都到天津的铁路开通。" * 2
    return [
        Paragraph("龙泉区", TEXT, (Asked("成都的龙泉区有几个智能工厂？", (start, start + 2)),)),
        Paragraph("天津港", other, (Asked("天津港有多少个泊位？", (other.index("12"), other.index("12") + 3)),)),
    ]


def test_swaps_come_from_the_data_itself(glosses: Glosses) -> None:
    """Names that the dictionary writes with a capital, years, and short titles."""
    found = swaps(paragraphs_with_answers(), glosses.names)
    assert found == {"names": ["成都"], "years": [], "titles": ["天津港", "龙泉区"]}


@pytest.mark.parametrize("text", ["这里原是渡口。后来修了桥。", "This was a ferry once. A bridge was built later."])
def test_of_several_numbers_side_by_side_the_one_that_is_asked_for_is_the_answer(text: str) -> None:
    made = list(numbers([text], 300, random.Random(2)))
    answered = [pair for pair in made if pair["gold"]]
    assert 200 < len(answered) < 300
    for pair in answered:
        whole, (start, end) = str(pair["text"]), pair["answer"]
        spans = [whole[slice(*pair["spans"][n])] for n in pair["gold"]]
        assert whole[start:end].isdigit()
        assert whole[start:end] in "".join(spans)
        assert sum(char.isdigit() for char in "".join(spans)) > end - start
    assert all(pair["answer"] is None for pair in made if not pair["gold"])
