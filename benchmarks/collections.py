"""What another collection costs: memory, and processor time of a question that is asked of all.

    python -m benchmarks.collections 1 2 5 10

The sample corpus is copied as often as there are collections; each count is measured in a process of its own.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.serving.rooms import open_library, open_rooms, rooms
from bot.settings import Settings

CORPUS = Path(__file__).parent.parent / "corpus"
QUESTIONS = ("龙泉驿区一共有几个智能工厂？", "how many smart factories?", "东安湖有多大？", "谁是区长？")
ROUNDS = 5


def made(folder: Path, count: int) -> Settings:
    """`count` collections below `folder`, indexed."""
    tables = []
    for number in range(count):
        shutil.copytree(CORPUS, folder / f"c{number}")
        tables.append(f'[c{number}]\nfolder = "c{number}"\n')
    (folder / "collections.toml").write_text("".join(tables), encoding="utf-8")
    settings = Settings(_env_file=None, collections=folder / "collections.toml", data_dir=folder / "data")  # type: ignore[call-arg]
    open_rooms(rooms(settings))
    return settings


def measured(folder: Path, count: int) -> str:
    """A line: collections, memory, time."""
    settings = Settings(_env_file=None, collections=folder / "collections.toml", data_dir=folder / "data")  # type: ignore[call-arg]
    everything = open_library(rooms(settings)).everything
    assert everything is not None
    everything.ask(QUESTIONS[0])
    begun = time.process_time()
    for number in range(ROUNDS):
        for question in QUESTIONS:
            # Another text each time: an answer that was given is remembered.
            everything.ask(question + "?" * number, top=5)
    spent = (time.process_time() - begun) * 1000 / len(QUESTIONS) / ROUNDS
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20
    return f"{count:3} collections: {resident} MB, {spent:.0f} ms of processor time a question"


def main() -> None:
    if sys.argv[1] == "--in":
        print(measured(Path(sys.argv[2]), int(sys.argv[3])))
        return
    for count in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as place:
            made(Path(place), count)
            subprocess.run([sys.executable, "-m", "benchmarks.collections", "--in", place, str(count)], check=True)


if __name__ == "__main__":
    main()
