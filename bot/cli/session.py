"""What a command works with: its arguments, the terminal, and the settings, read when first asked for."""

import os
from argparse import Namespace
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.cli.console import Console
from bot.index_settings import IndexSettings, quick

if TYPE_CHECKING:
    from bot.settings import Settings


@dataclass(frozen=True)
class Session:
    """One run of one command."""

    args: Namespace
    console: Console

    @cached_property
    def settings(self) -> "Settings":
        """Settings with the folders of the command line. Raises SettingsError where one is wrong."""
        from bot.settings import load  # pydantic takes a fifth of a second to import

        return load(corpus=self.args.corpus, data=self.args.data)

    @cached_property
    def index_settings(self) -> "IndexSettings | Settings":
        """What a question needs of the settings; all of them are read where that cannot be told without."""
        return quick(os.environ, corpus=self.args.corpus, data=self.args.data) or self.settings
