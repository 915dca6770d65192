"""Inputs that once failed, by the name of what they were fed to: tried first in every run."""

from typing import Any

from tests.fuzz.mutations import archive
from tests.fuzz.packed_seeds import small_word

_UNTOLD = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Target="https://a.org" TargetMode="External"/></Relationships>'
)
"""A relation that does not say what it is."""

_NUMBERING = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/>'
    b"</Relationships>"
)
"""To a part whose type the package does not say."""

FOUND: dict[str, tuple[Any, ...]] = {
    "markdown": (
        b"| a | b |\n|---|---|\n| `",
        b"---\nlang: \xff en\n---\n\nIt has 8 halls.\n",
        b"---\nlang: '12'\n---\n\nIt has 8 halls.\n",
        b"&&&#x8&&&#x800;It has 8 halls.\n",
    ),
    "html": (
        b"<p>It has 8 halls.</p><aside id='n1' role='doc-footnote'><span class='label'>1</span>\x01 A note.</aside>",
    ),
    "converted.ipynb": (b'{"cells": [1]}', b"[]", b'{"cells": [{"source": [1]}]}'),
    "docx": (
        archive({**small_word(), "word/document.xml": b"<a><b/></a>"}),
        archive({**small_word(), "word/_rels/document.xml.rels": _UNTOLD}),
        archive({**small_word(), "word/_rels/document.xml.rels": _NUMBERING, "word/numbering.xml": b"<a/>"}),
    ),
    "records.json": (b'{"\\ud800halls": [1, 2]}',),
    "records.yaml": (b"*title: Works\n",),
    "packed document": (b"{}\n", b"[]\n", b'{"id": 1, "source": {"a": 1}}\n'),
    "wecom frame": (
        b'{"cmd": "ping", "headers": {"req_id": "\\ud800"}}',
        b'{"cmd": "\\ud800", "headers": {"req_id": "r"}}',
    ),
}
