"""What is decoded outside of files: frames and callbacks of platforms, JSON of people, links, records of a snapshot."""

import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from bot import strict_json
from bot.cards.links import SIGNED, Links, opened
from bot.cards.signing import Signer
from bot.channels.wecom.files import name_of
from bot.channels.wecom.hearing import hear, stream_asked
from bot.channels.wecom.passive import _object
from bot.channels.wecom.platform import frames, xml
from bot.channels.wecom.platform.crypto import Seal, Sealed
from bot.channels.wecom.platform.errors import EnvelopeError, FrameError, SignatureError
from index.documents.encoding import decode
from index.documents.readers import frontmatter, read_bytes
from index.errors import ReaderError, SnapshotError
from index.packed_document import pack_document, unpack_document
from index.snapshots.columns import Column, ColumnWriter
from index.snapshots.manifest import NAME, FileRecord, Manifest, load_manifest, render
from index.snapshots.records import ID, Documents
from index.snapshots.token_vectors import unpack_pieces, unpack_tokens
from tests.fuzz.mutations import files
from tests.fuzz.target import Target
from tests.fuzz.text_seeds import HTML, MARKDOWN, TEXT, YAML

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SEAL = Seal("token", KEY, "corp")
FOLDER = Path(tempfile.mkdtemp(prefix="verbatim-fuzz-"))
MESSAGE = {
    "msgid": "m", "chattype": "group", "chatid": "c", "from": {"userid": "u"}, "response_url": "https://a.org",
    "msgtype": "mixed", "mixed": {"msg_item": [{"msgtype": "text", "text": {"content": "@Bot open?"}}]},
    "quote": {"msgtype": "file", "file": {"url": "https://a.org/f", "aeskey": "k"}},
}  # fmt: skip
EVENT = {
    "msgid": "m", "from": {"userid": "u"}, "msgtype": "event",
    "event": {"eventtype": "feedback_event", "feedback_event": {"id": "a", "type": 2, "inaccurate_reason_list": [1]},
              "template_card_event": {"event_key": "k", "task_id": "t"}},
}  # fmt: skip
FRAMES = [json.dumps({"cmd": cmd, "headers": {"req_id": "r"}, "body": body, "errcode": 0}).encode()
          for cmd, body in ((frames.MESSAGE, MESSAGE), (frames.EVENT, EVENT), ("", {}))]  # fmt: skip
CALLBACK = (
    "<xml><ToUserName><![CDATA[corp]]></ToUserName><FromUserName>u</FromUserName><CreateTime>1</CreateTime>"
    "<MsgType>text</MsgType><Content><![CDATA[Open?]]></Content><MsgId>1</MsgId></xml>"
)


def refused(
    errors: type[Exception] | tuple[type[Exception], ...], work: Callable[[Any], object]
) -> Callable[[Any], None]:
    """The check that `work` does it, or raises one of `errors`."""

    def check(data: Any) -> None:
        try:
            work(data)
        except errors as error:
            str(error).encode()

    return check


def _front(text: str) -> None:
    meta, body = frontmatter.split(text)
    assert 0 <= body <= len(text)
    for field in fields(meta):
        value = getattr(meta, field.name)
        assert value is None or (isinstance(value, str) and value == " ".join(value.split()))


def _frame(data: bytes) -> None:
    frame = frames.decode(data)
    # What goes back of a frame is its head.
    replace(frame, body={}).encode().encode()
    heard = hear(frame.body, "Bot")
    json.dumps(asdict(heard) if heard else None, ensure_ascii=False).encode()
    stream_asked(frame.body).encode()


def _callback(data: bytes) -> None:
    for name, value in xml.fields(data).items():
        (name + value).encode()


def _envelope(given: tuple[bytes, bool]) -> None:
    """An envelope that is damaged: after it was signed, or before."""
    content, signed = given
    text = content.decode("utf-8", "surrogateescape")
    signature = SEAL.signature("1", "n", text) if signed else "0" * 40
    SEAL.open(Sealed(text, signature, "1", "n"))
    assert signed


def _column(data: bytes) -> None:
    path = FOLDER / "documents.bin"
    path.write_bytes(data)
    column = Column(path)
    documents = Documents(column, np.zeros(0, ID))
    for position in range(min(len(documents), 9)):
        documents.source(position)
        assert documents[position].text is not None


def _manifest(data: bytes) -> None:
    (FOLDER / NAME).write_bytes(data)
    load_manifest(FOLDER)


def _link(given: tuple[str, dict[str, str]]) -> None:
    document, parameters = given
    assert not Links("https://a.org", Signer(b"k" * 32)).holds(document, parameters)
    found = opened(TEXT, parameters)
    assert found is None or all(0 <= start < end <= len(TEXT) for start, end in (found[0], *found[1]))


def _signature(given: tuple[str, str]) -> None:
    assert not Signer(b"k" * 32).holds(*given)


def _tokens(data: bytes) -> None:
    unpack_tokens(data, 30)
    unpack_pieces(data)


def _record() -> bytes:
    return pack_document(read_bytes(MARKDOWN.encode(), "a.md"))


def _columns() -> bytes:
    path = FOLDER / "made.bin"
    writer = ColumnWriter(path)
    writer.append(_record())
    writer.append(_record())
    writer.close()
    content = path.read_bytes()
    path.unlink()
    return content


def _text(seeds: list[bytes]) -> st.SearchStrategy[str]:
    return files(seeds).map(lambda data: data.decode("utf-8", "surrogateescape"))


def _links() -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    print_ = hashlib.sha256(TEXT[2:9].encode()).hexdigest()[:16]
    value = st.sampled_from(
        ["2-9", "9-2", "0-999999999", "２-９", print_, f"2-9.3-4~{print_}", "s", "9" * 5000, "\ud800"]
    )
    named = st.dictionaries(st.sampled_from([*SIGNED, "m", "p", "y"]), value | st.text(max_size=9), max_size=7)
    return st.tuples(st.text(max_size=12), named)


def _sealed() -> st.SearchStrategy[tuple[bytes, bool]]:
    good = SEAL.close(CALLBACK.encode(), timestamp="1", nonce="n", salt=b"s" * 16).encrypted.encode()
    return st.tuples(files([good]), st.booleans())


_MANIFEST = render(
    Manifest(
        *(4, "000001-0123abcd", "2026-11-23T12:00:00+00:00", 1, 1, "bundled", "f", 8, 8, "c", "d"),
        (FileRecord("rows.npy", 1, "0" * 64),),
    )
)
_FRONT = [MARKDOWN.encode(), f"---\n{YAML}---\n".encode(), b"+++\na = 1\ntitle = 'b'\n+++\nA.\n"]
_ENCODED = [TEXT.encode(), TEXT.encode("gb18030"), TEXT.encode("utf-16"), HTML.encode("utf-32")]
_JSON = [json.dumps(MESSAGE).encode(), b'{"a": [1, -2.5e3, null, "\\ud83d\\ude00"]}']
_NAMED = [b"attachment; filename=\"a%20b.md\"; filename*=utf-8''h%C3%A4.md"]


def _target(inputs: st.SearchStrategy[Any], work: Callable[[Any], object], *errors: type[Exception]) -> Target:
    return Target(inputs, refused(errors, work))


TARGETS = {
    "encoding": _target(files(_ENCODED), lambda data: decode(data).encode(), ReaderError),
    "front matter": _target(_text(_FRONT), _front),
    "wecom frame": _target(files(FRAMES), _frame, FrameError),
    "wecom callback": _target(files([CALLBACK.encode()]), _callback, EnvelopeError),
    "wecom envelope": _target(_sealed(), _envelope, EnvelopeError, SignatureError),
    "wecom message": _target(files(FRAMES), _object, EnvelopeError),
    "wecom file name": _target(_text(_NAMED), name_of),
    "strict json": _target(_text(_JSON), strict_json.loads, ValueError),
    "link": _target(_links(), _link),
    "signature": _target(st.tuples(st.text(max_size=40), st.text(max_size=9)), _signature),
    "packed document": _target(files([_record()]), unpack_document, ValueError),
    "record file": _target(files([_columns()]), _column, SnapshotError),
    "manifest": _target(files([_MANIFEST]), _manifest, SnapshotError),
    "token vectors": _target(st.binary(max_size=200), _tokens, ValueError),
}
