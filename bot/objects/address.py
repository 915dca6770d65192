"""The address of an object store: understood, and named without its secret."""

from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from bot.errors import SettingsError

FORMS = "s3://bucket/prefix, s3://key:secret@bucket/prefix?endpoint=https://host&region=name, or file:///folder"
_OPTIONS = frozenset({"endpoint", "region"})


class Address:
    """Either `folder`, or a `bucket` with what belongs to it. What is not given is "": the environment may have it."""

    def __init__(self, url: str) -> None:
        """SettingsError where `url` is none. Nothing of it is repeated: it may hold a secret."""
        try:
            parts = urlsplit(url)
            options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
            host = parts.netloc.rpartition("@")[2]
        except ValueError:
            raise SettingsError(f"OBJECTS_URL is not the address of an object store: write {FORMS}.") from None
        if parts.scheme == "file" and not host and len(parts.path) > 1 and not options:
            self.folder: Path | None = Path(unquote(parts.path))
            self.name = str(self.folder)
            return
        if parts.scheme != "s3" or not host or options.keys() - _OPTIONS or parts.fragment:
            raise SettingsError(f"OBJECTS_URL is not the address of an object store: write {FORMS}.")
        self.folder = None
        self.bucket = host
        self.prefix = unquote(parts.path.strip("/"))
        self.key = unquote(parts.username or "")
        self.secret = unquote(parts.password or "")
        self.endpoint = options.get("endpoint", [""])[0].rstrip("/")
        self.region = options.get("region", [""])[0]
        self.name = f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def masked(self, text: str) -> str:
        """The first line of `text`, a message of the store or of what speaks to it, without a secret."""
        line = text.strip().partition("\n")[0]
        for secret in filter(None, (self.secret, self.key)):
            line = line.replace(secret, "********")
        return line[:300].rstrip(".: ")


def below(url: str, name: str) -> str:
    """The address of a part of a store; "" where there is none."""
    return urlsplit(url)._replace(path=f"{urlsplit(url).path.rstrip('/')}/{quote(name)}").geturl() if url else ""
