"""What settings make of the environment."""

import os
import subprocess
import sys

import pytest

from infinitypro.config import settings
from infinitypro.core.errors import Misconfigured


@pytest.mark.parametrize(
    ("public_url", "is_secure", "prefix"),
    [("https://app.example.com", "True", "__Host-"), ("http://localhost:8000", "False", "")],
)
def test_where_the_site_is_public_over_tls_its_cookies_never_go_in_the_clear(public_url, is_secure, prefix):
    words = (
        "from infinitypro.config import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
    )
    found = subprocess.run(
        [sys.executable, "-c", words],
        env={**os.environ, "PUBLIC_URL": public_url},
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.split() == [is_secure, is_secure, f"{prefix}sessionid", f"{prefix}csrftoken"]


def test_a_proxy_that_is_no_address_stops_the_start(monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, proxy.example")
    with pytest.raises(
        Misconfigured, match=r"TRUSTED_PROXIES must list addresses .* 'proxy.example' is neither"
    ):
        settings.networks("TRUSTED_PROXIES")
    monkeypatch.setenv("TRUSTED_PROXIES", "192.0.2.7, 10.0.0.0/8 ::1")
    assert [str(one) for one in settings.networks("TRUSTED_PROXIES")] == [
        "192.0.2.7/32",
        "10.0.0.0/8",
        "::1/128",
    ]


def test_a_peer_to_be_called_that_is_none_stops_the_start(monkeypatch):
    monkeypatch.setenv("OUTBOUND_ALLOW", "idp.example.com:443, https://idp.example.com")
    with pytest.raises(
        Misconfigured, match=r"OUTBOUND_ALLOW must list peers .* 'https://idp.example.com' is not host:port"
    ):
        settings.peers_named("OUTBOUND_ALLOW")
    monkeypatch.setenv("OUTBOUND_ALLOW", "idp.example.com:443 [::1]:8080")
    assert settings.peers_named("OUTBOUND_ALLOW") == {("idp.example.com", 443), ("::1", 8080)}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", "mailto:security@app.example.com"),
        ("help@example.com", "mailto:help@example.com"),
        ("mailto:help@example.com", "mailto:help@example.com"),
        ("https://example.com/report", "https://example.com/report"),
    ],
)
def test_a_contact_is_an_address(monkeypatch, said, kept):
    monkeypatch.setenv("SECURITY_CONTACT", said)
    assert settings.contact("SECURITY_CONTACT", "security@app.example.com") == kept


@pytest.mark.parametrize("said", ["call us", "http://example.com/", "a@b.example\nEvil: yes"])
def test_what_is_no_contact_stops_the_start(monkeypatch, said):
    monkeypatch.setenv("SECURITY_CONTACT", said)
    with pytest.raises(Misconfigured, match="SECURITY_CONTACT must be an e-mail address"):
        settings.contact("SECURITY_CONTACT", "security@app.example.com")
