"""Quote cards in chats where the bot is not a member: inline mode, and guest messages."""

import asyncio
import hashlib
from dataclasses import replace

from telegram import InlineQuery, InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent, Message
from telegram.error import BadRequest

from bot.cards.card import Card, Style
from bot.cards.render import short, source_line
from bot.channels.telegram.inbox import InHand
from bot.channels.telegram.options import NAME, TelegramOptions
from bot.channels.telegram.outgoing import rendered_messages
from bot.channels.telegram.parsing import Me, TelegramMessage, language_of, question_of
from bot.channels.telegram.sending import NO_PREVIEW, Sender
from bot.desk.desk import Desk
from bot.desk.rate_limits import Rates, Verdict
from bot.desk.shared_limits import limits_beside
from bot.question import Conversation, Language, Question
from bot.texts.messages import say
from index.answer import Answer, Quote

SHORTEST = 2
LONGEST_QUERY = 256
LONGEST_TITLE = 80


class Inline:
    """Nothing that is typed inline is written down: it is a question only when somebody sends the card."""

    def __init__(self, desk: Desk, options: TelegramOptions, sender: Sender, me: Me) -> None:
        self._desk = desk
        self._me = me
        self._options = options
        self._sender = sender
        self._latest: dict[int, str] = {}
        # Not those of questions: somebody who types on asks a dozen times for one card.
        rates = Rates(user=options.inline_per_minute, chat=0)
        self._limits = limits_beside(desk, "inline", rates, options.clock.steady)

    async def offer(self, query: InlineQuery) -> None:
        """Quote cards for what is typed, unless somebody typed on meanwhile."""
        user, text = query.from_user.id, query.query.strip()[:LONGEST_QUERY]
        self._latest[user] = query.id
        await asyncio.sleep(self._options.inline_pause)
        if self._latest.get(user) != query.id:
            return
        del self._latest[user]
        place = Conversation(NAME, str(user), "", str(user))
        lang = await self._desk.language(place, language_of(query.from_user))
        answer, cards = Answer(text, (), 0.0), list[Card]()
        if len(text) >= SHORTEST and await self._limits.count(NAME, str(user), "") is Verdict.FINE:
            answer, cards = await self._desk.preview(Question(f"{NAME}:inline:{query.id}", place, text, lang))
        results = [_offered(quote, card, lang) for quote, card in zip(answer.quotes, cards, strict=True)]
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

    async def guest(self, message: Message, parsed: TelegramMessage, hand: InHand) -> None:
        """Answers somebody who called the bot as a guest: the card of any other chat, in one message, without buttons.

        A chat id of a guest may be that of quite another chat, so it neither opens the door nor shares a memory.
        """
        if message.guest_query_id is None:
            return
        asked = question_of(message, parsed.text, hand.delivery, language_of(message.from_user))
        place = replace(asked.conversation, chat=f"guest {asked.conversation.chat}")
        reply = await self._desk.ask(replace(asked, conversation=place, private=False))
        if reply is not None:
            article = _article("guest", reply.card.text, reply.card, username=self._me.username)
            await self._sender.answer_guest(message.chat.id, message.guest_query_id, article)


def _offered(quote: Quote, card: Card, lang: Language) -> InlineQueryResultArticle:
    key = f"{quote.document}:{quote.start}:{quote.end}"
    return _article(
        hashlib.sha256(key.encode()).hexdigest()[:32], quote.shown or quote.text, card, source_line(quote, lang)
    )


def _article(
    id: str, title: str, card: Card, description: str | None = None, username: str = ""
) -> InlineQueryResultArticle:
    # One message is all there is room for: where the context does not fit, the quote goes alone.
    rendered = rendered_messages(card, username)
    if len(rendered) > 1:
        rendered = rendered_messages(_without_context(card), username)
    return InlineQueryResultArticle(
        id,
        short(title, LONGEST_TITLE),
        InputTextMessageContent(rendered[0].text, entities=rendered[0].entities, link_preview_options=NO_PREVIEW),
        description=description,
    )


def _without_context(card: Card) -> Card:
    start = min((span.start for span in card.spans if span.style is Style.CONTEXT), default=len(card.text))
    spans = tuple(span for span in card.spans if span.style is not Style.CONTEXT and span.end <= start)
    return Card(card.text[:start], spans, card.buttons)
