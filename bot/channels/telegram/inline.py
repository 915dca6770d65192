"""Quote cards in chats where the bot is not a member: inline mode, and guest messages."""

import asyncio
import hashlib

from telegram import InlineQuery, InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent, Message
from telegram.error import BadRequest, TelegramError

from bot.card import Card, Style
from bot.channels.telegram.hearing import Heard, Me, language_of
from bot.channels.telegram.options import NAME, Options
from bot.channels.telegram.outgoing import dress
from bot.channels.telegram.sending import NO_PREVIEW
from bot.desk import Desk
from bot.messages import say
from bot.question import Conversation, Language, Question
from bot.render import note, source_line
from index.answer import Answer, Quote

SHORTEST = 2
LONGEST_QUERY = 256
LONGEST_TITLE = 80


class Inline:
    """Nothing that is typed inline is written down: it is a question only when somebody sends the card."""

    def __init__(self, desk: Desk, options: Options, me: Me) -> None:
        self._desk = desk
        self._options = options
        self._me = me
        self._latest: dict[int, str] = {}

    async def offer(self, query: InlineQuery) -> None:
        """Quote cards for what is typed, unless somebody typed on meanwhile."""
        user, text = query.from_user.id, query.query.strip()[:LONGEST_QUERY]
        self._latest[user] = query.id
        await asyncio.sleep(self._options.inline_pause)
        if self._latest.get(user) != query.id:
            return
        del self._latest[user]
        lang = language_of(query.from_user)
        answer, cards = Answer(text, (), 0.0), list[Card]()
        if len(text) >= SHORTEST:
            answer, cards = await self._desk.preview(self._question(str(query.id), str(user), text, lang))
        results = [self._article(quote, card, lang) for quote, card in zip(answer.quotes, cards, strict=True)]
        label = say("inline-ask", lang) if results or len(text) < SHORTEST else say("inline-none", lang)
        try:
            await query.answer(
                results,
                cache_time=self._options.inline_cache_seconds,
                is_personal=True,
                button=InlineQueryResultsButton(label, start_parameter="inline"),
            )
        except BadRequest as error:
            # The usual reason: it took too long, and the person typed on.
            if "query is too old" not in error.message.lower():
                raise

    async def guest(self, message: Message, heard: Heard) -> None:
        """The answer to somebody who called the bot as a guest: one card, or that there is none."""
        if message.guest_query_id is None:
            return
        lang = language_of(message.from_user)
        user = str(message.from_user.id) if message.from_user else ""
        answer, cards = await self._desk.preview(self._question(message.guest_query_id, user, heard.text, lang))
        if cards:
            article = self._article(answer.quotes[0], cards[0], lang)
        else:
            article = self._plain(note(say("no-answer", lang)))
        try:
            await message.get_bot().answer_guest_query(message.guest_query_id, article)
        except TelegramError as error:
            if "query is too old" not in error.message.lower():
                raise

    def _question(self, id: str, user: str, text: str, lang: Language) -> Question:
        return Question(f"{NAME}:inline:{id}", Conversation(NAME, user, "", user), text, lang)

    def _article(self, quote: Quote, card: Card, lang: Language) -> InlineQueryResultArticle:
        key = f"{quote.document}:{quote.start}:{quote.end}"
        title = " ".join(quote.text.split())
        # One message is all there is room for: where the context does not fit, the quote goes alone.
        dressed = dress(card)
        if len(dressed) > 1:
            dressed = dress(_without_context(card))
        return InlineQueryResultArticle(
            hashlib.sha256(key.encode()).hexdigest()[:32],
            title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
            InputTextMessageContent(dressed[0].text, entities=dressed[0].entities, link_preview_options=NO_PREVIEW),
            description=source_line(quote, lang),
        )

    def _plain(self, card: Card) -> InlineQueryResultArticle:
        return InlineQueryResultArticle("none", card.text, InputTextMessageContent(card.text))


def _without_context(card: Card) -> Card:
    start = min((span.start for span in card.spans if span.style is Style.CONTEXT), default=len(card.text))
    spans = tuple(span for span in card.spans if span.style is not Style.CONTEXT and span.end <= start)
    return Card(card.text[:start], spans, card.buttons)
