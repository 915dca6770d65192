"""The command line: every command over a real index, and one line for whatever goes wrong."""

import json
import re
import shutil
from pathlib import Path

import pytest

from bot.question import Language
from bot.settings import Settings
from tests.console import Terminal

ROOT = Path(__file__).parents[3]
FACTORIES = "龙泉驿区已培育8个智能工厂和16个数字化车间。"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)  # no .env of somebody else


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sample corpus, indexed once."""
    base = tmp_path_factory.mktemp("cli")
    corpus, data = base / "corpus", base / "data"
    shutil.copytree(ROOT / "corpus", corpus)
    terminal = Terminal(("--corpus", str(corpus), "--data", str(data))).run("index")
    assert terminal.code == 0, terminal.err
    return corpus, data


@pytest.fixture
def terminal(folders: tuple[Path, Path]) -> Terminal:
    """Over the indexed sample corpus, which stays as it is."""
    return Terminal(("--corpus", str(folders[0]), "--data", str(folders[1])))


@pytest.fixture
def fresh(tmp_path: Path) -> tuple[Terminal, Path]:
    """Over a corpus folder of its own with one short document, not indexed yet."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The harbour of Port Elm has 12 cranes.\n", encoding="utf-8")
    return Terminal(("--corpus", str(corpus), "--data", str(tmp_path / "data"))), corpus


def test_ask_prints_the_sentence_and_where_it_stands(terminal: Terminal) -> None:
    terminal.run("ask", "龙泉驿区一共有几个智能工厂？")
    assert terminal.code == 0
    assert terminal.out.splitlines()[0] == f"> {FACTORIES}"
    assert "界面新闻 · 2024-04" in terminal.out


@pytest.mark.parametrize(("name", "lang"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_the_readme_shows_the_answer_as_it_is_printed(terminal: Terminal, name: str, lang: Language) -> None:
    readme = (ROOT / name).read_text(encoding="utf-8")
    found = re.search(r'```console\n\$ verbatim ask "([^"]*)"\n(.*?)```', readme, re.DOTALL)
    assert found
    terminal.lang = lang
    assert terminal.run("ask", found[1]).out == found[2]


def test_an_english_question_is_answered_from_the_english_document(terminal: Terminal) -> None:
    assert "8 smart factories" in terminal.run("ask", "how many smart factories?").out


def test_the_question_may_come_from_standard_input(terminal: Terminal) -> None:
    assert "8 smart factories" in terminal.run("ask", typed="how many smart factories?\n").out


def test_an_answer_as_json_has_the_form_that_scripts_rely_on(terminal: Terminal, folders: tuple[Path, Path]) -> None:
    answer = json.loads(terminal.run("ask", "龙泉驿区一共有几个智能工厂？", "--json").out)
    names = {"id", "question", "answered", "confidence", "quotes", "nearest", "read_as", "snapshot", "took_ms"}
    assert names <= answer.keys()
    assert answer["answered"] is True
    assert answer["nearest"] == []
    [quote] = answer["quotes"]
    assert {"text", "start", "end", "highlights", "score", "document"} <= quote.keys()
    assert {"id", "path", "title", "publisher", "published", "url", "lang", "section"} <= quote["document"].keys()
    [[start, end]] = quote["highlights"]
    assert "8" in quote["text"][start:end]
    text = terminal.run("show", quote["document"]["id"], "--text").out
    assert text[quote["start"] : quote["end"]] == quote["text"]
    assert quote["text"] in (folders[0] / quote["document"]["path"]).read_text(encoding="utf-8")


def test_what_the_corpus_does_not_say_is_not_answered(terminal: Terminal) -> None:
    answer = json.loads(terminal.run("ask", "What is the capital of France?", "--json").out)
    assert (terminal.code, answer["answered"], answer["quotes"]) == (0, False, [])
    assert answer["nearest"] == []


def test_an_abstention_shows_what_can_be_asked(terminal: Terminal) -> None:
    terminal.run("ask", "What is the capital of France?")
    assert terminal.out.startswith("The documents here do not answer this.")
    assert "You could ask:" in terminal.out


def test_top_gives_several_quotes_none_twice(terminal: Terminal) -> None:
    quotes = json.loads(terminal.run("ask", "how many smart factories?", "--json", "--top", "5").out)["quotes"]
    assert 1 < len(quotes) <= 5
    assert len({quote["text"] for quote in quotes}) == len(quotes)


def test_a_stream_is_answered_in_order_with_its_ids(terminal: Terminal) -> None:
    lines = [{"id": "b", "question": "how many smart factories?"}, {"id": 7, "question": ""}, {"question": "😀"}]
    terminal.run("ask", "--jsonl", typed="\n".join(map(json.dumps, lines)) + "\n\n")
    answers = [json.loads(line) for line in terminal.out.splitlines()]
    assert terminal.code == 0
    assert [answer["id"] for answer in answers] == ["b", 7, "3"]
    assert [answer["answered"] for answer in answers] == [True, False, False]


NUMBERS = ['{"id": NaN, "question": "x"}', '{"id": -Infinity, "question": "x"}', '{"id": 1e999, "question": "x"}']


@pytest.mark.parametrize("bad", ["{", "[]", '"text"', '{"id": "x"}', '{"question": 7}', "[" * 9999, "\udc80", *NUMBERS])
def test_a_bad_line_is_named_and_the_others_are_answered(terminal: Terminal, bad: str) -> None:
    good = json.dumps({"id": "x", "question": "how many smart factories?"})
    terminal.run("ask", "--jsonl", typed=f"{good}\n{bad}\n{good}\n")
    assert terminal.code == 2
    assert len(terminal.out.splitlines()) == 2
    assert "line 2 " in terminal.err.splitlines()[0]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("😀😀", id="emoji"),
        pytest.param("\x00\x1b[31m\x07", id="control"),
        pytest.param("Сколько умных заводов?", id="cyrillic"),
        pytest.param("ما هو عدد المصانع الذكية؟", id="arabic"),
        pytest.param("?" * 50, id="marks"),
        pytest.param("智能工厂" * 2500, id="long"),
        pytest.param("a" * 10_000, id="one word"),
    ],
)
def test_strange_questions_are_answered_or_refused_without_a_word_on_standard_error(
    terminal: Terminal, question: str
) -> None:
    terminal.run("ask", question, "--json")
    assert (terminal.code, terminal.err) == (0, "")
    json.loads(terminal.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", ""),
        ("ask", "  \n"),
        ("ask",),
        ("ask", "x", "--top", "0"),
        ("ask", "x", "--top", "many"),
        ("ask", "x", "y"),
        ("ask", "x", "--jsonl"),
        ("ask", "x", "--colour"),
        ("ask", "x", "--to", "3"),
        ("nothing",),
        ("show",),
        ("show", "no-such-document.txt"),
        ("eval", "/dev/null"),
        ("index", "--data", ""),
    ],
)
def test_bad_input_is_one_line_and_exit_two(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    terminal.common = terminal.common if "--data" not in arguments else ()
    terminal.run(*arguments)
    assert (terminal.code, terminal.out) == (2, "")
    assert len(terminal.err.splitlines()) == 1
    assert terminal.err.startswith("verbatim: ")


@pytest.mark.parametrize(
    "arguments", [("ask", "x"), ("status",), ("show", "a.txt"), ("rollback",), ("eval", "missing.jsonl")]
)
def test_something_missing_is_one_line_and_exit_one(fresh: tuple[Terminal, Path], arguments: tuple[str, ...]) -> None:
    terminal = fresh[0].run(*arguments)
    assert (terminal.code, terminal.out) == (1, "")
    assert len(terminal.err.splitlines()) == 1


def test_a_corpus_that_is_not_there_is_said(tmp_path: Path) -> None:
    terminal = Terminal().run("index", "--corpus", "nowhere", "--data", "data")
    assert (terminal.code, len(terminal.err.splitlines())) == (1, 1)
    assert "nowhere" in terminal.err


def test_a_wrong_setting_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "ninety")
    terminal.run("status")
    assert terminal.code == 2
    assert "PORT" in terminal.err


def test_folders_are_accepted_before_and_after_the_command(folders: tuple[Path, Path]) -> None:
    bare = Terminal()
    assert bare.run("--data", str(folders[1]), "status", "--json").code == 0
    before = bare.out
    assert bare.run("status", "--json", "--data", str(folders[1])).out == before


def test_help_says_what_there_is_in_both_languages(terminal: Terminal) -> None:
    bare = Terminal().run("--help")
    assert bare.code == 0
    assert all(name in bare.out for name in ("index", "ask", "chat", "serve", "eval", "doctor"))
    assert "--jsonl" in Terminal().run("ask", "-h").out
    assert "对话" in Terminal(lang="zh").run("--help").out


def test_indexing_tells_what_changed_and_nothing_the_second_time(fresh: tuple[Terminal, Path]) -> None:
    terminal, corpus = fresh
    first = json.loads(terminal.run("index", "--json").out)
    assert (first["documents"]["added"], first["live"]) == (1, True)
    second = json.loads(terminal.run("index", "--json").out)
    assert terminal.code == 0
    assert (second["documents"]["unchanged"], second["documents"]["added"]) == (1, 0)
    assert second["snapshot"] == first["snapshot"]
    (corpus / "b.txt").write_text("Port Oak has 3 cranes.\n", encoding="utf-8")
    third = json.loads(terminal.run("index", "--json").out)
    assert third["added"] == ["b.txt"]
    assert third["snapshot"] != first["snapshot"]


def test_indexing_for_people_is_a_small_table(fresh: tuple[Terminal, Path]) -> None:
    terminal = fresh[0].run("index")
    rows = [line.split() for line in terminal.out.splitlines()]
    assert rows[0] == ["added", "changed", "removed", "unchanged"]
    assert rows[1] == ["documents", "1", "0", "0", "0"]
    assert rows[3][:1] == ["snapshot"]


def test_a_file_that_gives_nothing_is_named_and_the_rest_is_indexed(fresh: tuple[Terminal, Path]) -> None:
    terminal, corpus = fresh
    (corpus / "b.txt").write_bytes(bytes(range(256)) * 40)
    (corpus / "c.pdf").write_bytes(b"no pdf at all")
    terminal.run("index")
    assert terminal.code == 0
    assert "b.txt" in terminal.err
    assert "c.pdf" in terminal.err
    assert "12 cranes" in terminal.run("ask", "How many cranes does the harbour have?", "--json").out


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    terminal = Terminal(("--corpus", "corpus", "--data", "data")).run("index")
    assert (terminal.code, len(terminal.err.splitlines())) == (1, 1)


def test_large_and_lineless_files_are_indexed(fresh: tuple[Terminal, Path]) -> None:
    terminal, corpus = fresh
    (corpus / "line.txt").write_text("word " * 20_000 + "Port Ash has 77 lighthouses.", encoding="utf-8")
    (corpus / "long.txt").write_text("甲" * 30_000, encoding="utf-8")
    assert terminal.run("index").code == 0
    quote = json.loads(terminal.run("ask", "How many lighthouses has Port Ash?", "--json").out)
    assert all(len(each["text"]) <= 240 for each in [*quote["quotes"], *quote["nearest"]])


def test_answers_that_would_get_lost_hold_the_new_index_back(fresh: tuple[Terminal, Path]) -> None:
    terminal, corpus = fresh
    saved = {"id": "1", "question": "How many cranes does the harbour of Port Elm have?", "gold": ["12 cranes"]}
    (corpus / "questions.jsonl").write_text(json.dumps(saved) + "\n", encoding="utf-8")
    assert terminal.run("index").code == 0
    (corpus / "a.txt").write_text("The town of Port Elm has a market and a church.\n", encoding="utf-8")
    held = json.loads(terminal.run("index", "--json").out)
    assert (terminal.code, held["live"], held["lost"]) == (1, False, [saved["question"]])
    assert "--force" in terminal.err
    assert "12 cranes" in terminal.run("ask", saved["question"]).out
    assert terminal.run("index", "--force").code == 0
    assert "12 cranes" not in terminal.run("ask", saved["question"]).out


def test_a_live_index_that_cannot_be_read_is_replaced(fresh: tuple[Terminal, Path]) -> None:
    terminal, corpus = fresh
    saved = {"id": "1", "question": "How many cranes does the harbour of Port Elm have?", "gold": ["12 cranes"]}
    (corpus / "questions.jsonl").write_text(json.dumps(saved) + "\n", encoding="utf-8")
    terminal.run("index")
    [manifest] = (corpus.parent / "data").rglob("manifest.json")
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"format": ', '"format": 9'), encoding="utf-8")
    assert terminal.run("ask", saved["question"]).code == 1
    assert terminal.run("index").code == 0, terminal.err
    assert "12 cranes" in terminal.run("ask", saved["question"]).out


def test_rollback_brings_back_what_was_answered(fresh: tuple[Terminal, Path]) -> None:
    terminal, corpus = fresh
    terminal.run("index")
    (corpus / "a.txt").write_text("The harbour of Port Elm has 99 cranes.\n", encoding="utf-8")
    terminal.run("index", "--force")
    kept = [json.loads(line) for line in terminal.run("snapshots", "--json").out.splitlines()]
    assert [info["live"] for info in kept] == [True, False]
    assert terminal.run("rollback").code == 0
    assert "12 cranes" in terminal.run("ask", "How many cranes does the harbour have?").out
    assert "until somebody reindexes" in terminal.run("rollback", kept[1]["id"]).out
    assert terminal.run("rollback", "no-such").code == 1
    assert "went back to this snapshot" in terminal.run("status").out
    assert "went back to this snapshot" in terminal.run("chat").err
    assert "12 cranes" in terminal.run("ask", "How many cranes does the harbour have?").out
    terminal.run("index", "--force")
    assert "went back" not in terminal.run("status").out
    assert "99 cranes" in terminal.run("ask", "How many cranes does the harbour have?").out


def test_status_shows_counts_and_problems(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    status = json.loads(terminal.run("status", "--json").out)
    assert (status["documents"], status["problems"]) == (2, [])
    assert {source["path"] for source in status["sources"]} == {"longquanyi.zh.md", "longquanyi.en.md"}
    assert "longquanyi.zh.md" in terminal.run("status").out
    monkeypatch.setenv("ENCODER", "bundled-fast")
    assert json.loads(terminal.run("status", "--json").out)["problems"]


def test_skipped_files_stay_known_to_status_and_doctor(fresh: tuple[Terminal, Path]) -> None:
    terminal, corpus = fresh
    (corpus / "scan.pdf").write_bytes(b"")
    (corpus / "film.mp4").write_bytes(b"1")
    terminal.run("index")
    shown = terminal.run("status").out
    assert "2 files; fix what the reason names" in shown
    assert "film.mp4: There is no reader for .mp4." in shown
    assert [one["path"] for one in json.loads(terminal.run("status", "--json").out)["skipped"]] == [
        "film.mp4",
        "scan.pdf",
    ]
    (corpus / "film.mp4").unlink()
    terminal.run("index")
    assert "1 file; fix" in terminal.run("status").out
    told = [json.loads(line) for line in terminal.run("doctor", "--json").out.splitlines()]
    (found,) = [one for one in told if one["name"] == "not read"]
    assert found["told"] == "scan.pdf: The file is empty; remove it or fill it."
    assert "verbatim index" in found["todo"]


def test_a_folder_that_is_named_is_indexed_and_what_that_means_is_said(
    fresh: tuple[Terminal, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, corpus = fresh
    monkeypatch.setenv("CORPUS_DIR", str(tmp_path / "other"))
    terminal.common = ("--data", str(tmp_path / "data"))
    assert terminal.run("index", str(corpus)).code == 0
    assert f"CORPUS_DIR={corpus}" in terminal.err
    assert "12 cranes" in terminal.run("ask", "How many cranes does the harbour have?").out
    monkeypatch.setenv("CORPUS_DIR", str(corpus))
    assert terminal.run("index", str(corpus)).err == ""
    assert terminal.run("index", str(corpus), "--corpus", str(tmp_path)).code == 2
    assert "once" in terminal.err


def test_another_encoder_than_the_one_indexed_with_is_an_error(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCODER", "bundled-fast")
    terminal.run("ask", "how many smart factories?")
    assert terminal.code == 1
    assert "verbatim index" in terminal.err


def test_show_lists_source_and_sections(terminal: Terminal) -> None:
    out = terminal.run("show", "longquanyi.en.md").out
    assert "Jiemian News" in out
    assert "Technology: Meisherui" in out


def test_eval_counts_right_answers_refusals_and_altered_quotes(terminal: Terminal, tmp_path: Path) -> None:
    cases = [
        {"id": "1", "lang": "en", "question": "how many smart factories?", "gold": ["8 smart factories"]},
        {"id": "2", "lang": "en", "question": "how many smart factories?", "gold": ["9 smart factories"]},
        {"id": "3", "lang": "en", "question": "What is the capital of France?", "gold": []},
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    report = json.loads(terminal.run("eval", str(path), "--json").out)
    assert (report["answerable"]["questions"], report["answerable"]["first"]) == (2, 1)
    assert report["unanswerable"]["first"] == 1
    assert (report["altered"], report["missed"]) == (0, ["2"])
    table = terminal.run("eval", str(path), "--misses").out
    assert "wanted 9 smart factories" in table
    assert "altered quotes: 0" in table


def test_eval_names_the_line_that_is_wrong(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"question": "a", "gold": []}\n{"question": "b"}\n', encoding="utf-8")
    terminal.run("eval", str(path))
    assert terminal.code == 2
    assert "line 2" in terminal.err


def test_doctor_finds_a_healthy_bot_healthy(terminal: Terminal) -> None:
    terminal.run("doctor", "--json")
    findings = [json.loads(line) for line in terminal.out.splitlines()]
    assert not [finding for finding in findings if finding["state"] == "broken"], terminal.out
    assert terminal.code == 0


def test_doctor_says_what_to_do(tmp_path: Path) -> None:
    terminal = Terminal(("--corpus", "nowhere", "--data", "data")).run("doctor")
    assert terminal.code == 1
    assert "→" in terminal.out


def test_nothing_has_a_traceback_until_it_is_asked_for(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("bot.serving.live_index.open_index", broken)
    terminal.run("ask", "x")
    assert (terminal.code, len(terminal.err.splitlines())) == (1, 1)
    assert "ZeroDivisionError" in terminal.err
    assert "Traceback" in terminal.run("ask", "x", "--debug").err


def test_a_full_disk_is_one_sentence(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device", "/some/disk")

    monkeypatch.setattr("bot.cli.indexing.reindex", full)
    terminal.run("index")
    assert terminal.code == 1
    assert "full" in terminal.err
    assert "/some/disk" in terminal.err
