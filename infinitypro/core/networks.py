"""Which addresses are the public internet's, and how a peer is written (IANA: special-purpose address registries)."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # between a provider and its customers
        "127.0.0.0/8",
        "168.63.129.16/32",  # what Azure's machines ask about themselves
        "169.254.0.0/16",  # link-local; what other clouds' machines ask about themselves
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID and other protocols' own
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",
    )
)
_TRANSLATED = IPv6Network(
    "64:ff9b::/96"
)  # how a network without IPv4 reaches it: the address stands at the end

LAST_PORT = 65535
HTTP_PORT = 80
_HOST = re.compile(r"[\w.-]+")


def is_public(text: str) -> bool:
    """Whether the address is one that anybody in the public internet reaches."""
    found = ip_address(text.partition("%")[0])
    if isinstance(found, IPv6Address) and found in _TRANSLATED:
        found = IPv4Address(int(found) & 0xFFFFFFFF)
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _NOT_PUBLIC_4)
    return found in _PUBLIC_6 and not any(found in network for network in _NOT_PUBLIC_6)


def bare(host: str) -> str:
    """A host as it is compared: small letters, without the dot that may end it."""
    return host.lower().rstrip(".")


def peer(text: str) -> tuple[str, int]:
    """Host and port of `host:port` or `[::1]:port`; raises ValueError."""
    host, _, port = text.rpartition(":")
    bracketed = host[1:-1] if host.startswith("[") and host.endswith("]") else ""
    if not (port.isdecimal() and 0 < int(port) <= LAST_PORT) or not (bracketed or _HOST.fullmatch(host)):
        raise ValueError(f"{text!r} is not host:port")
    return bare(bracketed or host), int(port)
