"""What a corpus holds, as a card: the answer to /sources."""

from collections.abc import Sequence

from bot.cards.card import Card
from bot.cards.render import SEPARATOR, note, short
from bot.question import Language
from bot.texts.messages import say
from index.document import Document

MOST_SOURCES = 40


def source_list(documents: Sequence[Document], lang: Language, most: int = MOST_SOURCES) -> Card:
    """Title, publisher and date of the first documents, and how many more there are."""
    lines = [say("sources", lang, count=len(documents))]
    for document in documents[:most]:
        source = document.source
        parts = (source.title or source.path, source.publisher, source.published)
        lines.append("• " + SEPARATOR.join(short(part) for part in parts if part))
    if len(documents) > most:
        lines.append(say("sources-more", lang, count=len(documents) - most))
    return note("\n".join(lines))
