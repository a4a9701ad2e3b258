"""TLS by the program itself: which files, and what follows for its address and its cookies."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandParser

from infinitypro.config.settings import DEFAULT_PUBLIC_URL, cookie_names
from infinitypro.core.errors import Misconfigured


@dataclass(frozen=True)
class Pair:
    """A certificate, with its chain, and its key, both as PEM."""

    certificate: Path
    key: Path


def add_arguments(parser: CommandParser) -> None:
    """The options that name the files."""
    parser.add_argument(
        "--tls-cert", metavar="FILE", help="serve TLS 1.3 with this certificate (PEM, with its chain)"
    )
    parser.add_argument("--tls-key", metavar="FILE", help="the certificate's key (PEM, without a password)")


def chosen(options: dict[str, Any], *, port: int) -> Pair | None:
    """The files that were named, or None; the site is public where it is served, unless the operator says another
    address. Raises Misconfigured."""
    certificate, key = options["tls_cert"], options["tls_key"]
    if not certificate and not key:
        if settings.PUBLIC_URL == DEFAULT_PUBLIC_URL:
            _be_public_at(f"http://localhost:{port}")
        return None
    if not certificate or not key:
        raise Misconfigured("TLS needs both --tls-cert and --tls-key.")
    pair = Pair(Path(certificate), Path(key))
    _refuse_unreadable(pair)
    _be_public_over_tls(port)
    return pair


def _refuse_unreadable(pair: Pair) -> None:
    for option, file in (("--tls-cert", pair.certificate), ("--tls-key", pair.key)):
        try:
            file.read_bytes()
        except OSError as error:
            raise Misconfigured(f"{option} names {file}, which cannot be read ({error.strerror}).") from error
    try:
        # An empty password: OpenSSL would else ask for one on the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(pair.certificate, pair.key, password="")
    except (ssl.SSLError, OSError, ValueError) as error:
        raise Misconfigured(
            f"{pair.certificate} and {pair.key} are not a certificate and its key: both must be PEM, belong together,"
            " and the key must have no password."
        ) from error


def _be_public_over_tls(port: int) -> None:
    if urlsplit(settings.PUBLIC_URL).scheme == "https":
        return
    if settings.PUBLIC_URL != DEFAULT_PUBLIC_URL:
        raise Misconfigured(
            f"PUBLIC_URL is {settings.PUBLIC_URL}, but this program is to serve TLS. Set it to the https address."
        )
    _be_public_at(f"https://localhost:{port}")
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = cookie_names(is_secure=True)


def _be_public_at(url: str) -> None:
    settings.PUBLIC_URL = url
    settings.CSRF_TRUSTED_ORIGINS = [url]
