"""What settings make of the environment."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("public_url", "is_secure"), [("https://app.example.com", "True"), ("http://localhost:8000", "False")]
)
def test_where_the_site_is_public_over_tls_its_cookies_never_go_in_the_clear(public_url, is_secure):
    words = (
        "from infinitypro.config import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    found = subprocess.run(
        [sys.executable, "-c", words],
        env={**os.environ, "PUBLIC_URL": public_url},
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.split() == [is_secure, is_secure]
