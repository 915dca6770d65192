"""Names that are written by sound in the other script."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.builds.build import build
from index.encoders.open import open_encoder
from index.search.index import Index
from index.search.question import names_by_sound
from index.search.question.query import parse
from index.text import pinyin
from index.text.sound_alike import SoundMatch, model, sound_matches
from index.text.terms import fold


@pytest.mark.parametrize(
    ("word", "text", "name"),
    [
        ("norman", "征服者诺曼人来了", "诺曼"),
        ("wellington", "惠灵顿公爵命名", "惠灵顿"),
        ("fresno", "加州的弗雷斯诺市", "弗雷斯诺"),
        ("montreal", "他住在蒙特利尔", "蒙特利尔"),
        ("tesla", "尼古拉·特斯拉生于澳大利亚之外", "特斯拉"),
    ],
)
def test_a_name_is_heard_where_it_stands(word: str, text: str, name: str) -> None:
    way = sound_matches([word], [fold(text)])[0][0]
    assert way is not None
    assert (text[way.start : way.end], way.score > names_by_sound.ALIKE) == (name, True)


def test_texts_are_heard_together_as_each_alone() -> None:
    words, texts = ["tesla", "norman", "x1", ""], ["特斯拉和诺曼", "", "没有名字的一句话", "plain english"]
    together = sound_matches(words, texts)
    for word, ways in zip(words, together, strict=True):
        for text, way in zip(texts, ways, strict=True):
            alone = sound_matches([word], [text])[0][0]
            assert (alone is None) == (way is None)
            if way and alone:
                assert (way.start, way.end) == (alone.start, alone.end)
                assert way.score == pytest.approx(alone.score, abs=1e-3)


def test_no_name_reaches_from_one_text_into_the_next() -> None:
    assert all(way is None or way.end <= 1 for way in sound_matches(["tesla"], ["特", "斯", "拉"])[0])


def test_a_longer_name_is_not_taken_for_a_part_of_it() -> None:
    whole, part = sound_matches(["virginia"], ["在弗吉尼亚州", "在西弗吉尼亚州"])[0]
    assert isinstance(whole, SoundMatch)
    assert isinstance(part, SoundMatch)
    assert whole.score > part.score


def test_an_english_question_hears_its_names_in_chinese() -> None:
    query = parse("What did Nikola Tesla say about the factory?")
    found = names_by_sound.places(query, ["尼古拉·特斯拉说了很多", "这里有一家工厂", "Tesla said so"])
    names = [query.text[query.content[term].start : query.content[term].end] for term in found[0]]
    assert "Tesla" in names
    assert "factory" not in names
    assert found[1:] == [{}, {}]


def test_a_chinese_question_hears_its_names_in_english() -> None:
    query = parse("诺曼·康托尔的理论是什么?")
    text = "It was Norman Cantor who thought of anthrax, the norman way."
    (found,) = names_by_sound.places(query, [text])
    assert found
    assert all(text[at : at + 6] in ("Norman", "Cantor") for at in found.values())


def test_a_chinese_question_hears_its_names_in_a_chinese_text_that_writes_them_in_latin_letters() -> None:
    """The whole name, and only one of the list: what else the question says may sound like a word by chance."""
    query = parse("普罗米修斯的监控数据留多久")
    texts = ["数据由 Prometheus 保存十五天。", "普罗米修斯的数据。Prometheus", "Process 结束。", "promo 和 Grafana"]
    found = names_by_sound.places(query, texts)
    name = {n for n, term in enumerate(query.content) if term.end <= 5}
    assert found == [dict.fromkeys(name, 4), {}, {}, {}]
    assert names_by_sound.places(parse("留多久"), texts) == [{}] * 4


def test_words_that_are_no_names_are_not_listened_for() -> None:
    assert names_by_sound.places(parse("how many people live there, and why?"), ["豪曼尼·皮普尔住在那里"]) == [{}]


def test_a_word_without_a_capital_is_not_heard_where_a_text_writes_it() -> None:
    query, chinese = parse("where was tesla born"), "尼古拉·特斯拉生在哪里"
    assert names_by_sound.places(query, [chinese]) != [{}]
    assert names_by_sound.places(query, [chinese, "tesla was born there"]) == [{}, {}]


def test_of_a_page_of_names_only_the_first_are_listened_for() -> None:
    query = parse("do you know " + " and ".join(["Norman", "Tesla", "Fresno", "Wellington", "Montreal"] * 8))
    (found,) = names_by_sound.places(query, ["诺曼和特斯拉，弗雷斯诺、惠灵顿和蒙特利尔"])
    assert len(found) == names_by_sound.MOST_ASKED


def test_a_name_that_is_heard_is_not_taken_for_a_misspelled_word(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("格雷厄姆·特威格认为起因是炭疽热的一种。\n\n这里有很多别的东西。\n", encoding="utf-8")
    encoder = open_encoder("bundled-fast")
    build(corpus, tmp_path / "data", encoder, now=datetime(2026, 1, 1, tzinfo=UTC))
    answer = Index.open(tmp_path / "data", encoder=encoder).ask("what did graham twigg think")
    assert answer.read_as == ""
    assert "特威格" in (answer.quotes or answer.nearest)[0].text


def test_a_name_finds_its_sentence_across_languages(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    people = {"卢卡斯·霍尔顿": "1951", "玛丽·弗莱彻": "1948", "托马斯·金斯利": "1962", "约翰·巴克斯特": "1939"}
    for n, (name, year) in enumerate(people.items()):
        (corpus / f"{n}.txt").write_text(f"{name}是一位教师。{name}生于{year}年，后来搬到了海边。\n", encoding="utf-8")
    encoder = open_encoder("bundled-fast")
    build(corpus, tmp_path / "data", encoder, now=datetime(2026, 1, 1, tzinfo=UTC))
    index = Index.open(tmp_path / "data", encoder=encoder)
    for asked, year in (("When was Mary Fletcher born?", "1948"), ("When was Thomas Kingsley born?", "1962")):
        answer = index.ask(asked)
        shown = answer.quotes or answer.nearest
        assert year in shown[0].text


def test_the_counted_syllables_are_numbered_as_characters_are_read() -> None:
    assert model().counts.syllables == tuple(pinyin.syllables())


def test_a_name_is_not_heard_in_a_text_that_sounds_much_less_like_it_than_another() -> None:
    query, right, similar = parse("When was Fletcher born?"), "玛丽·弗莱彻生于此", "弗雷切生于此"
    alone, together = names_by_sound.places(query, [similar]), names_by_sound.places(query, [right, similar])
    assert alone != [{}]
    assert together[0] != {}
    assert together[1] == {}
