"""What the bundled encoders are made from: entries, clean glosses, readings, noise; nothing that may only measure."""

import gzip
import random
from pathlib import Path

import pytest

from index.text.terms import fold
from training.encoder.folding import PUNCTUATION, is_han
from training.encoder.readings import readings
from training.encoder.sources import Entry, clean_gloss, entries, glosses, pairs


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder of a few lines."""
    lines = [
        "# CC-CEDICT",
        "汽車 汽车 [qi4 che1] /car; automobile/CL:輛|辆[liang4]/",
        "王 王 [Wang2] /surname Wang/",
        "王 王 [wang2] /king; monarch/",
        "行 行 [hang2] /row; line/",
        "行 行 [xing2] /to walk; to go/",
    ]
    with gzip.open(tmp_path / "cedict.txt.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    (tmp_path / "parallel").mkdir()
    with gzip.open(tmp_path / "parallel" / "tatoeba.en-zh.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("A car.\t一辆汽车。\n\t没有英文。\nOne\n")
    return tmp_path


def test_entries_are_headwords_with_glosses(data: Path) -> None:
    """Comments are none; a capital in the reading tells a name."""
    found = list(entries(data))
    assert found[0] == Entry("汽车", "qi4 che1", ("car; automobile", "CL:輛|辆[liang4]"))
    assert [entry.named for entry in found[1:3]] == [True, False]


@pytest.mark.parametrize(
    ("gloss", "clean"),
    [
        ("to walk", "walk"),
        ("CL:輛|辆[liang4]", None),
        ("variant of 車|车[che1]", None),
        ("(coll.) to help sb", "help"),
        ("abbr. for 中國|中国[Zhong1 guo2], China", "China"),
    ],
)
def test_a_gloss_is_english_that_could_stand_in_a_sentence(gloss: str, clean: str | None) -> None:
    """Asides, references and grammar are taken off; what only refers is none."""
    assert clean_gloss(gloss) == clean


def test_glosses_keep_their_order_and_tell_names(data: Path) -> None:
    """A surname's gloss is known as one, so that it can come last."""
    assert glosses(data, {})["汽车"] == [("car", False), ("automobile", False)]
    assert glosses(data, {})["王"] == [("surname Wang", True), ("king", False), ("monarch", False)]


def test_pairs_without_one_side_are_left_out(data: Path) -> None:
    """A damaged line costs no run."""
    assert pairs(data, "tatoeba") == [("A car.", "一辆汽车。")]


def test_measuring_data_is_refused_for_training(data: Path) -> None:
    """News of WMT may be used for research only: no shipped file learns from it."""
    with pytest.raises(ValueError, match="not for training"):
        pairs(data, "wmt-news")


def test_readings_have_no_tones(data: Path) -> None:
    """A character has its readings, commonest first."""
    found = readings([*entries(data), Entry("行人", "xing2 ren2", ("pedestrian",))], {})
    assert found["汽"] == ["qi"]
    assert found["行"] == ["xing"]


def test_marks_fold_as_terms_fold() -> None:
    """The training's table of marks is the one that ships."""
    assert {mark: fold(mark) for mark in PUNCTUATION} == PUNCTUATION
    assert is_han("龍")
    assert not is_han("a")


def test_noise_disturbs_half_and_loses_no_word_without_a_reason() -> None:
    """Without glosses and parts to swap in, a sentence stays as it is."""
    torch = pytest.importorskip("torch", reason="needs the extra `training`")
    from training.encoder.batches import Numbers, noisy, padded

    nothing = Numbers({}, [], [], {}, {})
    assert noisy([5, 6, 7], nothing, random.Random(0)) == [5, 6, 7]
    some = Numbers({}, [], [], {5: [[8, 9]]}, {6: [10, 11]})
    drawn = {tuple(noisy([5, 6, 7], some, random.Random(seed))) for seed in range(200)}
    assert {(5, 6, 7), (8, 9, 6, 7), (5, 10, 11, 7)} <= drawn
    ids, mask = padded([[5], [6, 7]])
    assert ids.tolist() == [[2, 5, 3, 0], [2, 6, 7, 3]]
    assert torch.equal(mask, ids != 0)
