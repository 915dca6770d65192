"""What the makers of sites write into Markdown that is no speech: shortcodes, heading ids, marks of admonitions."""

import re
from collections.abc import Iterable, Iterator

from index.document import Span

_TEMPLATE = re.compile(
    r"""
    \{\{\{?[^{}\n]{0,300}\}?\}\}             # Hugo, Jinja, VitePress: {{< tip >}}, {{ page.title }}
    | \{%[^\n]{0,300}?%\}                      # Jekyll, Hexo: {% raw %}
    | [ \t]*\{[#:.][^{}\n]{0,100}\}           # ids and classes: {#install}, {: .no_toc}
    | (?<![^\s>]):{3,}[ \t]*[\w-]*(?:[ \t]*\{[^}\n]*\})?   # Docusaurus, VitePress: :::tip
    | (?<![^\s>])(?:!!!|\?\?\?\+?)[ \t]+[\w-]+    # MkDocs: !!! note
    | (?<![\w\]])\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][+-]?   # GitHub: > [!NOTE]
    | \[\^[^\]\s]{1,40}\]:?                    # notes: [^1]
    | \[\[?TOC\]\]?
    | \{/\*[^\n]{0,300}?\*/\}                  # MDX: {/* comment */}
    | ¶
    """,
    re.VERBOSE | re.MULTILINE,
)
_SIGNS = re.compile(r"[{¶]|:::|!!!|\?\?\?|\[[!^\[T]")


def templates(text: str, start: int, end: int) -> Iterator[Span]:
    """Where such marks stand in `text[start:end]`."""
    if not _SIGNS.search(text, start, end):
        return
    for found in _TEMPLATE.finditer(text, start, end):
        yield found.span()


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same stretches in order, those that touch or overlap as one."""
    out: list[Span] = []
    for left, right in sorted(spans):
        if out and left < out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], right)
        elif left < right:
            out.append((left, right))
    return out
