"""What characters make of letters, counted in a dictionary of a few names."""

import gzip
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("jieba", reason="jieba is of the training requirements: make .venv/.training")
pytest.importorskip("opencc", reason="opencc is of the training requirements: make .venv/.training")

from index.text.sound_alike import MOST_LETTERS, Model, background
from training.transliteration import Odds, Pair, best, expected, fit, fits, names, paths, spelling

ENTRIES = """# a comment
羅馬 罗马 [Luo2 ma3] /Rome, capital of Italy/
諾曼 诺曼 [Nuo4 man4] /Norman (name)/
北京 北京 [Bei3 jing1] /Beijing, capital of the People's Republic of China/
亞當·斯密 亚当·斯密 [Ya4 dang1 · Si1 mi4] /Adam Smith (1723-1790), economist/
桌子 桌子 [zhuo1 zi5] /table/
"""


def test_names_are_paired_word_by_word(tmp_path: Path) -> None:
    (tmp_path / "cedict.txt.gz").write_bytes(gzip.compress(ENTRIES.encode()))
    told = {(pair.characters, pair.word) for pairs in names(tmp_path) for pair in pairs}
    assert {("罗马", "rome"), ("诺曼", "norman"), ("亚当", "adam"), ("斯密", "smith")} <= told
    # What is spelled in pinyin says nothing of foreign names, and a table is none.
    assert not any(characters in ("北京", "桌子") for characters, _ in told)


def test_expected_counts_share_out_each_character_once() -> None:
    pair, odds = Pair("norman", "诺曼", ("nuo", "man")), Odds()
    reached, whole = paths(pair, odds)
    shares = list(expected(pair, odds, reached, whole))
    for syllable in pair.syllables:
        assert sum(share for _, own, share in shares if own == syllable) == pytest.approx(1.0)
    assert all(len(chunk) <= MOST_LETTERS for chunk, _, _ in shares)


def test_what_was_counted_tells_a_name_from_another() -> None:
    told = [("norman", ("nuo", "man")), ("nora", ("nuo", "la")), ("roman", ("luo", "man")), ("mara", ("ma", "la"))]
    groups = [[Pair(word, "", syllables)] for word, syllables in told]
    letters = spelling([word for word, _ in told])
    model = fit(groups, letters)
    assert isinstance(model, Model)
    right, wrong = (best([Pair("norman", "", own)], Odds(model), letters) for own in (("nuo", "man"), ("ma", "la")))
    assert right is not None
    assert wrong is not None
    assert right[0] > wrong[0]
    assert np.isfinite(background("zzz", letters))


def test_a_word_fits_as_many_characters_as_it_has_letters_for() -> None:
    assert fits("rome", ("luo", "ma"))
    assert not fits("ro", ("luo", "ma", "er"))
    assert not fits("constantinople", ("luo", "ma"))
