"""The desk: who may ask, how much, what came before, and what buttons do."""

import hashlib
import itertools
import logging
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards.card import Card, Style
from bot.cards.signing import HEX_DIGITS, Signer
from bot.desk.access import Access
from bot.desk.card_actions import VOTES_A_MINUTE, Buttons, passage_card, quote_of
from bot.desk.desk import Desk
from bot.desk.replies import reference
from bot.journal.answers import Kind
from bot.question import Conversation, Question
from index.answer import Answer, Part
from tests.bot.conftest import Clock
from tests.shelf import Shelf, document

HERE = Conversation("telegram", "7", "", "42")
FACTORIES = "有多少个智能工厂？"
numbers = itertools.count(1)


def question(text: str, place: Conversation = HERE, **more: object) -> Question:
    return replace(Question(f"telegram:{next(numbers)}", place, text, "zh"), **more)  # type: ignore[arg-type]


def quoted(card: Card | None) -> list[str]:
    assert card is not None
    return [card.text[span.start : span.end] for span in card.spans if span.style is Style.QUOTE]


async def test_a_known_question_is_answered_with_its_quote_and_written_down(desk: Desk) -> None:
    asked = question(FACTORIES)
    reply = await desk.ask(asked)
    assert reply is not None
    assert quoted(reply.card) == ["全区已建成8个智能工厂和23个数字化车间。"]
    given = desk.journal.answers.get(desk.replies.answer_id(asked.delivery))
    assert given is not None
    assert (given.kind, given.question, len(given.quotes)) == (Kind.ANSWER, FACTORIES, 2)


async def test_small_talk_gets_a_polite_line_and_is_no_gap(desk: Desk, library: Shelf) -> None:
    reply = await desk.ask(question("你好！"))
    assert reply is not None
    assert (quoted(reply.card), reply.kind, library.asked) == ([], None, [])
    assert list(desk.journal.answers.gaps()) == []


@pytest.mark.parametrize(("text", "first"), [("你有哪些资料？", "资料"), ("what documents do you have", "Documents")])
async def test_who_asks_what_there_is_gets_the_list_of_documents(
    desk: Desk, library: Shelf, text: str, first: str
) -> None:
    reply = await desk.ask(question(text, lang="zh" if first == "资料" else "en"))
    assert reply is not None
    assert first in reply.card.text.split("\n")[0]
    assert "龙泉驿的工厂 · 东城新闻" in reply.card.text
    assert "The harbour" in reply.card.text
    assert (quoted(reply.card), reply.kind, library.asked) == ([], None, [])
    assert list(desk.journal.answers.gaps()) == []


async def test_an_unknown_question_is_a_gap(desk: Desk) -> None:
    reply = await desk.ask(question("谁是区长？"))
    assert reply is not None
    assert reply.kind is Kind.ABSTENTION
    assert [gap.question for gap in desk.journal.answers.gaps()] == ["谁是区长？"]


async def test_follow_ups_carry_the_questions_before_them_in_their_own_thread_only(desk: Desk, library: Shelf) -> None:
    await desk.ask(question(FACTORIES))
    await desk.ask(question("那数字化车间呢？"))
    await desk.ask(question("别的话题", Conversation("telegram", "7", "topic", "42")))
    await desk.ask(question("另一个人", Conversation("telegram", "7", "", "43")))
    assert [before for _, before in library.asked] == [(), (FACTORIES,), (), ()]


async def test_an_edited_question_does_not_follow_itself(desk: Desk, library: Shelf) -> None:
    first = question("有多少")
    await desk.ask(first)
    await desk.ask(question(FACTORIES, supersedes=first.delivery))
    await desk.ask(question("后来呢"))
    assert [before for _, before in library.asked] == [(), (), (FACTORIES,)]


async def test_the_limit_is_met_with_one_polite_line_and_then_silence(desk: Desk, clock: Clock) -> None:
    replies = [await desk.ask(question(FACTORIES)) for _ in range(5)]
    assert [reply is not None and bool(reply.answer) for reply in replies] == [True, True, True, False, False]
    assert replies[3] is not None
    assert "稍等" in replies[3].card.text
    assert replies[4] is None
    other = await desk.ask(question(FACTORIES, Conversation("telegram", "7", "", "43")))
    assert other is not None
    assert other.answer
    clock.time += 61
    again = await desk.ask(question(FACTORIES))
    assert again is not None
    assert again.answer


async def test_a_chat_that_is_not_on_the_list_hears_nothing_and_a_stranger_one_line(desk: Desk) -> None:
    desk.access = Access(admins=frozenset({"telegram:1"}), allowed=frozenset({"telegram:-100"}))
    group = Conversation("telegram", "-200", "", "42")
    assert await desk.ask(question(FACTORIES, group, private=False)) is None
    stranger = Conversation("telegram", "43", "", "43")
    first = await desk.ask(question(FACTORIES, stranger))
    assert first is not None
    assert "43" in first.card.text
    assert await desk.ask(question(FACTORIES, stranger)) is None
    allowed = await desk.ask(question(FACTORIES, Conversation("telegram", "-100", "", "42"), private=False))
    admin = await desk.ask(question(FACTORIES, Conversation("telegram", "1", "", "1")))
    assert allowed is not None
    assert admin is not None
    assert allowed.answer
    assert admin.answer


async def test_what_may_be_answered_already_is_answered_again_and_neither_limited_nor_met_with_silence(
    desk: Desk,
) -> None:
    """After a crash its twin is looked for: a reply of another kind, or none, would leave the first one standing."""
    desk.access = Access(allowed=frozenset({"telegram:-7"}))
    stranger = Conversation("telegram", "43", "", "43")
    for _ in range(2):
        refused = await desk.ask(question(FACTORIES, stranger, begun=True))
        assert refused is not None
        assert "43" in refused.card.text
    desk.access = Access()
    for _ in range(9):
        reply = await desk.ask(question(FACTORIES, begun=True))
        assert reply is not None
        assert quoted(reply.card) == ["全区已建成8个智能工厂和23个数字化车间。"]


async def test_exception_text_is_never_sent_to_the_user(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object, **__: object) -> Answer:
        raise RuntimeError("secret inner detail")

    desk.index.ask = broken  # type: ignore[union-attr, method-assign]
    with caplog.at_level(logging.ERROR):
        reply = await desk.ask(question(FACTORIES))
    assert reply is not None
    assert "secret" not in reply.card.text
    (record,) = [record for record in caplog.records if record.name == "bot.desk.desk"]
    assert record.error_id in reply.card.text  # type: ignore[attr-defined]


async def test_invented_quotes_are_never_sent(desk: Desk, library: Shelf) -> None:
    true = library.ask(FACTORIES)
    forged = replace(true, quotes=(replace(true.quotes[0], text="全区已建成9个智能工厂和23个数字化车间。"),))
    desk.index.ask = lambda *_, **__: forged  # type: ignore[union-attr, method-assign]
    reply = await desk.ask(question(FACTORIES))
    assert reply is not None
    assert reply.kind is Kind.ABSTENTION
    assert "9个" not in reply.card.text
    assert b"verbatim_quote_alarms_total 1.0" in desk.metrics.page()


async def test_a_selected_text_and_the_word_source_find_where_it_stands(desk: Desk) -> None:
    for words in ("出处?", "出处？", "source?", "Where does this stand?", "", "这句话的出处是什么？"):
        reply = await desk.ask(question(words, Conversation("telegram", words, "", words), selected="8个智能工厂"))
        assert reply is not None
        assert reply.kind is Kind.LOCATED, words
        assert quoted(reply.card) == ["8个智能工厂"]
    nowhere = await desk.ask(question("出处?", selected="月亮是奶酪做的"))
    assert nowhere is not None
    assert nowhere.card.text == "这段文字不在资料里。"


async def test_a_question_about_a_selected_text_is_still_a_question(desk: Desk) -> None:
    reply = await desk.ask(question(FACTORIES, selected="8个智能工厂"))
    assert reply is not None
    assert reply.kind is Kind.ANSWER


async def test_a_preview_has_a_card_without_buttons_for_each_passage_and_leaves_no_trace(desk: Desk) -> None:
    answer, cards = await desk.preview(question(FACTORIES))
    assert [quoted(card) for card in cards] == [[quote.text] for quote in answer.quotes]
    assert len(cards) == 2
    assert all(not card.buttons for card in cards)
    assert list(desk.journal.answers.gaps()) == []
    assert desk.journal.memory.recall(HERE) == ()
    desk.access = Access(allowed=frozenset({"telegram:elsewhere"}))
    assert (await desk.preview(question(FACTORIES)))[1] == []


async def test_without_an_index_people_are_asked_to_come_back(desk: Desk) -> None:
    desk.index = None
    reply = await desk.ask(question(FACTORIES))
    assert reply is not None
    assert reply.card.text == "资料还没有准备好，请稍后再问。"


async def test_the_index_is_asked_off_the_loop(desk: Desk) -> None:
    threads: list[threading.Thread] = []
    ask = desk.index.ask  # type: ignore[union-attr]

    def watched(*args: object, **kwargs: object) -> Answer:
        threads.append(threading.current_thread())
        return ask(*args, **kwargs)  # type: ignore[arg-type]

    desk.index.ask = watched  # type: ignore[union-attr, method-assign]
    await desk.ask(question(FACTORIES))
    assert threads[0] is not threading.main_thread()


async def test_a_chosen_language_wins_over_the_platforms(desk: Desk) -> None:
    desk.journal.people.choose_language("telegram", "42", "en")
    reply = await desk.ask(question("谁是区长？"))
    assert reply is not None
    assert reply.card.text.startswith("The documents here do not answer this.")
    assert await desk.language(HERE, "zh") == "en"


async def test_a_button_speaks_the_language_that_its_presser_chose(desk: Desk) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    desk.journal.people.choose_language("telegram", "42", "en")
    up = f"u:{desk.replies.answer_id(asked.delivery)}"
    assert (await Buttons(desk).tap(up, HERE, "zh")).line == "Thank you!"
    assert (await Buttons(desk).tap(up, replace(HERE, user="43"), "zh")).line == "谢谢！"


async def test_buttons_page_widen_and_tell_the_source(desk: Desk) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    id, buttons = desk.replies.answer_id(asked.delivery), Buttons(desk)
    second = await buttons.tap(f"p:{id}:1", HERE, "zh")
    assert quoted(second.card) == ["龙泉驿区位于成都东部。"]
    wider = await buttons.tap(f"c:{id}:0:2", HERE, "zh")
    assert wider.card is not None
    assert "龙湖东安天街" in wider.card.text
    source = await buttons.tap(f"s:{id}:0", HERE, "zh")
    assert "district.md" in source.line


async def test_nobody_votes_without_end(desk: Desk) -> None:
    buttons, asked = Buttons(desk), question(FACTORIES)
    await desk.ask(asked)
    up = f"u:{desk.replies.answer_id(asked.delivery)}"
    lines = [(await buttons.tap(up, HERE, "en")).line for _ in range(VOTES_A_MINUTE + 1)]
    assert lines[-2] == "Thank you!"
    assert "a little fast" in lines[-1]
    assert (await buttons.tap(up, replace(HERE, user="43"), "en")).line == "Thank you!"


async def test_a_vote_is_written_down_and_counted_as_what_it_is(desk: Desk) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    id, buttons = desk.replies.answer_id(asked.delivery), Buttons(desk)
    await buttons.tap(f"u:{id}", HERE, "zh")
    await buttons.tap(f"d:{id}", replace(HERE, user="43"), "zh")
    assert sorted(row[3] for row in list(desk.journal.feedback.export())[1:]) == [-1, 1]
    page = desk.metrics.page().decode()
    assert [f'value="{value}"}} 1.0' in page for value in (1, -1)] == [True, True]


async def test_the_file_of_a_quote_is_handed_out_where_files_may_be(desk: Desk, tmp_path: Path) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    file = f"f:{desk.replies.answer_id(asked.delivery)}:0"
    assert (await Buttons(desk).tap(file, HERE, "zh")).line == "资料里的这段文字已经改动，请重新提问。"
    (tmp_path / "district.md").write_text("file", encoding="utf-8")
    desk.replies.links = replace(desk.links, files=tmp_path)
    handed = (await Buttons(desk).tap(file, HERE, "zh")).file
    assert handed is not None
    assert handed.samefile(tmp_path / "district.md")
    desk.index = None
    assert (await Buttons(desk).tap(file, HERE, "zh")).file is None


async def test_the_file_is_that_of_the_quote_which_is_shown(desk: Desk, library: Shelf, tmp_path: Path) -> None:
    library.answers["两处"] = ["全区已建成[8]个智能工厂和23个数字化车间。", "Each crane lifts [40 tonnes]."]
    for name in ("district.md", "harbour.md"):
        (tmp_path / name).write_text("file", encoding="utf-8")
    desk.replies.links = replace(desk.links, files=tmp_path)
    asked = question("两处")
    await desk.ask(asked)
    id = desk.replies.answer_id(asked.delivery)
    handed = [(await Buttons(desk).tap(f"f:{id}:{number}", HERE, "zh")).file for number in (0, 1, 9)]
    assert [file and file.name for file in handed] == ["district.md", "harbour.md", "harbour.md"]


async def test_an_answer_is_shown_again_as_it_was_in_its_own_chat_alone(desk: Desk, library: Shelf) -> None:
    placed = question("", selected="龙泉驿区位于成都东部。")
    asks = [question(FACTORIES), placed, question("谁是区长？")]
    first = [await desk.ask(asked) for asked in asks]
    ids = [desk.replies.answer_id(asked.delivery) for asked in asks]
    again = [await Buttons(desk).again(id, HERE, "zh") for id in ids]
    assert [tapped.card and tapped.card.text for tapped in again] == [reply and reply.card.text for reply in first]
    elsewhere = Conversation("telegram", "8", "", "43")
    assert (await Buttons(desk).again(ids[0], elsewhere, "zh")).card is None
    assert (await Buttons(desk).newest(ids[0], elsewhere, "en")).text != (again[0].card and again[0].card.text)
    library.books = [document("district.md", "龙泉驿的工厂\n都变了。\n", lang="zh")]
    assert [(await Buttons(desk).again(id, HERE, "zh")).card is None for id in ids[:2]] == [True, True]


async def test_a_source_that_is_gone_is_not_named(desk: Desk) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    desk.index = None
    tapped = await Buttons(desk).tap(f"s:{desk.replies.answer_id(asked.delivery)}:0", HERE, "zh")
    assert "district.md" not in tapped.line


async def test_a_passage_that_a_link_names_is_shown_in_full_and_without_buttons(desk: Desk) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    id = desk.replies.answer_id(asked.delivery)
    card = passage_card(desk, id, 0, HERE, "zh")
    assert "8个智能工厂" in card.text
    assert "龙湖东安天街" in card.text
    assert card.buttons == ()
    for forged in ((id, 9), (id[:-1], 0), ("0" * HEX_DIGITS, 0)):
        assert passage_card(desk, *forged, HERE, "zh").text == "资料里的这段文字已经改动，请重新提问。"


async def test_a_thumb_down_asks_why_and_keeps_the_reason(desk: Desk) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    id, buttons = desk.replies.answer_id(asked.delivery), Buttons(desk)
    down = await buttons.tap(f"d:{id}", HERE, "zh")
    assert down.buttons is not None
    reasons = [button.action for row in down.buttons for button in row if button.action.startswith("w:")]
    assert reasons == [f"w:{id}:{reason}:0:1" for reason in ("wrong", "part", "old", "other")]
    thanks = await buttons.tap(reasons[2], HERE, "zh")
    assert thanks.buttons == down.buttons[:-2] != ()
    _, row = desk.journal.feedback.export()
    assert row[3:5] == (-1, "old")


async def test_a_thumb_down_on_an_abstention_keeps_the_questions_that_could_be_asked(desk: Desk) -> None:
    asked = question("谁是区长？")
    await desk.ask(asked)
    id, buttons = desk.replies.answer_id(asked.delivery), Buttons(desk)
    down = await buttons.tap(f"d:{id}:0:1", HERE, "zh")
    done = await buttons.tap(f"w:{id}:part:0:1", HERE, "zh")
    assert down.buttons is not None
    assert done.buttons == down.buttons[:-2]
    assert [button.label for row in done.buttons for button in row] == ["1", "2", "3", "告诉管理员", "👎"]


async def test_a_suggested_question_is_asked_by_its_number(desk: Desk) -> None:
    asked = question("谁是区长？")
    await desk.ask(asked)
    tapped = await Buttons(desk).tap(f"a:{desk.replies.answer_id(asked.delivery)}:1", HERE, "zh")
    assert tapped.question == "龙湖东安天街有多大？"


@pytest.mark.parametrize("action", ["", "p", "p:nothing:0", "x:y", "p:{id}:９", "p:{id}:-5", "c:{id}:0:999999999"])
async def test_a_forged_action_does_no_harm(desk: Desk, action: str) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    tapped = await Buttons(desk).tap(action.replace("{id}", desk.replies.answer_id(asked.delivery)), HERE, "zh")
    assert tapped.card is not None or tapped.line


async def test_an_answer_of_another_chat_cannot_be_tapped(desk: Desk) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    elsewhere = Conversation("telegram", "8", "", "43")
    assert (await Buttons(desk).tap(f"p:{desk.replies.answer_id(asked.delivery)}:1", elsewhere, "zh")).card is None


async def test_a_button_shows_nothing_to_somebody_whom_the_bot_does_not_answer(desk: Desk) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    desk.access = Access(allowed=frozenset({"telegram:elsewhere"}))
    assert (await Buttons(desk).tap(f"p:{desk.replies.answer_id(asked.delivery)}:1", HERE, "zh")).card is None


async def test_an_answer_s_id_cannot_be_computed_from_the_number_of_its_update(desk: Desk) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    guesses = [hashlib.sha256(asked.delivery.encode()).hexdigest(), Signer().sign("answer", asked.delivery)]
    for id in (*guesses, guesses[0][:16], guesses[0][:32]):
        assert desk.journal.answers.get(id) is None
    assert len(desk.replies.answer_id(asked.delivery)) == HEX_DIGITS


async def test_buttons_of_an_old_answer_follow_a_quote_that_moved_and_say_when_it_is_gone(
    desk: Desk, library: Shelf
) -> None:
    asked = question(FACTORIES)
    await desk.ask(asked)
    tap = f"p:{desk.replies.answer_id(asked.delivery)}:0"
    moved = library.books[0].text.replace("龙泉驿区位于", "新的一句。龙泉驿区位于")
    desk.index = Shelf([document("district.md", moved)], library.answers)
    assert quoted((await Buttons(desk).tap(tap, HERE, "zh")).card) == ["全区已建成8个智能工厂和23个数字化车间。"]
    desk.index = Shelf([document("district.md", "空\n没有了。\n")])
    assert (await Buttons(desk).tap(tap, HERE, "zh")).line == "资料里的这段文字已经改动，请重新提问。"
    assert (
        passage_card(desk, desk.replies.answer_id(asked.delivery), 0, HERE, "zh").text
        == "资料里的这段文字已经改动，请重新提问。"
    )


async def test_help_is_explained_with_examples_and_never_searched(desk: Desk, library: Shelf) -> None:
    for said in ("help", "／帮助", "今天星期几？", "你是谁"):
        reply = await desk.ask(question(said, Conversation("telegram", said, "", said)))
        assert reply is not None
        assert reply.kind is None
        assert ("• " in reply.card.text) == (said in ("help", "／帮助"))
    assert library.asked == []


async def test_a_typed_number_asks_the_question_that_was_offered_under_it(desk: Desk, library: Shelf) -> None:
    await desk.ask(question("谁是区长？"))
    reply = await desk.ask(question("第一个"))
    assert reply is not None
    assert quoted(reply.card) == ["全区已建成8个智能工厂和23个数字化车间。"]
    assert library.asked[-1][0] == FACTORIES


async def test_a_number_that_was_not_offered_is_not_searched(desk: Desk, library: Shelf) -> None:
    await desk.ask(question("谁是区长？"))
    reply = await desk.ask(question("9"))
    assert reply is not None
    assert "1 到 3" in reply.card.text
    assert len(library.asked) == 1


async def test_a_number_in_another_conversation_or_after_an_answer_is_a_question(
    desk: Desk, library: Shelf, clock: Clock
) -> None:
    await desk.ask(question("谁是区长？"))
    clock.time += 1
    await desk.ask(question("1", Conversation("telegram", "7", "", "43")))
    await desk.ask(question(FACTORIES))
    await desk.ask(question("2"))
    assert [asked for asked, _ in library.asked] == ["谁是区长？", "1", FACTORIES, "2"]


def test_an_answer_that_is_shown_again_has_the_parts_that_it_was_given_with(library: Shelf) -> None:
    lead = "龙泉驿区位于成都东部。"
    quote = library.ask("有多少个智能工厂？").quotes[0]
    start = library.books[0].text.index(lead)
    quote = replace(quote, parts=(Part("lead-in", lead, start, start + len(lead)),))
    again = quote_of(reference(quote), library)
    assert again is not None
    assert [(part.role, part.text, part.shown) for part in again.parts] == [("lead-in", lead, lead)]


async def test_a_question_that_was_not_kept_cannot_be_handed_on(desk: Desk) -> None:
    desk.journal.own_data.opt_out("telegram", "42")
    asked = question("谁是区长？")
    await desk.ask(asked)
    tapped = await Buttons(desk).tap(f"t:{desk.replies.answer_id(asked.delivery)}", HERE, "en")
    assert tapped.buttons is None
    assert tapped.line.startswith("Your question was not kept,")
    assert desk.journal.wanted.open() == []
