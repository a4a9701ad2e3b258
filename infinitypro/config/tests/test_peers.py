"""Whom a request is from: what a proxy says counts only where the operator has named the proxy."""

from ipaddress import ip_network

import pytest

from infinitypro.config import peers

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


def settled(peer, *headers, is_secure=False):
    scope = {"client": (peer, 4711), "scheme": "http", "headers": [*headers]}
    is_in_the_clear = peers.settle(scope, trusted=PROXIES, is_secure=is_secure)
    return scope["client"][0], scope["scheme"], is_in_the_clear


def forwarded_for(value):
    return (b"x-forwarded-for", value)


def proto(value):
    return (b"x-forwarded-proto", value)


def test_a_stranger_is_believed_nothing():
    asked = settled("192.0.2.9", forwarded_for(b"198.51.100.7"), proto(b"https"))
    assert asked == ("192.0.2.9", "http", False)


def test_a_named_proxy_is_believed():
    asked = settled("10.1.2.3", forwarded_for(b"198.51.100.7"), proto(b"https"))
    assert asked == ("198.51.100.7", "https", False)
    assert settled("10.1.2.3", proto(b"http"), is_secure=True) == ("10.1.2.3", "http", True)


def test_a_public_site_over_tls_is_https_also_behind_a_proxy_that_nobody_named():
    assert settled("192.0.2.9", proto(b"http"), is_secure=True) == ("192.0.2.9", "https", False)


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ([b"1.1.1.1, 198.51.100.7"], "198.51.100.7"),  # the first was made up by the client
        ([b"1.1.1.1", b"198.51.100.7"], "198.51.100.7"),
        ([b"198.51.100.7, 10.9.9.9"], "198.51.100.7"),  # two proxies of ours
        ([b"10.8.8.8, 10.9.9.9"], "10.8.8.8"),
        ([b"198.51.100.7:55001"], "198.51.100.7"),
        ([b"[2001:db8::7]:55001"], "2001:db8::7"),
        ([b"::ffff:198.51.100.7"], "198.51.100.7"),
        ([b"1.1.1.1, unknown"], "10.1.2.3"),
        ([b"1.1.1.1, <script>, 10.9.9.9"], "10.9.9.9"),
        ([b""], "10.1.2.3"),
        ([], "10.1.2.3"),
    ],
)
def test_the_client_is_the_last_address_that_is_not_a_proxys(said, client):
    assert settled("10.1.2.3", *map(forwarded_for, said))[0] == client


def test_an_address_of_a_socket_that_speaks_both_versions_is_ipv4():
    assert settled("::ffff:10.1.2.3", forwarded_for(b"198.51.100.7"))[0] == "198.51.100.7"
    assert settled("::1", forwarded_for(b"198.51.100.7"))[0] == "198.51.100.7"
