"""What `index` says is wrong is said in both languages; no sentence is left out, and none without a code."""

import ast
import pickle
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.texts.errors import CHINESE, sentence
from index.builds import build
from index.documents.changed_files import FileState, dump, load
from index.error_texts import ENGLISH
from index.errors import ReaderError, Reason, SnapshotError, VerbatimError
from index.snapshots import snapshot
from index.snapshots.lock import hold
from tests.console import Terminal
from tests.hashing import HashingEncoder

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RAISED = {"Reason", "damaged", *(error.__name__ for error in VerbatimError.__subclasses__())}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def calls() -> Iterator[tuple[str, str, set[str]]]:
    """Each code that `index` and `bot` make an error or a reason of: where, the code, the names of its values."""
    for path in sorted([*(ROOT / "index").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", getattr(node.func, "attr", "")) not in RAISED:
                continue
            for given in node.args:
                if isinstance(given, ast.JoinedStr) or (isinstance(given, ast.Constant) and given.value):
                    code = given.value if isinstance(given, ast.Constant) else ast.unparse(given)
                    yield f"{path.name}:{node.lineno}", str(code), {str(word.arg) for word in node.keywords}


def test_every_error_of_the_index_has_a_code_with_all_its_values() -> None:
    found = list(calls())
    assert len(found) > 70
    wrong = [(where, code) for where, code, values in found if places(ENGLISH.get(code, "{}?")) != values]
    assert wrong == []


def test_no_sentence_has_lost_the_code_that_raises_it() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "index").rglob("*.py") if path.name != "error_texts.py")
    code += (ROOT / "bot" / "serving" / "processes" / "reindex_process.py").read_text("utf-8")
    system = {name for name in ENGLISH if name.isupper()}
    assert [name for name in ENGLISH.keys() - system if f'"{name}"' not in code] == []


def test_both_languages_have_every_code_and_name_the_same_things() -> None:
    assert CHINESE.keys() == ENGLISH.keys()
    for code, english in ENGLISH.items():
        assert places(CHINESE[code]) == places(english), code
        assert re.search("[\u4e00-\u9fff]", CHINESE[code]), code


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        (
            Reason("format-save-as", what=".epub", better="PDF"),
            "There is no reader for .epub; save the file as PDF.",
            "无法读取 .epub；请另存为 PDF。",
        ),
        (
            Reason("format-unknown", what=Reason("no-extension")),
            "There is no reader for files without an extension.",
            "无法读取 没有扩展名的文件。",
        ),
        (
            ReaderError("file-unreadable", reason=Reason("EACCES")),
            "The file cannot be read: Permission denied.",
            "无法读取文件：没有权限。",
        ),
        (
            SnapshotError("snapshot-file", file="a.bin", id="2-aa", how=Reason("size-differs", found=3, expected=9)),
            "The file a.bin of snapshot 2-aa has 3 bytes, not 9: reindex or roll back.",
            "快照 2-aa 的文件 a.bin 有 3 字节，应为 9：请重新索引或回退。",
        ),
        (
            SnapshotError("disk-full", data="data"),
            "The disk that holds data is full: nothing was changed; free some space and reindex.",
            "data 所在的磁盘已满：未做任何改动；请腾出空间后重新索引。",
        ),
        (
            Reason("questions-line", number=3),
            *[t.format(number=3) for t in (ENGLISH["questions-line"], CHINESE["questions-line"])],
        ),
        ("Something of another library.", "Something of another library.", "Something of another library."),
    ],
)
def test_what_varies_stays_and_what_has_a_code_of_its_own_is_translated_too(
    reason: object, english: str, chinese: str
) -> None:
    assert (str(reason), sentence(reason, "en"), sentence(reason, "zh")) == (english, english, chinese)


def test_a_reason_keeps_its_code_through_another_process_and_through_a_snapshot(tmp_path: Path) -> None:
    error = SnapshotError("index-file", file="s/a.bin", how=Reason("too-short"))
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (SnapshotError, str(error))
    assert sentence(again, "zh") == sentence(error, "zh") == "索引文件 s/a.bin 太短：请重新索引，或回退到另一个快照。"
    states = [FileState("a", 1, 2, "d", error.reason), FileState("b", 1, 2, "d"), FileState("c", 1, 2, "d", "Plain.")]
    (tmp_path / "files.json").write_bytes(dump(states))
    kept = load(tmp_path / "files.json")
    assert kept == states
    assert [sentence(state.reason, "zh") for state in kept] == [sentence(error, "zh"), "", "Plain."]


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
    assert "跳过 empty.txt：文件是空的；请删除或填入内容。" in ran.err
    assert '"reason": "The file is empty; remove it or fill it."' in ran.out
