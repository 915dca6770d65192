"""Cards in a terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.card import Card, Style, StyledSpan
from bot.cli.terminal.card_style import Look, columns, paint, wrap

QUOTE = "龙泉驿区已培育8个智能工厂和16个数字化车间。"
CARD = Card(
    f"{QUOTE}\nA title · 2024-04\n\nThe whole paragraph around it.",
    (
        StyledSpan(Style.QUOTE, 0, len(QUOTE)),
        StyledSpan(Style.HIGHLIGHT, 7, 13),
        StyledSpan(Style.SOURCE, len(QUOTE) + 1, len(QUOTE) + 18, "https://example.org/a"),
        StyledSpan(Style.CONTEXT, len(QUOTE) + 20, len(QUOTE) + 50),
    ),
)


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;.*?\x1b\\", "", text)


def test_piped_output_holds_the_quote_letter_for_letter_and_no_escapes() -> None:
    shown = paint(CARD, Look())
    assert shown == f"> {QUOTE}\n  — A title · 2024-04 <https://example.org/a>"


def test_context_is_collapsed_until_it_is_asked_for() -> None:
    assert "whole paragraph" not in paint(CARD, Look())
    assert "whole paragraph" in paint(CARD, Look(), context=True)


def test_the_answering_span_is_bold_in_colour() -> None:
    assert "\x1b[1;33m8个智能工厂\x1b[0m" in paint(CARD, Look(colour=True))


def test_the_source_is_a_link_in_colour() -> None:
    assert "\x1b]8;;https://example.org/a\x1b\\" in paint(CARD, Look(colour=True))


def test_a_highlight_that_wraps_is_bold_on_both_rows() -> None:
    shown = paint(CARD, Look(width=22, colour=True))
    rows = shown.split("\n")
    assert all(columns(plain(row)) <= 22 for row in rows)
    assert sum("\x1b[1;33m" in row for row in rows) == 2


def test_links_of_a_quote_lead_there_from_each_row_also_within_its_highlight() -> None:
    link = StyledSpan(Style.LINK, 9, 23, "https://example.org/b\x1b[31m")
    card = Card(QUOTE, (StyledSpan(Style.QUOTE, 0, len(QUOTE)), StyledSpan(Style.HIGHLIGHT, 7, 13), link))
    shown = paint(card, Look(width=32, colour=True))
    begin, end = "\x1b]8;;https://example.org/b\ufffd[31m\x1b\\", "\x1b]8;;\x1b\\"
    bold = "\x1b[1;33m"
    first, second = shown.split("\n")
    assert f"{bold}8个\x1b[0m{begin}{bold}智能工厂\x1b[0m{end}" in first
    assert second.startswith(f"\x1b[32m▌\x1b[0m {begin}")
    assert plain(shown).replace("\n▌ ", "") == f"▌ {QUOTE}"
    assert paint(card, Look()) == f"> {QUOTE}"


def test_control_sequences_of_a_document_are_not_obeyed() -> None:
    text = "red \x1b[31m and \x9b31m bell \x07"
    shown = paint(Card(text, (StyledSpan(Style.QUOTE, 0, len(text)),)), Look(width=80))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)


def test_no_row_begins_with_a_closing_mark() -> None:
    text = "一二三四五。六七八九十,一二三四"
    rows = [text[a:b] for a, b in wrap(text, 10)]
    assert rows == ["一二三四", "五。六七八", "九十,一二", "三四"]


def test_english_breaks_at_spaces() -> None:
    text = "the quick brown fox jumps"
    assert [text[a:b] for a, b in wrap(text, 11)] == ["the quick", "brown fox", "jumps"]


@pytest.mark.parametrize("text", ["", "a", "中", "a" * 50])
def test_short_and_unbreakable_text_is_wrapped_too(text: str) -> None:
    assert "".join(text[a:b] for a, b in wrap(text, 10)) == text


@given(st.text(st.sampled_from("ab 中文。,(《😀\u0301"), max_size=80), st.integers(4, 30))
def test_wrapping_loses_nothing_but_spaces_and_fits(text: str, room: int) -> None:
    rows = [text[a:b] for a, b in wrap(text, room)]
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert all(columns(row) <= room for row in rows)
