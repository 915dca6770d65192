"""Footnotes of a page, recognised by the roles that publishing tools give them, or by their names."""

import re

from lxml.etree import _Element as Element

from index.documents.readers.html.meta import said

NUMBER = "data-note"
"""The attribute that `mark_notes` gives to each note: its mark as shown."""
_NOTES = re.compile(r"\b(?:doc-(?:foot|end)note|footnote|endnote|rearnote)\b(?!-)", re.IGNORECASE)
_LISTS = re.compile(r"\b(?:doc-endnotes|footnotes|endnotes|footnote-list)\b", re.IGNORECASE)
_REFERENCES = re.compile(r"\b(?:doc-noteref|noteref|footnote-ref(?:erence)?)\b", re.IGNORECASE)
_BACK = re.compile(r"\b(?:doc-backlink|footnote-back(?:ref|link)?|reversefootnote)\b", re.IGNORECASE)
_BLOCKS = frozenset(("aside", "li", "p", "div", "section", "dd"))
_LONGEST_MARK = 6


def mark_notes(body: Element) -> None:
    """Says of each note that it is one; takes out what only leads from the text to a note, and back."""
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        names = " ".join(element.get(key, "") for key in ("role", "epub:type", "class"))[:300]
        if element.tag in ("a", "sup") and _REFERENCES.search(names):
            _drop_reference(element)
        elif element.tag in _BLOCKS and _NOTES.search(names) and not _LISTS.search(names):
            element.set(NUMBER, _mark(element))
        elif element.tag == "li" and _in_list(element):
            element.set(NUMBER, str(1 + sum(one.tag == "li" for one in element.itersiblings(preceding=True))))
            _without_ways_back(element)


def _drop_reference(link: Element) -> None:
    """No space stays between what was marked and the stop behind the mark."""
    before, parent = link.getprevious(), link.getparent()
    if (link.tail or "").startswith((".", ",", ";", ":", "!", "?", ")")) and parent is not None:
        if before is not None:
            before.tail = (before.tail or "").rstrip()
        else:
            parent.text = (parent.text or "").rstrip()
    drop(link)


def _in_list(item: Element) -> bool:
    above = item.getparent()
    outer = above.getparent() if above is not None else None
    return any(
        _LISTS.search(f"{one.get('role', '')} {one.get('class', '')}") for one in (above, outer) if one is not None
    )


def _mark(note: Element) -> str:
    """The mark before a note, which is taken out of its text; else the number in its name."""
    label = next((one for one in note.iter("span") if one.get("class") == "label"), None)
    mark = re.sub(r"[\W_]+", "", said(label)) if label is not None else ""
    if label is not None:
        drop(label)
    _without_ways_back(note)
    found = re.search(r"\d{1,4}\Z", note.get("id", ""))
    return (mark or (found.group() if found else ""))[:_LONGEST_MARK]


def _without_ways_back(note: Element) -> None:
    for link in list(note.iter("a")):
        if _BACK.search(f"{link.get('role', '')} {link.get('class', '')}"):
            drop(link)


def drop(element: Element) -> None:
    """Removes an element with all in it; what follows it in its parent is text of the parent, and stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    tail = element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
