"""What a command works with: its arguments, the terminal, and the settings, read when first asked for."""

import os
from argparse import Namespace
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.terminal.console import Console
from bot.errors import UsageError
from bot.index_settings import IndexSettings, quick

if TYPE_CHECKING:
    from bot.cards.answerer import Answerer
    from bot.collections.library import Library
    from bot.serving.rooms import Room
    from bot.settings import Settings


@dataclass(frozen=True)
class Session:
    """One run of one command."""

    args: Namespace
    console: Console

    @cached_property
    def whole(self) -> "Settings":
        """Settings with the folders of the command line: of the program, whatever collection a command is about.

        Raises SettingsError where one is wrong.
        """
        from bot.settings import load  # pydantic takes a fifth of a second to import

        return load(corpus=self.args.corpus, data=self.args.data)

    @cached_property
    def rooms(self) -> "tuple[Room, ...]":
        """What a command is about: the collection that was named, else all of them; or the one corpus.

        Raises UsageError where there is none of that name.
        """
        from bot.serving.rooms import rooms

        found, named = rooms(self.whole), self.args.collection
        if named is None:
            return found
        chosen = tuple(room for room in found if named and room.name == named)
        if not chosen:
            raise UsageError(self.console.say("no-collection", name=named))
        return chosen

    @property
    def settings(self) -> "Settings":
        """Settings of the one collection, or of the one corpus. Raises UsageError where there are several."""
        if len(self.rooms) > 1:
            names = ", ".join(room.name for room in self.rooms)
            raise UsageError(self.console.say("which-collection", names=names))
        return self.rooms[0].settings

    @cached_property
    def index_settings(self) -> "IndexSettings | Settings":
        """What a question needs of the settings; all of them are read where that cannot be told without."""
        named = self.args.collection is not None
        found = None if named else quick(os.environ, corpus=self.args.corpus, data=self.args.data)
        return found or self.whole

    @property
    def folders(self) -> list[Path]:
        """Of the documents that `index` answers from."""
        settings = self.index_settings
        if isinstance(settings, IndexSettings):
            return [settings.corpus_dir]
        return [room.settings.corpus_dir for room in self.rooms]

    @cached_property
    def library(self) -> "Library":
        """The live indexes of the rooms. Whoever sits at this machine may read them all."""
        from bot.serving.rooms import open_library

        return open_library(self.rooms)

    def index(self) -> "Answerer":
        """What questions are asked of. Raises SnapshotError where something is not indexed."""
        from bot.serving.live_index import open_index

        settings = self.index_settings
        if isinstance(settings, IndexSettings) or (settings.collections is None and self.args.collection is None):
            return open_index(settings)
        found = self.library.view(self.library.names)
        assert found is not None  # noqa: S101
        return found
