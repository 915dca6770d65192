"""A card in a browser: the quote letter for letter, nothing of a document taken for markup, every button named."""

import re
from html import unescape

import pytest

from bot.cards.card import Button, Card, Style, StyledSpan
from bot.cards.links import Links
from bot.cards.render import CardPage, abstention_card, answer_card, note
from bot.web.card_style import buttons_html, card_html
from index.answer import Answer
from tests.shelf import shelf

FACTORIES = "有多少个智能工厂？"


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def quote_in(html: str) -> str:
    return text_of(html.split("<blockquote>")[1].split("</blockquote>")[0])


@pytest.mark.parametrize(
    "sentence",
    [
        "AT&amp;T 与 <b>公司</b> 的 😀👩‍👩‍👧 𠮷野家。",
        "面积是2*3*4平方米，见_附录_。",
        "two  spaces\nand a line.",
        "</blockquote><script>",
    ],
)
def test_a_quote_is_the_text_of_the_quotation_letter_for_letter(sentence: str) -> None:
    card = Card(sentence, (StyledSpan(Style.QUOTE, 0, len(sentence)),))
    assert quote_in(card_html(card, "en")) == sentence
    assert "<script" not in card_html(card, "en")


def test_the_words_that_answer_are_strong() -> None:
    library = shelf()
    card = answer_card(library.ask(FACTORIES), library, "zh", Links(), CardPage())
    assert "<strong>8</strong>" in card_html(card, "zh")


def test_words_of_a_quote_that_lead_elsewhere_are_links_and_the_text_stays() -> None:
    text = "See <the> table: 64 GB."
    spans = (
        StyledSpan(Style.QUOTE, 0, len(text)),
        StyledSpan(Style.LINK, 4, 17, 'https://docs.example/?a="b"&c'),
        StyledSpan(Style.LINK, 17, 19, "https://docs.example/size"),
        StyledSpan(Style.HIGHLIGHT, 17, 22),
    )
    page = card_html(Card(text, spans), "en")
    assert quote_in(page) == text
    assert 'href="https://docs.example/?a=&quot;b&quot;&amp;c"' in page
    assert re.search(r'<strong><a href="https://docs.example/size"[^>]*>64</a></strong><strong> GB</strong>', page)


def test_the_quote_is_marked_within_its_context() -> None:
    library = shelf()
    card = answer_card(library.ask(FACTORIES), library, "zh", Links(), CardPage())
    details = card_html(card, "zh").split("<details>")[1]
    assert "<mark>全区已建成8个智能工厂和23个数字化车间。</mark>企业把机器连在一起" in details


def test_context_is_folded_until_it_is_asked_for() -> None:
    library = shelf()
    card = answer_card(library.ask(FACTORIES), library, "zh", Links(), CardPage())
    assert "<details>" in card_html(card, "zh")
    assert "<details open>" in card_html(card, "zh", opened=True)


def test_a_source_without_an_address_leads_through_the_answer_that_was_given() -> None:
    library = shelf()
    card = answer_card(library.ask(FACTORIES), library, "zh", Links(), CardPage("abc"))
    assert card_html(card, "zh").count('href="source/abc/0"') == 2


def test_a_source_with_an_address_leads_there() -> None:
    library = shelf()
    card = answer_card(library.ask("How many cranes are there?"), library, "en", Links(), CardPage("abc"))
    assert 'href="https://example.org/harbour' in card_html(card, "en")


def test_a_suggested_question_is_a_button_in_its_own_words() -> None:
    library = shelf()
    answer = Answer("?", (), 0.1, library.ask("?").nearest)
    card = abstention_card(answer, library, "en", Links(), ("How many cranes are there?",), CardPage("abc"))
    html = card_html(card, "en")
    assert '<li><button name="action" value="a:abc:0">How many cranes are there?</button></li>' in html
    assert ">1</button>" not in html


def test_a_numbered_line_of_a_quote_is_not_taken_for_a_suggestion() -> None:
    quote = "1. Who?"
    buttons = ((Button("1", "a:abc:0"),),)
    card = Card(f"{quote}\n1. How many?", (StyledSpan(Style.QUOTE, 0, len(quote)),), buttons)
    html = card_html(card, "en")
    assert f"<blockquote>{quote}</blockquote>" in html
    assert html.count("<li>") == 1


def test_thumbs_are_named_for_who_does_not_see_them() -> None:
    html = buttons_html(((Button("👍", "u:abc"), Button("👎", "d:abc:0:1")),), "en")
    assert 'aria-label="Good answer"' in html
    assert 'aria-label="Bad answer"' in html


def test_a_line_of_the_bots_own_is_no_quotation() -> None:
    html = card_html(note("Hello & <welcome>"), "en")
    assert '<p class="note">Hello &amp; &lt;welcome&gt;</p>' in html
    assert "blockquote" not in html
