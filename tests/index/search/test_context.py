"""What stands around a quote, when somebody asks for more: whole paragraphs, and code as code."""

from types import SimpleNamespace

import pytest

from index.answer import Part, Quote
from index.document import Document
from index.documents.readers.markdown import from_markdown
from index.search.quoting.quoter import Quoter

CODE = "make all\nmake install"
FENCED = f"```sh\n{CODE}\n```"
BEFORE = "# Guide\n\nThe tools come first. They are small.\n\nInstall it so:"
GUIDE = from_markdown(f"{BEFORE}\n\n{FENCED}\n\nThen start it. It waits.\n", "guide.md")
LINES = [f"step {number} of the long way" for number in range(400)]
LONG = from_markdown("It is done so:\n\n```\n{}\n```\n\nThat is all.\n".format("\n".join(LINES)), "long.md")


def quoted(document: Document, words: str, *, shape: str = "sentence", after: str = "") -> Quote:
    start = document.text.index(words)
    at = document.text.index(after) if after else 0
    parts = (Part("more", after, at, at + len(after), after),) if after else ()
    return Quote(document.id, document.source, words, start, start + len(words), shape=shape, parts=parts)


def around(document: Document, quote: Quote, paragraphs: int) -> Quote:
    quoter = Quoter(SimpleNamespace(document={document.id: document}.get), None)  # type: ignore[arg-type]
    found = quoter.context(quote, paragraphs)
    quoter.verify(found)
    return found


def test_more_of_a_line_of_code_is_its_block_and_then_the_paragraphs_beside_it() -> None:
    quote = quoted(GUIDE, "make install", shape="code")
    assert around(GUIDE, quote, 1).shown == CODE
    assert around(GUIDE, quote, 2).shown == f"Install it so:\n{CODE}\nThen start it. It waits."


def test_what_is_shown_with_a_quote_already_is_no_more_of_it() -> None:
    whole = quoted(GUIDE, "Install it so:", shape="code", after=FENCED)
    assert around(GUIDE, whole, 1) == whole
    wider = around(GUIDE, whole, 2).shown
    assert wider == f"The tools come first. They are small.\nInstall it so:\n{CODE}\nThen start it. It waits."
    assert around(GUIDE, quoted(GUIDE, "It waits."), 1).shown == "Then start it. It waits."


@pytest.mark.parametrize("at", [0, 200, 399])
def test_more_of_long_code_are_the_lines_near_by_and_none_is_cut(at: int) -> None:
    quote = quoted(LONG, f"{LINES[at]}\n".strip(), shape="code")
    for paragraphs in (1, 2):
        lines = around(LONG, quote, paragraphs).shown.split("\n")
        assert LINES[at] in lines
        assert set(lines) <= {*LINES, "It is done so:", "That is all."}
        assert 20 < len(lines) < 120 * paragraphs


def test_more_of_a_paragraph_beside_long_code_is_the_end_of_that() -> None:
    lines = around(LONG, quoted(LONG, "That is all."), 2).shown.split("\n")
    assert lines[-2:] == [LINES[-1], "That is all."]
    assert lines[0] in LINES[300:]
