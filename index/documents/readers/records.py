"""JSON, JSON lines and YAML: lists of records become tables, everything else "name: value"."""

import json
from collections.abc import Iterator

import yaml

from index.document import BlockKind, Document
from index.documents.encoding import decode
from index.documents.readers.building.draft import Draft, FoundBlock
from index.documents.readers.frontmatter import Meta, plain_yaml
from index.documents.readers.tags import without_tags
from index.errors import ReaderError

_MOST = 200_000
"""Values of one file; more is data and not writing."""
_DEEPEST = 30


def read_json(data: bytes, relative: str) -> Document:
    try:
        return _document(json.loads(decode(data)), relative)
    except (ValueError, RecursionError) as error:
        raise ReaderError("data-invalid", what="JSON") from error


def read_jsonl(data: bytes, relative: str) -> Document:
    try:
        return _document([json.loads(line) for line in decode(data).splitlines() if line.strip()], relative)
    except (ValueError, RecursionError) as error:
        raise ReaderError("data-invalid", what="JSON lines") from error


def read_yaml(data: bytes, relative: str) -> Document:
    try:
        return _document(plain_yaml(decode(data)), relative)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ReaderError("yaml-invalid") from error


def _document(value: object, relative: str) -> Document:
    draft = Draft()
    for number, found in enumerate(_Walk().blocks(value, "", 2)):
        if number > _MOST:
            raise ReaderError("too-many-values", limit=_MOST)
        draft.put(found)
    title = value.get("title") if isinstance(value, dict) else None
    return draft.finish(relative, Meta(title=" ".join(title.split())[:300] if isinstance(title, str) else None))


class _Walk:
    """Numbers the tables and lists of one file."""

    def __init__(self) -> None:
        self._group = 0

    def blocks(self, value: object, name: str, level: int) -> Iterator[FoundBlock]:
        if level > _DEEPEST:
            raise ReaderError("nested-too-deep")
        if isinstance(value, dict):
            yield from self._named(value, name, level)
        elif isinstance(value, list):
            yield from self._listed(value, name, level)
        elif value not in (None, ""):
            yield FoundBlock(f"{name}: {_said(value)}" if name else _said(value), BlockKind.PARAGRAPH)

    def _named(self, values: dict[object, object], name: str, level: int) -> Iterator[FoundBlock]:
        if name:
            yield FoundBlock(name, BlockKind.HEADING, level)
        for key, value in values.items():
            yield from self.blocks(value, str(key), level + 1)

    def _listed(self, values: list[object], name: str, level: int) -> Iterator[FoundBlock]:
        if name:
            yield FoundBlock(name, BlockKind.HEADING, level)
        self._group += 1
        group = self._group
        columns = list(dict.fromkeys(str(key) for one in values if isinstance(one, dict) for key in one))
        if columns and all(map(_is_record, values)):
            yield FoundBlock("", BlockKind.HEADER, group=group, cells=tuple(columns))
            for one in values:
                fields = {str(key): value for key, value in one.items()} if isinstance(one, dict) else {}
                yield FoundBlock("", BlockKind.ROW, group=group, cells=tuple(_said(fields.get(key)) for key in columns))
            return
        for number, one in enumerate(values, 1):
            if isinstance(one, dict | list):
                yield from self.blocks(one, f"{name} {number}".strip(), level + 1)
            else:
                yield FoundBlock(_said(one), BlockKind.ITEM, 1, group)


def _is_record(value: object) -> bool:
    """Named values, none of which has parts."""
    return isinstance(value, dict) and not any(isinstance(one, dict | list) for one in value.values())


def _said(value: object) -> str:
    return "" if value is None else " ".join(without_tags(str(value)).split())
