"""An answer as JSON: the form that scripts rely on. Names may be added to it, never changed."""

from dataclasses import asdict
from typing import Any

from bot.collections.named import collection_of
from index.answer import Answer, Quote


def answer(answer: Answer, *, id: Any, took_ms: float) -> dict[str, Any]:
    """`answer` with the id its question came with, and how long it took."""
    return {
        "id": id,
        "question": answer.question,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "hedged": answer.doubtful,
        "question_parts": list(answer.question_parts),
        "places": asdict(answer.places) if answer.places else None,
        "quotes": [quote(each) for each in answer.quotes],
        "nearest": [quote(each) for each in answer.nearest],
        "read_as": answer.read_as or None,
        "snapshot": answer.snapshot,
        "took_ms": round(took_ms, 1),
    }


def quote(quote: Quote) -> dict[str, Any]:
    """One quote: offsets are code points, of the document's text and of the quote's own."""
    source = quote.source
    return {
        "text": quote.text,
        "shown": quote.shown or quote.text,
        "start": quote.start,
        "end": quote.end,
        "highlights": [list(span) for span in quote.highlights],
        "score": round(quote.score, 4),
        "shape": quote.shape,
        "parts": [asdict(part) for part in quote.parts],
        "answers": quote.answers,
        "document": {
            "id": quote.document,
            "collection": collection_of(quote.document) or None,
            "path": source.path,
            "title": source.title,
            "publisher": source.publisher,
            "published": source.published,
            "superseded_by": source.superseded_by,
            "url": source.url,
            "lang": source.lang,
            "section": quote.section,
            "page": quote.page,
            "row": quote.row,
        },
    }
