"""Who may ask and who may administer, by the platforms' own ids."""

from dataclasses import dataclass

from bot.question import Conversation


@dataclass(frozen=True, slots=True)
class Access:
    """Names are `channel:id`. An empty `allowed` opens the bot to everybody; an admin may always ask."""

    admins: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    """Chats and people."""

    def may_ask(self, place: Conversation) -> bool:
        names = {f"{place.channel}:{place.chat}", f"{place.channel}:{place.user}"}
        return not self.allowed or bool(names & self.allowed) or self.is_admin(place.channel, place.user)

    def may_read(self, readers: frozenset[str] | None, place: Conversation) -> bool:
        """Whether a collection of these readers may be shown in `place`; None: it is open to everybody.

        It is the chat that counts, for all of a group reads what one of them is answered. An admin may read everything,
        in private.
        """
        if readers is None or f"{place.channel}:{place.chat}" in readers:
            return True
        return place.chat == place.user and self.is_admin(place.channel, place.user)

    def is_admin(self, channel: str, user: str) -> bool:
        return bool(user) and f"{channel}:{user}" in self.admins
