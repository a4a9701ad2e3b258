"""Who asks, and over what: a proxy's word counts only where the operator has named the proxy."""

import functools
from collections.abc import Iterator, MutableMapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def settle(scope: MutableMapping[str, Any], *, trusted: Sequence[Network], is_secure: bool) -> bool:
    """Put the real client and scheme into the request's scope; returns whether a trusted proxy says it came in the clear.

    Without such a word the scheme is the one that the site is public under (`is_secure`).
    """
    peer = address(scope["client"][0]) if scope.get("client") else None
    is_proxy = peer is not None and _is_among(peer, trusted)
    said = _last(scope, b"x-forwarded-proto") if is_proxy else ""
    if is_secure:
        scope["scheme"] = "https"
    if said in ("http", "https"):
        scope["scheme"] = said
    if peer is not None:
        client = _client(scope, peer, trusted) if is_proxy else peer
        scope["client"] = (str(client), scope["client"][1] if client == peer else 0)
    return said == "http"


@functools.lru_cache(
    maxsize=1024
)  # of each request at the door; to read one takes as long as all the rest here
def address(text: str) -> Address | None:
    """The address in `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`; IPv4 in IPv6 is IPv4."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found


def _client(scope: MutableMapping[str, Any], peer: Address, trusted: Sequence[Network]) -> Address:
    """The last address that no trusted proxy stands at: what is left of it, the client may have made up."""
    nearest = peer
    for text in reversed([*_values(scope, b"x-forwarded-for")]):
        found = address(text)
        if found is None:
            break
        nearest = found
        if not _is_among(found, trusted):
            break
    return nearest


def _is_among(one: Address, networks: Sequence[Network]) -> bool:
    return any(one in network for network in networks)


def _last(scope: MutableMapping[str, Any], name: bytes) -> str:
    return ([*_values(scope, name)] or [""])[-1].lower()


def _values(scope: MutableMapping[str, Any], name: bytes) -> Iterator[str]:
    """The items of a list header, also where it came as several lines."""
    for given, value in scope["headers"]:
        if given == name:
            yield from (item.strip() for item in value.decode("latin-1").split(","))
