"""Everything that `bot` raises for people, one base and its children one level deep.

    BotError
    ├── SettingsError    a setting is missing or cannot be read
    └── UsageError       a command was called in a way it does not have

Every message is one sentence that says what is wrong and what to do. No message holds a secret.
"""


class BotError(Exception):
    """Base of what `bot` raises; `str(error)` may be shown to people."""


class SettingsError(BotError):
    """A setting is missing, or its value cannot be used."""


class UsageError(BotError):
    """A command line, or a line of its input, cannot be understood."""
