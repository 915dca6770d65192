"""Two collections: one is open to everybody, of the other nothing may be seen but by its readers."""

from pathlib import Path

from bot.collections.declared import Collection
from bot.collections.library import Library
from tests.shelf import Shelf, document

SAFE = "What is the number of the safe?"
SAID = "The safe has the number 4711."
MOON = "What about the moon?"
"""Nothing answers it, so questions are suggested instead."""
POOLS = "How many pools?"
SECRETS = ("4711", "4.7.1.1", "Vault", "vault.md", "Who has the key?", "staff")
"""What stands in the collection, what it is called, what can be asked of it, and its name."""


def leaks(shown: object) -> list[str]:
    """Which of the secrets stand in what somebody is shown."""
    return [secret for secret in SECRETS if secret in str(shown)]


def staff() -> Shelf:
    return Shelf(
        [document("vault.md", f"Vault\n{SAID} Anna has the key.\n")],
        {SAFE: [SAID, "Anna has the key."], "Who has the key?": ["Anna has the key."]},
    )


def kept_apart(base: Path, readers: frozenset[str]) -> Library:
    """`town` for everybody and `staff` for `readers`."""
    town = Shelf([document("pools.md", "Pools\nThe town has 9 pools.\n")], {POOLS: ["The town has [9] pools."]})
    library = Library([Collection("town", base / "town"), Collection("staff", base / "staff", readers=readers)])
    library.put("town", town)
    library.put("staff", staff())
    return library
