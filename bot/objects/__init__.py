"""What replicas share that is too large for a database: documents and snapshots, in an object store or a folder.

Everything in it is written once and never changed. What counts right now is the highest of a row of numbers, and who
writes the next number has seen the one before: nobody overwrites what he does not know.
"""

from bot.objects.address import Address
from bot.objects.door import Objects


def open_objects(url: str) -> Objects:
    """The store at `url`; nothing is asked of it yet. SettingsError where `url` is wrong or an extra is missing."""
    address = Address(url)
    if address.folder is not None:
        from bot.objects.folder import FolderObjects

        return FolderObjects(address.folder)
    from bot.objects.s3 import open_s3

    return open_s3(address)
