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

    def is_admin(self, channel: str, user: str) -> bool:
        return bool(user) and f"{channel}:{user}" in self.admins
