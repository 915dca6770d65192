"""`verbatim serve` as an operator starts it: indexes, answers on Telegram, says that it is well, ends cleanly."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import httpx

from tests.bot.channels.telegram.conftest import until
from tests.telegram_server import TOKEN, TelegramServer

ROOT = Path(__file__).parents[2]
TOWN = "# 榆树镇\n\n榆树镇的图书馆有三千本书。镇上的水塔高四十米，建于1958年。\n\n镇里的小学有六个班。\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def healthy(port: int, server: TelegramServer) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            try:
                answer = await client.get(f"http://127.0.0.1:{port}/healthz")
                if answer.status_code == 200:
                    return answer
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise AssertionError("it did not come up")


async def test_serve_answers_with_the_sentence_and_ends_cleanly_on_a_signal(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "town.md").write_text(TOWN, encoding="utf-8")
    (tmp_path / "data").mkdir(mode=0o755)
    port, metrics_port = free_port(), free_port()
    async with TelegramServer() as server:
        settings = {
            "CORPUS_DIR": str(tmp_path / "corpus"),
            "DATA_DIR": str(tmp_path / "data"),
            "ENCODER": "bundled-fast",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": server.url,
            "PORT": str(port),
            "METRICS_PORT": str(metrics_port),
            "LOG_LEVEL": "DEBUG",
        }
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve"),
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            assert (await healthy(port, server)).json()["parts"] == {"telegram": "ok", "page": "ok"}
            server.say(42, "镇上的水塔有多高？")
            await until(lambda: bool(server.shown(42)))
            (answer,) = server.shown(42)
            assert server.styled(answer, "blockquote") == ["镇上的水塔高四十米，建于1958年。"]
            async with httpx.AsyncClient() as client:
                metrics = (await client.get(f"http://127.0.0.1:{metrics_port}/metrics")).text
            assert 'verbatim_questions_total{channel="telegram",outcome="answer"} 1.0' in metrics
        finally:
            program.send_signal(signal.SIGTERM)
            output, _ = await asyncio.wait_for(program.communicate(), 60)
        assert program.returncode == 0, output.decode()
        assert TOKEN.encode() not in output
        made = list((tmp_path / "data").rglob("*"))
        assert len(made) > 5
        assert [path for path in made if path.stat().st_mode & 0o077] == []
        assert not (tmp_path / "data").stat().st_mode & 0o007
