"""What a process that this one starts sees of the environment: no secret, and libraries that take one core each."""

import os

from pydantic import SecretStr

from bot.settings import Settings

SECRETS = frozenset(name for name, field in Settings.model_fields.items() if field.annotation is SecretStr)
"""Names of settings, in small letters."""
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""A library that takes every core for a batch takes them from the answers."""


def child_environment() -> dict[str, str]:
    """The environment without secrets: what another process needs of them, it is told."""
    return {name: value for name, value in os.environ.items() if name.lower() not in SECRETS} | ONE_THREAD
