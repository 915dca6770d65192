"""What a question is taken to be: cleaned, its language, the kind of answer, small talk, follow-ups."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.question.query import MAX_CHARACTERS, Wanted, clean, parse, wanted
from index.text.language import of_question
from index.text.small_talk import says_nothing


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("@bot 请问 智能工厂 多少", "智能工厂 多少"),
        ("你好，请问一下龙泉驿在哪?", "龙泉驿在哪?"),
        ("請問一下龍泉驛在哪?謝謝", "龍泉驛在哪?"),
        ("Hello! Can you tell me when it opened? thanks", "when it opened?"),
        ("hi\u0000 there\nfactories", "there factories"),
    ],
)
def test_address_and_politeness_are_no_part_of_the_question(said: str, meant: str) -> None:
    assert clean(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "你好",
        "謝謝",
        "thanks!",
        "谢谢你!",
        "ok",
        "👍👍",
        "???",
        "",
        "   ",
        "Good morning",
        "在吗",
        "how are you",
        "你好呀 你是机器人吗",
    ],
)
def test_small_talk_asks_nothing(said: str) -> None:
    assert parse(said).empty


@pytest.mark.parametrize(
    "said", ["你好世界是什么", "OK镇有多少人", "thanks to whom was the park built?", "谢谢茶多少钱"]
)
def test_a_question_that_begins_like_small_talk_is_a_question(said: str) -> None:
    assert not parse(said).empty


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how many smart factories?", Wanted.NUMBER),
        ("有幾個智能工廠?", Wanted.NUMBER),
        ("什麼時候成立的?", Wanted.TIME),
        ("位於哪裡?", Wanted.PLACE),
        ("誰是總統?", Wanted.PERSON),
        ("為什麼失敗?", Wanted.REASON),
        ("whats the price of SU7", Wanted.NUMBER),
        ("SU7的價格?", Wanted.NUMBER),
        ("smart factory count?", Wanted.NUMBER),
        ("价格最高的是哪一款?", Wanted.THING),
        ("Which area is the largest?", Wanted.THING),
        ("龙湖东安天街有多大?", Wanted.NUMBER),
        ("By how much did spending grow?", Wanted.NUMBER),
        ("When did the park open?", Wanted.TIME),
        ("孵化园哪一年开园?", Wanted.TIME),
        ("谁负责运营?", Wanted.PERSON),
        ("Who runs it?", Wanted.PERSON),
        ("交付中心在哪?", Wanted.PLACE),
        ("why did it close", Wanted.REASON),
        ("有哪些无人车?", Wanted.THING),
    ],
)
def test_the_form_of_a_question_says_what_kind_of_answer_it_wants(question: str, kind: Wanted) -> None:
    assert wanted(question) is kind


def test_a_name_in_latin_letters_does_not_make_a_chinese_question_english() -> None:
    assert of_question("SU7什么时候上市") == "zh"
    assert of_question("When was 小米 SU7 launched?") == "en"
    assert of_question("8 😀") == "und"


def test_only_words_that_carry_the_subject_are_content() -> None:
    assert [t.text for t in parse("How many smart factories are there?").content] == ["smart", "factori"]
    assert [t.text for t in parse("smart factory count?").content] == ["smart", "factori"]
    assert [t.text for t in parse("有几个工厂").content] == ["工厂"]


@pytest.mark.parametrize(
    ("before", "now", "holds"),
    [
        ("how many smart factories are there?", "and digital workshops?", ("how many", "digital workshops")),
        ("龙泉驿有多少个智能工厂?", "那数字化车间呢?", ("多少", "数字化车间")),
        ("龍泉驛有幾個智能工廠?", "那數字化車間呢?", ("幾個", "數字化車間")),
        ("Who runs the incubator park?", "When did it open?", ("incubator", "open")),
    ],
)
def test_a_follow_up_is_read_with_the_question_before_it(before: str, now: str, holds: tuple[str, ...]) -> None:
    assert all(part in parse(now, [before]).text for part in holds)


def test_a_question_that_stands_alone_forgets_what_was_before() -> None:
    assert parse("谁负责东安天街运营部?", ["龙泉驿有多少个智能工厂?"]).text == "谁负责东安天街运营部?"


def test_thanks_after_a_question_are_not_a_follow_up() -> None:
    assert parse("thanks!", ["how many factories?"]).empty


@given(st.text(max_size=300), st.lists(st.text(max_size=50), max_size=2))
def test_any_text_can_be_asked(text: str, before: list[str]) -> None:
    query = parse(text, before)
    assert all(0 <= t.start < t.end <= len(query.text) for t in query.terms)


def test_a_very_long_question_is_read_from_both_ends() -> None:
    query = parse("smart factories " + "x" * 10_000 + " how many?")
    assert len(query.text) < 700
    assert "smart" in query.text
    assert says_nothing(query.text) is False


def test_of_a_long_question_as_much_is_kept_of_the_end_as_of_the_beginning() -> None:
    said = " ".join(f"w{n}" for n in range(2000))
    kept = clean(said)
    first, last = kept[: MAX_CHARACTERS // 2], kept[-MAX_CHARACTERS // 2 :]
    assert (said.startswith(first), said.endswith(last)) == (True, True)
    assert len(kept) <= MAX_CHARACTERS + 1


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("有几个工厂 謝謝", "有几个工厂"),
        ("多少个？拜托了", "多少个？"),
        ("有几个，麻煩您了！", "有几个，"),
        ("how many factories pls", "how many factories"),
        ("How many? Thanks in advance!", "How many?"),
        ("which city", "which city"),
        ("谁辛苦了", "谁辛苦了"),
        ("who said cheers", "who said cheers"),
    ],
)
def test_a_polite_ending_is_no_part_of_the_question_in_either_script(said: str, asked: str) -> None:
    assert clean(said) == asked
