"""The corpus for assistants, through the SDK's own client."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from bot.cards.links import Links
from bot.mcp.server import mcp_server
from tests.shelf import Shelf

QUOTE = "全区已建成8个智能工厂和23个数字化车间。"


async def call(library: Shelf, tool: str, **arguments: Any) -> Any:
    async with Client(mcp_server(library, Links())) as client:
        result = await client.call_tool(tool, arguments)
    assert not result.is_error
    return json.loads(result.content[0].text)  # type: ignore[union-attr]


async def test_it_offers_five_tools_each_with_a_description(library: Shelf) -> None:
    async with Client(mcp_server(library)) as client:
        tools = (await client.list_tools()).tools
    assert {tool.name for tool in tools} == {"ask", "find", "show", "verify", "sources"}
    assert all(tool.description for tool in tools)


async def test_a_question_is_answered_with_quotes_and_in_its_context(library: Shelf) -> None:
    answer = await call(library, "ask", question="有多少个智能工厂？", before=["龙泉驿在哪里？"])
    assert answer["quotes"][0]["text"] == QUOTE
    assert library.asked == [("有多少个智能工厂？", ("龙泉驿在哪里？",))]


async def test_what_is_not_answered_says_so(library: Shelf) -> None:
    answer = await call(library, "ask", question="Who?")
    assert (answer["answered"], answer["quotes"]) == (False, [])


async def test_found_passages_need_not_answer(library: Shelf) -> None:
    assert len((await call(library, "find", words="Who?"))["passages"]) == 1


async def test_a_document_is_shown_from_where_it_is_asked_for(library: Shelf) -> None:
    book = library.books[0]
    shown = await call(library, "show", document=book.id, start=3)
    unknown = await call(library, "show", document="none")
    assert (shown["text"], shown["next"]) == (book.text[3:], None)
    assert "sources" in unknown["error"]


async def test_an_assistants_own_words_are_held_to_the_corpus(library: Shelf) -> None:
    checked = await call(library, "verify", text=f"The moon is cheese. {QUOTE}")
    assert [one["verdict"] for one in checked["sentences"]] == ["nowhere", "exact"]


async def test_the_sources_are_listed(library: Shelf) -> None:
    listed = (await call(library, "sources"))["documents"]
    assert [one["id"] for one in listed] == [book.id for book in library.books]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "port.md").write_text("# Port\n\nThe harbour has 12 cranes.\n", encoding="utf-8")
    return tmp_path


async def test_the_command_speaks_the_protocol_over_standard_input_and_output(corpus: Path) -> None:
    from bot.cli.main import main

    places = ["--corpus", str(corpus / "corpus"), "--data", str(corpus / "data")]
    os.environ["ENCODER"] = "bundled-fast"
    try:
        assert main(["index", "--json", *places]) == 0
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        program = StdioServerParameters(command=sys.executable, args=["-m", "bot", "mcp", *places], env=environment)
        async with Client(program) as client:
            result = await client.call_tool("ask", {"question": "How many cranes does the harbour have?"})
    finally:
        del os.environ["ENCODER"]
    assert "The harbour has 12 cranes." in result.content[0].text  # type: ignore[union-attr]
