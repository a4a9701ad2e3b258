"""Which addresses are for everybody, and how a peer is written."""

import pytest

from infinitypro.core import networks

PRIVATE = (
    *("127.0.0.1", "127.9.9.9", "0.1.2.3", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("100.64.0.1", "100.100.100.200", "169.254.169.254", "168.63.129.16", "192.0.0.192", "192.0.2.1"),
    *(
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
    ),
    *("::1", "::", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1"),
    *("fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1", "2001::1", "2002:7f00:1::", "3fff::1", "100::1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "5f00::1"),
)
OPEN = ("8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808")


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_for_everybody_is_told(address):
    assert not networks.is_public(address)


@pytest.mark.parametrize("address", OPEN)
def test_an_address_of_the_public_internet_is_told(address):
    assert networks.is_public(address)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("idp.example.com:443", ("idp.example.com", 443)),
        ("IdP.example.com.:443", ("idp.example.com", 443)),
        ("10.0.0.7:8080", ("10.0.0.7", 8080)),
        ("[::1]:8080", ("::1", 8080)),
    ],
)
def test_a_peer_is_read(text, found):
    assert networks.peer(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "example.com",
        "example.com:",
        "example.com:0",
        "example.com:99999",
        ":443",
        "https://a:1",
        "a:1/b",
        "u@a:1",
    ],
)
def test_what_is_no_peer_is_said(text):
    with pytest.raises(ValueError, match="is not host:port"):
        networks.peer(text)
