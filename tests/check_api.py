"""The HTTP interface against its own description: schemathesis sends what the description allows, and what it does not.

    python -m tests.check_api [PROGRAM] [SECONDS]

PROGRAM is schemathesis in whatever environment it is installed; `make check-api` makes one. The interface is real, on
loopback, over a small corpus of a test.
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.web.api.keys import read_keys
from bot.web.api.openapi import EXAMPLE
from bot.web.api.routes import Api
from bot.web.app import web_app
from bot.workers import Workers
from tests.shelf import shelf
from tests.web_server import serving

KEY = "0123456789abcdef"
OPTIONS = ("--phases=examples,coverage,fuzzing,stateful", "--generation-database=none", "--seed=1", "--no-color")


def program() -> str | None:
    """Where schemathesis is, None where it is not installed."""
    return shutil.which("schemathesis")


async def check(path: str, seconds: int) -> tuple[int, str]:
    """The exit code of schemathesis, and what it said."""
    with tempfile.TemporaryDirectory() as folder:
        journal, workers, metrics = Journal(Path(folder) / "journal.sqlite"), Workers(), Metrics()
        library = shelf()
        library.answers[EXAMPLE] = library.answers["有多少个智能工厂？"]
        desk = Desk(library, journal, workers, metrics, RateLimits(Rates(0, 0), lambda: 0.0))
        api = Api(desk, read_keys(f"tester:{KEY}"), RateLimits(Rates(0, 0), lambda: 0.0))
        try:
            async with serving(web_app(desk, metrics, [], api.routes())) as url:
                process = await asyncio.create_subprocess_exec(
                    *(path, "run", f"{url}/api/openapi.json", "--header", f"Authorization: Bearer {KEY}"),
                    *(*OPTIONS, f"--max-time={seconds}"),
                    cwd=folder,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.STDOUT,
                )
                said, _ = await process.communicate()
        finally:
            workers.close()
            journal.close()
    return process.returncode or 0, said.decode("utf-8", "replace")


def main(path: str = "", seconds: str = "60") -> int:
    found = path or program()
    if found is None:
        sys.stderr.write("schemathesis is not installed: make check-api installs it into an environment of its own\n")
        return 1
    code, said = asyncio.run(check(found, int(seconds)))
    sys.stdout.write(said)
    return code


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
