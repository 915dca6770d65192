"""What the HTTP interface, the command line and MCP say about quotes, sentences and documents, as plain JSON values."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from bot.collections.named import collection_of
from index.answer import Answer, Quote
from index.document import Document
from index.search.quoting.verify import Checked

Link = Callable[[Quote], str]


def answer_json(answer: Answer, link: Link, suggestions: Sequence[str] = ()) -> dict[str, Any]:
    """`quotes` is empty exactly where `answered` is false."""
    return {
        "question": answer.question,
        "answered": answer.answered,
        "confidence": answer.confidence,
        "hedged": answer.doubtful,
        "question_parts": list(answer.question_parts),
        "places": asdict(answer.places) if answer.places else None,
        "read_as": answer.read_as,
        "quotes": [quote_json(quote, link) for quote in answer.quotes],
        "nearest": [quote_json(quote, link) for quote in answer.nearest],
        "suggestions": list(suggestions),
        "snapshot": answer.snapshot,
    }


def quote_json(quote: Quote, link: Link) -> dict[str, Any]:
    """Offsets are code points of the document's text; `highlights` are offsets into the quote."""
    return {
        "text": quote.text,
        "shown": quote.shown or quote.text,
        "shape": quote.shape,
        "parts": [asdict(part) for part in quote.parts],
        "answers": quote.answers,
        "start": quote.start,
        "end": quote.end,
        "highlights": [list(span) for span in quote.highlights],
        "section": quote.section,
        "page": quote.page,
        "row": quote.row,
        "document": quote.document,
        "collection": collection_of(quote.document),
        "source": asdict(quote.source),
        "link": link(quote),
    }


def checked_json(sentence: Checked, link: Link) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "start": sentence.start,
        "end": sentence.end,
        "verdict": sentence.verdict.value,
        "quotes": [quote_json(quote, link) for quote in sentence.quotes],
    }


def document_json(document: Document) -> dict[str, Any]:
    sections = [{"title": one.title, "start": one.start, "end": one.end} for one in document.sections]
    return {"id": document.id, "source": asdict(document.source), "text": document.text, "sections": sections}
