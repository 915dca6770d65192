"""Everything that `bot` raises for people, one base and its children one level deep.

    BotError
    ├── SettingsError    a setting is missing or cannot be read
    ├── UsageError       a command was called with arguments that it does not have
    ├── JournalError     the journal cannot be opened or is damaged
    ├── DatabaseAwayError   the database of the journal does not answer right now
    ├── AnswerLostError   the processes that answer ended at a question, or with the program
    ├── TakenOverError   another process works on a delivery that was in this one's hands
    ├── ChannelError     a channel cannot run: the token, the webhook, a rival poller
    ├── AwayError        a channel's platform cannot be reached right now
    ├── SourceError      documents cannot be fetched from where they are declared to be
    ├── ObjectsError     the object store does not answer, refuses, or holds what nobody wrote
    └── AdminError       an admin asked for something that cannot be done

Every message is one sentence that says what is wrong and what to do. No message holds a secret.
"""

from bot.question import Language
from bot.texts.messages import say


class BotError(Exception):
    """Base of what `bot` raises; `str(error)` may be shown to people."""


class SettingsError(BotError):
    """A setting is missing, or its value cannot be used."""


class UsageError(BotError):
    """A command line, or a line of its input, cannot be understood."""


class JournalError(BotError):
    """The journal cannot be opened, is damaged, or was written by a newer version."""


class DatabaseAwayError(BotError):
    """The database that holds the journal does not answer right now. What is tried again later works."""


class TakenOverError(BotError):
    """This process was stopped for longer than its lease, and another goes on with its work: nothing is left to do."""


class AnswerLostError(BotError):
    """The processes that answer questions ended at this one, or with the program."""


class ChannelError(BotError):
    """A channel cannot run until somebody changes something."""


class AwayError(BotError):
    """A channel's platform cannot be reached. The channel has said so in the log; it is to be run again."""


class BilingualError(Exception):
    """Beside a base of its own, makes an error one that is read in a chat.

    It is said in both languages: a text of `bot.messages`, and what stands in it.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(say(key, "en", **values))
        self._key = key
        self._values = values

    def sentence_in(self, lang: Language) -> str:
        return say(self._key, lang, **self._values)


class AdminError(BilingualError, BotError):
    """What an admin asked for cannot be done as things are."""


class SourceError(BilingualError, BotError):
    """Documents cannot be fetched from where they are declared to be."""


class ObjectsError(BilingualError, BotError):
    """The object store does not answer right now, refuses, or holds something that is not as it was written."""
