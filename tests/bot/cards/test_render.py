"""Cards: the quote letter for letter, its source, its surroundings, and never a quote that does not stand."""

from dataclasses import replace

from bot.cards.card import Card, Style
from bot.cards.links import Links
from bot.cards.render import CardPage, abstention_card, answer_card, located_card, places_line, verified
from bot.cards.source_list import source_list
from bot.texts.messages import TEXTS
from index.answer import Answer, Part, Places, Quote
from index.documents.readers.markdown import read_markdown
from index.errors import QuoteError
from index.text.shown import shown
from tests.shelf import Shelf, shelf

LINKS = Links("https://bot.example.org/")
FACTORIES = "有多少个智能工厂？"


def styled(card: Card, style: Style) -> list[str]:
    return [card.text[span.start : span.end] for span in card.spans if span.style is style]


def quiet(quote: Quote, error: QuoteError) -> None:
    raise AssertionError(f"alarm for {quote.text}")


def test_the_quote_and_its_highlight_stand_in_the_card_letter_for_letter() -> None:
    index = shelf()
    card = answer_card(index.ask(FACTORIES), index, "zh", LINKS, CardPage("id"))
    assert styled(card, Style.QUOTE) == ["全区已建成8个智能工厂和23个数字化车间。"]
    assert styled(card, Style.HIGHLIGHT) == ["8"]


def test_a_title_of_half_a_page_is_cut_on_a_card() -> None:
    index = shelf()
    book = index.books[0]
    source = replace(book.source, title="长标题\n" * 500, publisher="P" * 500)
    index.books = (replace(book, source=source),)
    card = answer_card(index.ask(FACTORIES), index, "zh", LINKS, CardPage("id"))
    title, publisher, _ = styled(card, Style.SOURCE)[0].split(" · ")
    assert (len(title), title[-2:], len(publisher)) == (120, "题…", 120)
    listed = source_list(index.documents(), "zh").text
    assert len(listed) < 400


def test_a_quote_from_markdown_is_shown_without_marks_and_highlighted_on_the_same_words() -> None:
    text = "# 手册\n\n内存要求见[表格](https://example.org/a.b)，**TiKV** 需要 `64 GB`。\n"
    document = read_markdown(text.encode(), "guide.md")
    index = Shelf((document,))
    start, end = text.index("内存"), len(text) - 1
    number = text.index("64 GB") - start
    quote = Quote(document.id, document.source, text[start:end], start, end, highlights=((number, number + 5),))
    read = replace(quote, shown=shown(document, start, end))
    card = answer_card(Answer("?", (read,), 0.9), index, "zh", LINKS, CardPage("id"))
    assert styled(card, Style.QUOTE) == ["内存要求见表格，TiKV 需要 64 GB。"]
    assert styled(card, Style.HIGHLIGHT) == ["64 GB"]
    assert styled(card, Style.LINK) == ["表格"]
    assert [span.url for span in card.spans if span.style is Style.LINK] == ["https://example.org/a.b"]


def test_what_goes_on_in_its_sentence_is_read_on_and_what_is_listed_is_not() -> None:
    text = "One long sentence begins here, and it\ngoes on there.\n\n- an item\n\n一句很长的话，还没有说完。\n"
    document = read_markdown(text.encode(), "guide.md")

    def read(said: str, *parts: tuple[str, str]) -> str:
        made = []
        for role, words in parts:
            at = text.index(words)
            made.append(Part(role, words, at, at + len(words), words))
        start = text.index(said)
        place = start, start + len(said)
        quote = Quote(document.id, document.source, said, *place, shown=said, parts=tuple(made))
        card = answer_card(Answer("?", (quote,), 0.9), Shelf((document,)), "en", LINKS, CardPage("id"))
        return styled(card, Style.QUOTE)[0]

    assert read("One long sentence begins here,", ("more", "and it")) == "One long sentence begins here, and it"
    assert read("一句很长的话，", ("more", "还没有说完。")) == "一句很长的话，还没有说完。"
    row = "| Oak | twelve seats | a piano |"
    text += f"\n| Room | Seats | Has |\n|---|---|---|\n{row}\n"
    document = read_markdown(text.encode(), "guide.md")
    assert read("Oak | twelve seats", ("more", "a piano")) == "Oak | twelve seats | a piano"
    assert read("goes on there.", ("item", "an item")) == "goes on there.\n• an item"
    assert read("goes on there.", ("more", "an item")) == "goes on there.\nan item"


def test_links_of_a_quote_and_its_parts_nest_with_what_is_highlighted() -> None:
    text = "See [one](https://a.example/):\n\n- take [the red line](https://b.example/) home\n"
    document = read_markdown(text.encode(), "guide.md")
    lead, item = text.index("See"), text.index("take")
    places = (lead, text.index("\n")), (item, len(text) - 1)
    part = Part("lead-in", text[slice(*places[0])], *places[0], shown(document, *places[0]))
    red = text.index("red") - item
    quote = Quote(
        document.id,
        document.source,
        text[slice(*places[1])],
        *places[1],
        highlights=((red, red + 3),),
        shown=shown(document, *places[1]),
        parts=(part,),
    )
    card = answer_card(Answer("?", (quote,), 0.9), Shelf((document,)), "en", LINKS, CardPage("id"))
    assert styled(card, Style.QUOTE) == ["See one:\ntake the red line home"]
    assert styled(card, Style.LINK) == ["one", "the ", "red", " line"]


def test_the_source_line_says_title_publisher_and_date_and_opens_the_reader_at_the_quote() -> None:
    index = shelf()
    answer = index.ask(FACTORIES)
    card = answer_card(answer, index, "zh", LINKS, CardPage("id"))
    assert styled(card, Style.SOURCE) == ["龙泉驿的工厂 · 东城新闻 · 2024-04-30"]
    (link,) = [span.url for span in card.spans if span.style is Style.SOURCE]
    quote = answer.quotes[0]
    assert link == ("https://bot.example.org" + LINKS.reader_path(quote, index.snapshot.id))


def test_a_quote_of_an_older_version_says_so_and_where_the_newer_one_is() -> None:
    index = shelf()
    answer = index.ask(FACTORIES)
    (quote,) = answer.quotes
    older = replace(answer, quotes=(replace(quote, source=replace(quote.source, superseded_by="new.md")),))
    for lang, said in (("zh", "旧版，新版见 new.md"), ("en", "older version, see new.md")):
        card = answer_card(older, index, lang, LINKS, CardPage())
        assert styled(card, Style.SOURCE) == [f"龙泉驿的工厂 · 东城新闻 · 2024-04-30 · {said}"]


def test_section_and_page_are_named_and_a_section_that_repeats_the_title_is_not() -> None:
    index = shelf()
    answer = index.ask(FACTORIES)
    paged = replace(answer, quotes=(replace(answer.quotes[0], section="第二章", page=12),))
    assert styled(answer_card(paged, index, "en", LINKS, CardPage()), Style.SOURCE) == [
        "龙泉驿的工厂 · 东城新闻 · 2024-04-30 · 第二章 · p. 12"
    ]


def test_a_row_of_a_sheet_is_named_by_its_number() -> None:
    index = shelf()
    answer = index.ask(FACTORIES)
    row = replace(answer, quotes=(replace(answer.quotes[0], section="Prices", row="12"),))
    for lang, said in (("zh", "第 12 行"), ("en", "row 12")):
        source = styled(answer_card(row, index, lang, LINKS, CardPage()), Style.SOURCE)
        assert source == [f"龙泉驿的工厂 · 东城新闻 · 2024-04-30 · Prices · {said}"]


def test_the_surrounding_paragraph_is_context_of_its_own() -> None:
    index = shelf()
    card = answer_card(index.ask(FACTORIES), index, "zh", LINKS, CardPage("id"))
    assert styled(card, Style.CONTEXT)[0].startswith("龙泉驿区位于成都东部。全区已建成8个")


def test_a_misspelled_question_is_shown_as_it_was_read_before_anything_else() -> None:
    index = shelf()
    answer = replace(index.ask(FACTORIES), read_as=FACTORIES, doubtful=True)
    card = answer_card(answer, index, "en", LINKS, CardPage("id"))
    assert card.text.startswith(f"Read as: {FACTORIES}\n")
    assert len(styled(card, Style.NOTE)) == 2
    assert styled(card, Style.QUOTE) == ["全区已建成8个智能工厂和23个数字化车间。"]


def test_other_passages_are_reached_by_paging_and_every_action_fits_64_bytes() -> None:
    index = shelf()
    answer = index.ask(FACTORIES, top=5)
    first = answer_card(answer, index, "zh", LINKS, CardPage("x" * 20))
    second = answer_card(answer, index, "zh", LINKS, CardPage("x" * 20, number=1))
    actions = [[button.action for row in card.buttons for button in row] for card in (first, second)]
    assert f"p:{'x' * 20}:1" in actions[0]
    assert f"p:{'x' * 20}:0" in actions[1]
    assert all(len(action.encode()) <= 64 for row in actions for action in row)


def test_an_answer_that_is_hardly_probable_says_so_above_its_first_quote_only() -> None:
    index = shelf()
    answer = index.ask(FACTORIES, top=2)
    doubtful, sure = replace(answer, doubtful=True), answer
    card = answer_card(doubtful, index, "en", LINKS, CardPage())
    assert styled(card, Style.NOTE) == ["Not sure, but this may be it:"]
    assert styled(card, Style.QUOTE) == [answer.quotes[0].text]
    assert not styled(answer_card(sure, index, "en", LINKS, CardPage()), Style.NOTE)
    other = answer_card(doubtful, index, "en", LINKS, CardPage(number=1))
    assert styled(other, Style.NOTE) == ["Passage 2 of 2"]


def test_a_quote_that_is_not_in_its_document_raises_the_alarm_and_becomes_an_abstention() -> None:
    index = shelf()
    answer = index.ask(FACTORIES)
    forged = replace(answer, quotes=(replace(answer.quotes[0], text="全区已建成9个智能工厂和23个数字化车间。"),))
    alarms: list[str] = []
    shown = verified(forged, index, lambda quote, error: alarms.append(quote.text))
    assert alarms == ["全区已建成9个智能工厂和23个数字化车间。"]
    assert not shown.answered
    assert verified(answer, index, quiet) == answer


def test_an_abstention_shows_the_nearest_passage_as_such_and_questions_that_are_answered() -> None:
    index = shelf()
    answer = index.ask("上海有多少个智能工厂？")
    card = abstention_card(answer, index, "zh", LINKS, index.suggest("zh", 2), CardPage("id"))
    assert styled(card, Style.NOTE) == ["资料里没有找到这个问题的答案。", "我找到的最接近的一段："]
    assert styled(card, Style.QUOTE) == ["龙泉驿区位于成都东部。"]
    assert "1. 有多少个智能工厂？\n2. 龙湖东安天街有多大？" in card.text
    assert [button.action for button in card.buttons[0]] == ["a:id:0", "a:id:1"]


def test_a_selected_text_that_stands_nowhere_is_said_to() -> None:
    index = shelf()
    assert located_card((), index, "en", LINKS).text == "This text is not in the documents here."
    found = located_card(index.locate("8个智能工厂"), index, "en", LINKS)
    assert styled(found, Style.QUOTE) == ["8个智能工厂"]


def test_a_public_page_opens_at_the_quote() -> None:
    index = shelf()
    quote = index.ask("How many cranes are there?").quotes[0]
    url = LINKS.to(quote, index.document(quote.document))
    assert url == "https://example.org/harbour#:~:text=The%20harbour%20of%20Port%20Elm%20has%2012%20cranes."


def test_without_a_public_address_a_private_document_has_no_link_but_a_source_button() -> None:
    index = shelf()
    card = answer_card(index.ask(FACTORIES), index, "zh", Links(), CardPage("id"))
    assert [span.url for span in card.spans if span.style is Style.SOURCE] == [""]
    assert "s:id:0" in [button.action for row in card.buttons for button in row]


def test_every_text_exists_in_both_languages_with_the_same_places() -> None:
    import string

    for key, texts in TEXTS.items():
        places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()]
        assert set(texts) == {"zh", "en"}, key
        assert places[0] == places[1], key


def test_one_bad_quote_among_good_ones_withdraws_the_answer_and_shows_only_the_good_ones_as_nearest() -> None:
    index = shelf()
    good, other = index.ask(FACTORIES, top=2).quotes
    forged = replace(other, text=other.text.replace("东部", "西部"))
    alarms: list[Quote] = []
    for quotes in ((good, forged), (forged, good), (good, forged, other)):
        answer = replace(index.ask(FACTORIES), quotes=quotes)
        shown = verified(answer, index, lambda quote, error: alarms.append(quote))
        assert not shown.answered
        assert shown.nearest == tuple(quote for quote in quotes if quote is not forged)
    assert alarms == [forged] * 3


def test_two_questions_in_one_are_answered_on_one_card_each_below_its_question() -> None:
    index = shelf()
    (quote,) = index.ask(FACTORIES).quotes[:1]
    other = replace(quote, text=quote.text[:6], shown="", end=quote.start + 6, highlights=(), parts=(), answers=1)
    answer = Answer("both", (replace(quote, answers=0), other), 0.9, question_parts=("first?", "second?"))
    card = answer_card(answer, index, "en", Links(), CardPage("id"))
    assert styled(card, Style.NOTE) == ["first?", "second?"]
    assert len(styled(card, Style.QUOTE)) == 2
    assert card.text.index("first?") < card.text.index("second?")


def test_a_card_says_how_many_places_there_are_above_a_quote_of_each_of_the_first() -> None:
    index = shelf()
    (quote,) = index.ask(FACTORIES).quotes[:1]
    other = replace(quote, text=quote.text[:6], shown="", end=quote.start + 6, highlights=(), parts=())
    answer = Answer("?", (quote, other), 0.9, places=Places(7, "documents"))
    card = answer_card(answer, index, "en", Links(), CardPage("id"))
    assert styled(card, Style.NOTE) == ["Found in 7 documents, with a quote from each of the first 2:"]
    assert len(styled(card, Style.QUOTE)) == len(styled(card, Style.SOURCE)) == 2
    assert [[button.label for button in row] for row in card.buttons] == [["👍", "👎", "Source"]]
    assert styled(answer_card(answer, index, "en", Links(), CardPage("id", 1)), Style.QUOTE) == [other.text]
    assert places_line(Places(2, "sections"), 2, "zh") == "共在 2 节里找到，各引一处："
    assert places_line(Places(9, "documents", more=True), 5, "en").startswith("Found in more than 9 documents, ")
