"""Which certificates are taken, and what a site over TLS is called."""

import pytest
from django.conf import settings
from django.test import override_settings

from infinitypro.config import tls
from infinitypro.core.errors import Misconfigured
from tests import certificate


@pytest.fixture(autouse=True)
def _settings_of_one_test():
    with override_settings():
        yield


@pytest.fixture
def files(tmp_path):
    return certificate.make(tmp_path)


def choose(cert=None, key=None):
    return tls.chosen({"tls_cert": cert and str(cert), "tls_key": key and str(key)}, port=8443)


def test_without_files_nothing_is_served_over_tls():
    assert choose() is None
    assert settings.PUBLIC_URL == "http://localhost:8443"  # what links in mail lead to


def test_with_both_the_site_and_its_cookies_are_for_tls_alone(files):
    assert choose(*files) == tls.Pair(*files)
    assert settings.PUBLIC_URL == "https://localhost:8443"
    assert (settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE) == ("__Host-sessionid", True)
    assert (settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE) == ("__Host-csrftoken", True)


def test_the_address_that_the_operator_set_stays(files):
    settings.PUBLIC_URL = "https://app.example.com"
    choose(*files)
    assert settings.PUBLIC_URL == "https://app.example.com"


def test_an_address_in_the_clear_stops_the_start(files):
    settings.PUBLIC_URL = "http://app.example.com"
    with pytest.raises(Misconfigured, match=r"PUBLIC_URL is http://app.example.com, but .* https address"):
        choose(*files)


def test_one_file_alone_stops_the_start(files):
    for one in ({"cert": files[0]}, {"key": files[1]}):
        with pytest.raises(Misconfigured, match="both --tls-cert and --tls-key"):
            choose(**one)


def test_a_file_that_is_not_there_stops_the_start(files, tmp_path):
    with pytest.raises(
        Misconfigured, match=r"--tls-cert names .*none.pem, which cannot be read \(No such file"
    ):
        choose(tmp_path / "none.pem", files[1])
    with pytest.raises(Misconfigured, match=r"--tls-key names .*which cannot be read \(Is a directory"):
        choose(files[0], tmp_path)


def test_files_that_are_no_pair_stop_the_start(files, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    words = tmp_path / "words.pem"
    words.write_text("just words")
    (tmp_path / "sealed").mkdir()
    sealed = certificate.make(tmp_path / "sealed", password=b"a password")
    for pair in ((files[0], certificate.make(other)[1]), (words, files[1]), (files[0], words), sealed):
        with pytest.raises(Misconfigured, match="are not a certificate and its key"):
            choose(*pair)
