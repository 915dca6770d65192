"""Where a host is, and whether an address is one of the public internet: what may be fetched, and what is internal."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from index.errors import ReaderError

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[Address]]

_RESERVED = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
            *("203.0.113.0/24", "224.0.0.0/3", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64"),
            *("2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
        ),
    )
)
"""The registries of special addresses of IANA (RFC 6890, as of 2025), which some versions of `ipaddress` know in part,
with what a gateway turns into any IPv4 address, and what was once for use inside (6to4 relays, site-local)."""


def is_public(address: Address) -> bool:
    """Neither reserved, private, loopback nor link-local, nor an IPv6 way to write such an IPv4 address."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_public(inner)
    reserved = any(address.version == network.version and address in network for network in _RESERVED)
    return not reserved and address.is_global and not address.is_multicast and not address.is_reserved


def resolve(host: str, port: int) -> Sequence[Address]:
    """All addresses of a host, in the order in which to try them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ReaderError("host-unknown", host=host) from error
    return [ip_address(str(entry[4][0]).split("%", 1)[0]) for entry in found]


def checked_addresses(
    url: httpx.URL, resolver: Resolver = resolve, allowed: Callable[[Address], bool] = is_public
) -> Sequence[Address]:
    """Where the host of `url` is, to connect to without asking again. ReaderError where any address is not allowed."""
    port = url.port or (443 if url.scheme == "https" else 80)
    addresses = resolver(url.raw_host.decode("ascii").strip("[]"), port)
    if not addresses or not all(map(allowed, addresses)):
        raise ReaderError("page-not-public", host=url.host)
    return addresses
