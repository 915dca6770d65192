"""What `index` says is wrong is said in Chinese to people who read Chinese; no sentence is left out."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.texts.reasons import told
from bot.texts.reasons_zh import CHINESE
from index.builds import build
from index.errors import VerbatimError
from index.snapshots import snapshot
from index.snapshots.lock import hold
from tests.console import Terminal
from tests.hashing import HashingEncoder

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_MISUSE = {"checks.py", "exact.py", "faiss.py"}
"""Of the vector stores: what they tell a programmer, who gets a ValueError."""
_OPTIONAL = {"_owner(handle, now)": "(pid 12, for 34 s) ", "where": " at /x", "hint": ""}
_CHINESE = re.compile("[\u4e00-\u9fff]")


def _shown(node: ast.expr) -> str:
    """A literal as people may see it, with something in each of its places."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.FormattedValue):
        code = ast.unparse(node.value)
        return _OPTIONAL.get(code, "" if code.startswith("' of another version'") else "X7")
    assert isinstance(node, ast.JoinedStr)
    return "".join(map(_shown, node.values))


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence in the code of `index`: where it stands, and what it says."""
    for path in sorted((ROOT / "index").rglob("*.py")):
        if path.parent.name == "vectors" and path.name in _MISUSE:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        docs = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and node not in parts | docs:
                text = _shown(node).replace("{}", "X7")
                if re.match(r"[A-Z'X].* .*\.$", text, re.S):
                    yield f"{path.name}:{node.lineno}", text


def test_no_sentence_of_the_index_lacks_a_chinese_one() -> None:
    found = dict(sentences())
    assert len(found) > 80
    assert {where: text for where, text in found.items() if not _CHINESE.search(told(text, "zh"))} == {}


_PUT_TOGETHER = {
    "Permission denied",
    "No such file or directory",
    "Is a directory",
    "Input/output error",
    "Read-only file system",
    "Operation not permitted",
    "The disk refused ({reason}): nothing was changed; check it and reindex.",
    "The disk refused at {file} ({reason}): nothing was changed; check it and reindex.",
    "There is no reader for {what}; save the file as {better}.",
    "The index was made with the encoder {made}, and the settings name {set} of another version: run `verbatim index`.",
    "Another process (pid {pid}, for {seconds} s) is indexing: wait until it is done.",
    "Another process (pid {pid}) is indexing: wait until it is done.",
    "Another process is indexing: wait until it is done.",
}
"""Of several literals, or the system's own."""


def test_no_chinese_sentence_has_lost_its_english_one() -> None:
    said = [text for _, text in sentences()]
    code = "".join(path.read_text("utf-8") for path in sorted((ROOT / "index").rglob("*.py")))
    for english in CHINESE.keys() - _PUT_TOGETHER:
        pieces = [piece for piece in re.split(r"\{\w+\}", english) if piece]
        known = any(all(piece in text for piece in pieces) for text in said) or all(piece in code for piece in pieces)
        assert known, english


def test_both_languages_name_the_same_things() -> None:
    for english, chinese in CHINESE.items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", chinese))


def test_what_varies_stays_and_what_is_known_in_it_is_translated_too() -> None:
    cases = {
        "There is no reader for .epub; save the file as PDF.": "无法读取 .epub；请另存为 PDF。",
        "There is no reader for files without an extension.": "无法读取 没有扩展名的文件。",
        "The file cannot be read: Permission denied.": "无法读取文件：没有权限。",
        "The file a.bin of snapshot 000002-aa has 3 bytes, not 9: reindex or roll back.": (
            "快照 000002-aa 的文件 a.bin 有 3 字节，应为 9：请重新索引或回退。"
        ),
        "None of the 2 files in c gives text that can be quoted (a.txt: The file is empty; remove it or fill it.) "
        "Put documents there (.md, .txt).": (
            "c 里的 2 个文件都没有可引用的文字（a.txt：文件是空的；请删除或填入内容。）请放入资料（.md, .txt）。"
        ),
        "Something nobody knows.": "Something nobody knows.",
    }
    for english, chinese in cases.items():
        assert told(english, "zh") == chinese
        assert told(english, "en") == english


def folders(tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "corpus").mkdir()
    return ("--corpus", str(tmp_path / "corpus"), "--data", str(tmp_path / "data"))


def both(tmp_path: Path, *arguments: str) -> tuple[str, str]:
    """What the command says on standard error in English and in Chinese."""
    common = ("--corpus", str(tmp_path / "corpus"), "--data", str(tmp_path / "data"))
    return Terminal(common).run(*arguments).err, Terminal(common, lang="zh").run(*arguments).err


def test_the_command_line_says_it_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    corpus.mkdir()
    english, chinese = both(tmp_path, "index")
    assert "There is nothing to index in" in english
    assert f"{corpus} 里没有可索引的内容" in chinese
    english, chinese = both(tmp_path, "status")
    assert "Nothing is indexed yet" in english
    assert "还没有索引：请运行 `verbatim index`" in chinese
    (corpus / "a.txt").write_text("The harbour has 12 cranes.\n", "utf-8")
    (corpus / "empty.txt").write_text("", "utf-8")
    with hold(data, NOW):
        english, chinese = both(tmp_path, "index")
        assert "is indexing: wait until it is done." in english
        assert "正在索引：请等它完成。" in chinese
    build.build(corpus, data, HashingEncoder(), now=NOW)
    english, chinese = both(tmp_path, "ask", "How many cranes?")
    assert "was made with the encoder hashing" in english
    assert "索引是用编码器 hashing 建立的" in chinese
    (data / "snapshots" / (snapshot.live(data) or "") / "rows.npy").write_bytes(b"")
    english, chinese = both(tmp_path, "status")
    assert "The file rows.npy of snapshot" in english
    assert "的文件 rows.npy 有 0 字节" in chinese


def test_a_skipped_file_is_explained_in_chinese_and_stays_english_in_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCODER", "bundled-fast")
    terminal = Terminal(folders(tmp_path), lang="zh")
    (tmp_path / "corpus" / "a.txt").write_text("The harbour has 12 cranes.\n", "utf-8")
    (tmp_path / "corpus" / "empty.txt").write_text("", "utf-8")
    ran = terminal.run("index", "--json")
    assert "跳过 empty.txt:文件是空的；请删除或填入内容。" in ran.err
    assert '"reason": "The file is empty; remove it or fill it."' in ran.out


def test_a_full_disk_is_said_in_chinese() -> None:
    error = VerbatimError("The disk of data is full: nothing was changed; free some space and reindex.")
    assert told(error, "zh") == "data 所在的磁盘已满：未做任何改动；请腾出空间后重新索引。"
