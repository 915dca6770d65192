"""What goes wrong between us and WeCom, one base and its children one level deep.

    WecomError
    ├── SetupError        a value of the settings cannot be right
    ├── SignatureError    the caller does not know the token: nothing was decrypted
    ├── ReplayError       a signed call came again, or from another time
    ├── EnvelopeError     signed, but not what the platform would have written
    ├── FrameError        a frame of the long connection is not one
    ├── CredentialsError  the platform refuses the bot: trying again does not help
    ├── RivalError        another program keeps taking the one long connection of this bot
    ├── LostError         the connection ended before an answer to a frame came
    ├── FileError         a file that a person sent cannot be had
    └── ApiError          the platform refused one request, with its code

No message holds a token, a secret, a key, or what a caller sent, but for the name of a file.
"""

from bot.errors import BilingualError


class WecomError(Exception):
    """Base of what this channel raises; `str(error)` may stand in a log."""


class SetupError(WecomError):
    """A value of the settings cannot be right; the message names the setting."""


class SignatureError(WecomError):
    """The signature is not the one that our token gives."""


class ReplayError(WecomError):
    """A call with a good signature, too often or too far from now."""


class EnvelopeError(WecomError):
    """A call with a good signature whose content is damaged or meant for somebody else."""


class FrameError(WecomError):
    """A frame of the long connection that is not an object with a command or a result."""


class CredentialsError(WecomError):
    """Bot id or secret are wrong. Never retried."""


class RivalError(WecomError):
    """Somebody else subscribes with the same bot, again and again."""


class LostError(WecomError):
    """The connection ended first. With `sent`, nobody knows whether the platform has the frame."""

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class FileError(BilingualError, WecomError):
    """A file that a person sent cannot be had. Told to who sent it."""


class ApiError(WecomError):
    """The platform answered with an error code other than 0."""

    def __init__(self, code: int, hint: str = "") -> None:
        super().__init__(f"WeCom answered {code}{f': {hint}' if hint else ''}")
        self.code = code
