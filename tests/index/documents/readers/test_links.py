"""Links of documents whose text is not the file itself: kept with the words that they stand on."""

import io
from email.message import EmailMessage

import docx
import pptx
import pytest
from docx.document import Document as Package
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pptx.util import Inches

from bot.web.source.page import Opened, document_page
from index.document import Document
from index.documents.readers import read_bytes
from index.documents.readers.links import Collected, Counted, usable
from index.packed_document import pack_document, unpack_document
from tests import hostile

YARD = "https://example.org/yard?a=1&b=2"


def links(document: Document) -> list[tuple[str, str]]:
    """The words of each link, and where it leads."""
    return [(document.text[link.start : link.end], link.url) for link in document.links]


def page_of(document: Document) -> str:
    """The page of the source, its first letters quoted."""
    return document_page(Opened(document, (0, 2), ()))


def page(body: str, head: str = "") -> Document:
    return read_bytes(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "a.html")


def test_the_links_of_a_page_stand_on_their_words_whatever_becomes_of_the_white_space() -> None:
    document = page(
        f"<h2>The <a href='{YARD}'>  big\n yard</a><a href='#x'>¶</a></h2><p>It is\n open, see <a href=/hours>"
        " the <b>hours</b></a>and<br><a href='mailto:a@b.org'>ask</a>. 工厂\n有<a href='https://b.org'>八个\n车间</a>。</p>"
        "<ul><li><a href='https://c.org'>A <i>list</i></a> of things that are open</li></ul>",
        "<link rel='canonical' href='https://a.org/works/'>",
    )
    assert links(document) == [
        ("big yard", YARD),
        ("the hours", "https://a.org/hours"),
        ("ask", "mailto:a@b.org"),
        ("八个车间", "https://b.org"),
        ("A list", "https://c.org"),
    ]
    assert unpack_document(pack_document(document)) == document
    assert "https" not in document.text


def test_the_links_of_a_table_stand_in_their_cells() -> None:
    rows = (
        f"<tr><td>A | b</td><td><a href='{YARD}'>yard</a> and <a href='https://b.org'>hall</a></td><td>yard</td></tr>"
    )
    document = page(f"<p>These are all of our halls.</p><table><tr><th>x</th><th>y</th><th>z</th></tr>{rows}</table>")
    assert links(document) == [("yard", YARD), ("hall", "https://b.org")]
    assert document.text.index("yard") == document.links[0].start


def test_a_link_that_holds_several_blocks_stands_on_each() -> None:
    document = page(
        f"<a href='{YARD}'><h3>A big yard</h3><p>It is open to everybody who comes by.</p></a><p>And more is.</p>"
    )
    assert links(document) == [("A big yard", YARD), ("It is open to everybody who comes by.", YARD)]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "#x",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://[::1",
        "a.html",
        "//x",
        "https://a b",
        "https://\x01",
        "ftp://a",
    ],
)
def test_what_leads_nowhere_is_no_link(address: str) -> None:
    assert usable(address) == ""


def test_relative_addresses_are_those_of_the_page() -> None:
    assert usable("b.html", "https://a.org/x/y") == "https://a.org/x/b.html"
    assert usable("//b.org/c", "https://a.org") == "https://b.org/c"
    assert usable("javascript:x", "https://a.org") == ""


def test_the_scheme_of_an_address_is_written_small() -> None:
    assert usable("HTTPS://A.org/B?") == "https://A.org/B?"


def test_of_links_within_links_the_inner_one_counts() -> None:
    collected = Collected()
    collected.open("outer")
    collected.say("a b")
    collected.open("inner")
    collected.say(" c ")
    collected.close()
    collected.say("d")
    assert collected.take() == (Counted(0, 2, "outer"), Counted(2, 3, "inner"), Counted(3, 4, "outer"))
    collected.say("e")
    collected.close()
    assert collected.take() == (Counted(0, 1, "outer"),)


def word(write: object) -> Document:
    package = docx.Document()
    write(package)  # type: ignore[operator]
    buffer = io.BytesIO()
    package.save(buffer)
    return read_bytes(buffer.getvalue(), "a.docx")


def linked(package: Package, words: str, address: str) -> str:
    id = package.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    return f'<w:hyperlink r:id="{id}"><w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:hyperlink>'


def run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def field(words: str, instruction: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    told = f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'
    return f"{mark('begin')}{told}{mark('separate')}{run(words)}{mark('end')}"


def paragraph(*runs: str) -> object:
    return parse_xml(f"<w:p {nsdecls('w', 'r')}>{''.join(runs)}</w:p>")


def test_the_links_of_a_word_document_are_those_of_relations_and_of_fields() -> None:
    def write(package: Package) -> None:
        body = package.element.body
        body.append(
            paragraph(
                run("See  the "),
                linked(package, "big yard", YARD),
                run(" or ask "),
                field("us", ' HYPERLINK "mailto:a@b.org" '),
            )
        )
        body.append(paragraph(field("3", " PAGEREF x "), run(" halls and "), linked(package, "a trap", "javascript:x")))
        simple = "<w:fldSimple w:instr=' HYPERLINK \"https://c.org\" '>" + run("here") + "</w:fldSimple>"
        body.append(paragraph(run("It stands "), simple, run(" and "), field("there", ' HYPERLINK "#x" \\l "y" ')))
        cell = package.add_table(rows=1, cols=2).cell(0, 1)
        cell._tc.append(paragraph(run("A "), linked(package, "price list", "https://d.org")))

    document = word(write)
    assert links(document) == [
        ("price list", "https://d.org"),
        ("big yard", YARD),
        ("us", "mailto:a@b.org"),
        ("here", "https://c.org"),
    ]
    assert "HYPERLINK" not in document.text


def test_the_links_of_an_open_document_and_of_a_book() -> None:
    def cell(text: str) -> str:
        return f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"

    def link(address: str, words: str) -> str:
        escaped = address.replace("&", "&amp;")
        return f"<text:a xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='{escaped}'>{words}</text:a>"

    text = f"<text:p>See<text:s/> the {link(YARD, 'big <text:span>yard</text:span>')}.</text:p>"
    row = f"<table:table-row>{cell('A')}{cell(link('https://b.org', 'hall'))}</table:table-row>"
    table = f"<table:table>{row}</table:table>"
    document = read_bytes(hostile.odt(f"<office:text>{text}<!-- x -->{table}</office:text>"), "a.odt")
    assert links(document) == [("big yard", YARD), ("hall", "https://b.org")]
    book = hostile.epub(
        "<html><body><p>See <a href='https://b.org'>the hall</a> and <a href='x.html'>more</a>.</p></body></html>"
    )
    assert links(read_bytes(book, "a.epub")) == [("the hall", "https://b.org")]


def test_the_links_of_slides() -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    frame = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(4), Inches(1)).text_frame
    for words, address in (("See the ", None), ("big yard", YARD), (" today", None)):
        run = frame.paragraphs[0].add_run()
        run.text = words
        run.hyperlink.address = address
    buffer = io.BytesIO()
    deck.save(buffer)
    assert links(read_bytes(buffer.getvalue(), "a.pptx")) == [("big yard", YARD)]


def test_the_links_of_a_mail_are_those_of_its_page_and_of_what_is_attached() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Halls"
    mail.set_content(f"<p>We are open, see <a href='{YARD}'>the big yard</a> for that.</p>", subtype="html")
    rows = "<table><tr><td>A</td><td><a href='https://b.org'>hall</a></td><td>c</td></tr></table>"
    mail.add_attachment(f"<p>These are all of them:</p>{rows}".encode(), "text", "html", filename="b.html")
    assert links(read_bytes(mail.as_bytes(), "a.eml")) == [("the big yard", YARD), ("hall", "https://b.org")]


def test_links_of_other_markup_are_shown_on_the_page_of_the_source() -> None:
    adoc = read_bytes(
        b"= Works\n\nSee https://a.org/x[the yard] or link:https://b.org[hall] and <<x,this>>.\n", "a.adoc"
    )
    rst = read_bytes(
        b"Works\n=====\n\nSee `the yard <https://a.org/x>`_ and hall_.\n\n.. _hall: https://b.org\n", "a.rst"
    )
    for document in (adoc, rst):
        html = page_of(document)
        assert 'href="https://a.org/x"' in html
        assert ">the yard</a>" in html
        assert 'href="https://b.org"' in html


def test_the_page_of_the_source_leads_where_the_document_does() -> None:
    html = page_of(page(f"<p>We are open, see <a href='{YARD}'>the big yard</a>, <b>or</b> https://c.org today.</p>"))
    assert (
        f'<a href="{YARD.replace("&", "&amp;")}" target="_blank" rel="noopener nofollow">the big yard</a>, or' in html
    )
    assert ">https://c.org</a> today" in html
