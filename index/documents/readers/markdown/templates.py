"""What site generators put into Markdown that is not text: shortcodes, heading ids, marks of admonitions."""

import re
from collections.abc import Iterable, Iterator

from index.document import Span

_TEMPLATE = re.compile(
    r"""
    \{\{\{?[^{}\n]{0,300}\}?\}\}             # Hugo, Jinja, VitePress: {{< tip >}}, {{ page.title }}
    | \{\{[<%][^{}]{0,600}?[>%]\}\}             # Hugo, over several lines
    | [ \t]*\{[ \t]*(?:class|style|id|width|height|loading|linenos|hl_lines)=[^{}\n]{0,200}\}   # attributes
    | (?<![^\s>])={3}[+!]?[ \t]+"(?P<tab>[^"\n]{1,120})"    # MkDocs: === "A tab"
    | \{%[^\n]{0,300}?%\}                      # Jekyll, Hexo: {% raw %}
    | [ \t]*\{[#:.][^{}\n]{0,100}\}           # ids and classes: {#install}, {: .no_toc}
    | (?<![^\s>]):{3,}[ \t]*[\w-]*(?:[ \t]*\{[^}\n]*\})?(?:[ \t]+[\w-]+=\S+)*   # Docusaurus, VitePress: :::tip
    | (?<![^\s>])(?:!!!|\?\?\?\+?)[ \t]+[\w-]+(?:[ \t]+"(?P<title>[^"\n]{1,120})")?    # MkDocs: !!! note "Title"
    | (?<![^\s>]):[ \t]+(?=\S)                # definitions, on the line below the term
    | (?<![\w\]])\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][+-]?   # GitHub: > [!NOTE]
    | \[\^[^\]\s]{1,40}\]:?                    # notes: [^1]
    | \[\[?TOC\]\]?
    | !?\[\[(?:[^\[\]|\n]{1,200}\|)?(?P<page>[^\[\]|\n]{1,200})\]\]   # wikis: [[page]], [[page|as shown]]
    | \[(?P<link>[^\[\]]{1,200})\]\([^()\n]{0,200}(?:\{\{[^{}\n]{0,300}\}\}|\{%[^\n]{0,300}?%\})[^()\n]{0,200}\)
    | ==(?=\S)(?P<marked>[^=\n]{1,200})(?<=\S)==   # Obsidian, Typora: ==marked==
    | (?<![\w:/`]):[a-z][a-z0-9_+-]{2,30}:(?![\w:/])   # emoji by name: :warning:
    | </?[A-Z]\w*(?:\.\w+)+(?:\s[^<>\n]{0,300})?>      # MDX: <Tabs.Item>
    | <[A-Z]\w*\s[^<>\n]{0,200}=\{[^<>\n]{0,200}>    # MDX: <Badge size={1} />
    | \{/\*[^\n]{0,300}?\*/\}                  # MDX: {/* comment */}
    | \*\*(?=[^\s*])(?P<strong>[^*\n]{1,200})(?<=[^\s*])\*\*   # beside Chinese, where CommonMark sees no emphasis
    | ¶
    """,
    re.VERBOSE | re.MULTILINE,
)
_SIGNS = re.compile(r"[{¶]|\*\*|::|!!!|\?\?\?|\[[!^\[T]|==|:[a-z]|\n[ \t>]*:[ \t]|</?[A-Z]")


def templates(text: str, start: int, end: int) -> Iterator[Span]:
    """Where such marks stand in `text[start:end]`."""
    if not _SIGNS.search(text, start, end) and not text.startswith(":", start):
        return
    for found in _TEMPLATE.finditer(text, start, end):
        if found.lastgroup:
            left, right = found.span(found.lastgroup)
            yield found.start(), left
            yield from templates(text, left, right)
            yield right, found.end()
        else:
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
