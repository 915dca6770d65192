"""The title that a file gives itself, where it is one."""

import re

_LONGEST = 300
_NONE = re.compile(
    r"untitled.*|无标题|未命名|(?:microsoft (?:word|powerpoint|excel)|powerpoint presentation|presentation|document).*|"
    r".*\.(?:docx?|pdf|indd|tex|dvi|pptx?|wps|exe|xlsx?|qxd|p65|fm|html?|rtf|cdr|ai|psd)|(?:slide|layout)\s?\d*|\W*|[\d\W_]+|"
    r"[a-z]+\d[a-z\d_\-]*|(?:https?:|file:|[a-z]:\\).*",
    re.IGNORECASE,
)


def tidied(title: str) -> str | None:
    """`title` on one line; None where it is the name of a file or what a program writes when nobody gives one."""
    title = " ".join(title.split())
    return None if _NONE.fullmatch(title) else title[:_LONGEST]
