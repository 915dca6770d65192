"""What a reader of a Word document sees in a paragraph, and where its links lead."""

import re
from collections.abc import Mapping

from docx.document import Document as Package
from lxml.etree import _Element as Element

from index.documents.readers.links import Collected, Counted, usable

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
SKIPPED = frozenset(
    (
        f"{_W}del",
        f"{_W}rt",
        f"{_W}moveFrom",
        f"{_W}txbxContent",
        f"{_W}instrText",
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    )
)
_BLANKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_LINK, _SIMPLE, _FIELD = f"{_W}hyperlink", f"{_W}fldSimple", f"{_W}fldChar"
LINKED = (_LINK, _SIMPLE, _FIELD)
"""What a link may begin with."""
_INSTRUCTION = re.compile(r"\s*HYPERLINK\s+(?:\\[a-z]\s+)*\"([^\"]*)\"(?!\s*\\l)", re.IGNORECASE)
Targets = Mapping[str, str]


def targets(package: Package) -> Targets:
    """Where the links of a document lead, by the ids that its paragraphs name."""
    links = ((id, one) for id, one in package.part.rels.items() if (one.reltype or "").endswith("/hyperlink"))
    return {id: usable(one.target_ref) for id, one in links if one.is_external}


def text(paragraph: Element) -> str:
    """Without deletions, with insertions."""
    return said(paragraph, {})[0]


def said(paragraph: Element, leading: Targets) -> tuple[str, tuple[Counted, ...]]:
    """The text of a paragraph, and its links."""
    walk = _Walk(leading)
    walk.read(paragraph)
    return "".join(walk.parts).replace("\u00a0", " "), walk.links.take()


class _Walk:
    """Collects the text of one paragraph, without recursion."""

    def __init__(self, leading: Targets) -> None:
        self.parts: list[str] = []
        self.links = Collected()
        self._leading = leading
        self._instructions: list[str] = []
        """What the fields that are open are to do, as far as it is read."""

    def read(self, paragraph: Element) -> None:
        pending = [(paragraph, iter(paragraph))]
        while pending:
            child = next(pending[-1][1], None)
            if child is None:
                above, _ = pending.pop()
                if above.tag in (_LINK, _SIMPLE):
                    self.links.close()
            elif child.tag in (f"{_W}t", _MATH):
                self._say(child.text or "")
            elif child.tag in _BLANKS:
                self._say(_BLANKS[child.tag])
            elif child.tag in (_FIELD, f"{_W}instrText"):
                self._field(child)
            elif child.tag not in SKIPPED:
                self._enter(child)
                pending.append((child, iter(child)))

    def _say(self, said: str) -> None:
        self.parts.append(said)
        self.links.say(said)

    def _enter(self, child: Element) -> None:
        if child.tag == _LINK:
            self.links.open(self._leading.get(child.get(_ID, ""), ""))
        elif child.tag == _SIMPLE:
            self.links.open(_instructed(child.get(f"{_W}instr", "")))

    def _field(self, mark: Element) -> None:
        """A field: what it is to do stands before its separator, what is seen of it behind that."""
        kind = mark.get(f"{_W}fldCharType")
        if mark.tag != _FIELD:
            self._instructions = [*self._instructions[:-1], "".join(self._instructions[-1:]) + (mark.text or "")]
        elif kind == "begin":
            self._instructions.append("")
        elif kind == "separate":
            self.links.open(_instructed("".join(self._instructions[-1:])))
        elif kind == "end" and self._instructions:
            self._instructions.pop()
            self.links.close()


def _instructed(instruction: str) -> str:
    found = _INSTRUCTION.match(instruction)
    return usable(found.group(1)) if found else ""
