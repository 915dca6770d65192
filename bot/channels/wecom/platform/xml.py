"""The XML of the own app's callback, read as if a stranger wrote it: no DTD, no entities, no surprises in size."""

from collections.abc import Mapping
from types import MappingProxyType
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.channels.wecom.platform.errors import EnvelopeError

LIMIT_BYTES = 256 * 1024
FIELDS = 200
"""The longest message of the platform has about twenty."""


def fields(data: bytes) -> Mapping[str, str]:
    """The text of every element right below the root, by its tag. Raises EnvelopeError for anything else."""
    if len(data) > LIMIT_BYTES:
        raise EnvelopeError(f"The message is larger than {LIMIT_BYTES // 1024} KiB.")
    try:
        root = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise EnvelopeError("The message declares a document type or entities, which WeCom never does.") from error
    # expat answers an unknown encoding with LookupError, and a wrong one with ValueError.
    except (ParseError, LookupError, ValueError) as error:
        raise EnvelopeError("The message is not well-formed XML.") from error
    if len(root) > FIELDS:
        raise EnvelopeError("The message has more fields than any of the platform.")
    return MappingProxyType({child.tag: child.text or "" for child in root})
