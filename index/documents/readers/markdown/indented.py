"""Bodies of admonitions and tabs, which MkDocs indents by four: to CommonMark they would be code."""

import re

_OPENS = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]+\S|={3}[+!]?[ \t]+\"")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_BODY = 4
"""Spaces by which a body is indented further than the line that opens it."""


def outdented(text: str) -> str:
    """`text`, line for line, with the bodies of admonitions and tabs as far left as the lines that open them."""
    if not _OPENS.search(text):
        return text
    open_: list[int] = []
    fence = ""
    lines: list[str] = []
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if line.strip():
            while open_ and indent < open_[-1] + _BODY:
                open_.pop()
        line = line[min(indent, _BODY * len(open_)) :]
        said = line.lstrip(" ")
        if mark := _FENCE.match(said):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif not fence and _OPENS.match(said):
            open_.append(indent)
        lines.append(line)
    return "\n".join(lines)
