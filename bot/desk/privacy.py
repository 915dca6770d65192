"""What people may ask of what is kept about them, the same on every channel. Access rules do not apply: people whom the
bot no longer answers can still see and delete their own data.
"""

import json
from functools import partial
from typing import Any

from bot.cards.card import Card
from bot.cards.render import note
from bot.desk.desk import Desk
from bot.question import Conversation, Language
from bot.texts.messages import say

MOST_SHOWN = 30
"""Questions of an export that is a message."""
OFF = frozenset({"off", "关", "关闭", "no"})
ON = frozenset({"on", "开", "开启", "yes"})


class Privacy:
    """`commands`: whether a line may name the commands of a chat; a page has buttons."""

    def __init__(self, desk: Desk, *, commands: bool = True) -> None:
        self._commands = commands
        self._desk = desk
        self._own = desk.journal.own_data
        self._workers = desk.workers
        self._days = desk.journal.days

    def policy(self, lang: Language) -> Card:
        """What is kept, for how long, and what one may ask for."""
        return note(say("privacy-off", lang) if self._days is None else say("privacy", lang, days=self._days))

    async def forget(self, place: Conversation, lang: Language) -> Card:
        """Deletes what is kept about `place.user`."""
        count = await self._workers.write(self._own.forget, place.channel, place.user)
        return self._note(say("forgotten", lang, count=count), "forget-more", lang)

    async def remember(self, place: Conversation, wish: str, lang: Language) -> Card:
        """Turns remembering off or on, as `wish` says."""
        wish = wish.strip().lower()
        if wish in OFF:
            count = await self._workers.write(self._own.opt_out, place.channel, place.user)
            return self._note(say("remember-off", lang, count=count), "remember-undo", lang)
        if wish not in ON:
            return note(say("remember-how", lang))
        await self._workers.write(self._own.opt_in, place.channel, place.user)
        return self.policy(lang) if self._days is None else note(say("remember-on", lang, days=self._days))

    def _note(self, line: str, more: str, lang: Language) -> Card:
        return note(f"{line}\n{say(more, lang)}" if self._commands else line)

    async def opted_out(self, place: Conversation) -> bool:
        return await self._workers.write(self._own.opted_out, place.channel, place.user)

    async def file(self, place: Conversation) -> bytes:
        """Everything that is kept about `place.user`, as a JSON file."""
        kept = await self._kept(place)
        return json.dumps(kept, ensure_ascii=False, indent=1).encode()

    async def _kept(self, place: Conversation) -> dict[str, Any]:
        may_read = partial(self._desk.may_read, place=place)
        return await self._workers.write(self._own.export, place.channel, place.user, may_read)

    async def message(self, place: Conversation, lang: Language) -> Card:
        """The same as a message, with the newest questions only where there are many."""
        kept = await self._kept(place)
        count = len(kept["questions"])
        head = say("export-whole", lang)
        if count > MOST_SHOWN:
            head = say("export-part", lang, count=count, shown=MOST_SHOWN)
            kept["questions"] = kept["questions"][:MOST_SHOWN]
        return Card(f"{head}\n\n{json.dumps(kept, ensure_ascii=False, indent=1)}")
