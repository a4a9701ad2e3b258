"""The program over TLS, as a browser reaches it."""

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from conftest import make_workspace
from infinitypro.core.postgres import address
from tests import certificate, observatory, reach, studio
from tests.chromium import launched

PROGRAM = Path(sys.executable).with_name("infinitypro")


@dataclass(frozen=True)
class Site:
    """`infinitypro web` over TLS, on the test's own databases."""

    port: int
    authority: Path

    def ask(self, path: str, *, headers: dict[str, str] | None = None) -> httpx.Response:
        context = ssl.create_default_context(cafile=str(self.authority))
        with httpx.Client(verify=context, trust_env=False) as client:
            return client.get(f"https://localhost:{self.port}{path}", headers=headers)

    def shake_hands(self, *, at_most: ssl.TLSVersion) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.authority))
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_2, at_most
        context.set_alpn_protocols(["h2", "http/1.1"])
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        try:
            return context.wrap_socket(raw, server_hostname="localhost")
        except BaseException:
            raw.close()
            raise


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    certificate_file, key_file = certificate.make(tmp_path_factory.mktemp("tls"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        running = Site(probe.getsockname()[1], certificate_file)
    urls = {
        variable: replace(address.of(alias, role=role), name=reach.name(alias)).url()
        for (alias, role), variable in address.ENVIRONMENT.items()
    }
    command = [str(PROGRAM), "web", "--port", str(running.port)]
    command += ["--tls-cert", str(certificate_file), "--tls-key", str(key_file)]
    with subprocess.Popen(command, env={**os.environ, **urls}) as process:
        try:
            _wait_until_ready(running, process)
            yield running
        finally:
            process.terminate()


def _wait_until_ready(site: Site, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if site.ask("/readyz").is_success:
                return
        except httpx.ConnectError:
            time.sleep(0.1)
    raise AssertionError("the program does not answer over TLS")


@pytest.fixture(scope="module")
def mine(django_db_setup: None) -> studio.Studio:
    return studio.open_studio(make_workspace)


def test_a_client_of_tls_1_2_is_refused(site):
    with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
        site.shake_hands(at_most=ssl.TLSVersion.TLSv1_2)


def test_a_client_of_tls_1_3_is_served(site):
    with site.shake_hands(at_most=ssl.TLSVersion.TLSv1_3) as secured:
        assert (secured.version(), secured.selected_alpn_protocol()) == ("TLSv1.3", "h2")
    assert site.ask("/accounts/login/").status_code == 200


def test_who_speaks_in_the_clear_is_not_answered(site):
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"http://localhost:{site.port}/healthz", trust_env=False)


def test_its_cookies_are_for_this_host_over_tls_alone(site):
    answer = site.ask("/accounts/login/")
    found = SimpleCookie(answer.headers["Set-Cookie"])["__Host-csrftoken"]
    assert (found["secure"], found["path"], found["domain"], found["samesite"]) == (True, "/", "", "Lax")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_a_page_asked_for_by_an_address_is_found_by_name_over_tls(site):
    answer = site.ask("/", headers={"Host": f"127.0.0.1:{site.port}"})
    assert answer.headers["Location"] == f"https://localhost:{site.port}/"


def test_a_member_gets_in(site, mine):
    session = mine.client().cookies["sessionid"].value
    answer = site.ask(mine.path("inbox/"), headers={"Cookie": f"__Host-sessionid={session}"})
    assert answer.status_code == 200
    assert site.ask(mine.path("inbox/"), headers={"Cookie": f"sessionid={session}"}).status_code == 302


@pytest.mark.browser
def test_a_browser_gets_in_over_http_2(site, mine):
    session = mine.client().cookies["sessionid"].value
    url = f"https://localhost:{site.port}/"
    with launched() as browser, browser.new_context(ignore_https_errors=True) as context:
        context.add_cookies(
            [
                {"name": "__Host-sessionid", "value": session, "url": url, "secure": True},
                {"name": "theme", "value": "night", "url": url, "secure": True},
            ]
        )
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"https://localhost:{site.port}{mine.path('inbox/')}")
        assert page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
        assert page.url.endswith("/inbox/")
        assert "__Host-csrftoken" in {one["name"] for one in context.cookies()}
        assert said == []


@pytest.mark.parametrize("page", ["home", "log-in", "inbox"])
def test_its_pages_score_an_a_plus_by_the_observatorys_rules(site, mine, page):
    session = mine.client().cookies["sessionid"].value
    path = {"home": "/", "log-in": "/accounts/login/", "inbox": mine.path("inbox/")}[page]
    answer = site.ask(path, headers={"Cookie": f"__Host-sessionid={session}"} if page == "inbox" else None)

    found = observatory.judge(answer)
    assert (found.grade, [name for name, points in found.parts.items() if points < 0]) == ("A+", []), found
    assert found.score >= 140


def judged(**headers):
    known = {"Strict-Transport-Security": "max-age=63072000", "Content-Type": "text/html"}
    said = known | {name.replace("_", "-"): value for name, value in headers.items()}
    return observatory.judge(httpx.Response(200, headers=said, text=headers.pop("text", "")))


@pytest.mark.parametrize(
    ("part", "headers", "points"),
    [
        ("content-security-policy", {}, -25),
        ("content-security-policy", {"Content_Security_Policy": "default-src 'none'"}, 10),
        ("content-security-policy", {"Content_Security_Policy": "default-src 'self'"}, 5),
        (
            "content-security-policy",
            {"Content_Security_Policy": "default-src 'self'; script-src 'unsafe-inline'"},
            -20,
        ),
        (
            "content-security-policy",
            {"Content_Security_Policy": "default-src 'self'; script-src 'unsafe-eval'"},
            -10,
        ),
        (
            "content-security-policy",
            {"Content_Security_Policy": "default-src 'none'; style-src 'unsafe-inline'"},
            0,
        ),
        ("content-security-policy", {"Content_Security_Policy": "img-src 'self'"}, -20),
        ("cookies", {"Set_Cookie": "sessionid=1; HttpOnly; SameSite=Lax"}, -10),
        ("cookies", {"Set_Cookie": "sessionid=1; Secure; SameSite=Lax"}, -30),
        ("cookies", {"Set_Cookie": "csrftoken=1; Secure"}, -20),
        ("cookies", {"Set_Cookie": "csrftoken=1; Secure; SameSite=Lax"}, 5),
        ("strict-transport-security", {"Strict_Transport_Security": "max-age=60"}, -10),
        ("strict-transport-security", {"Strict_Transport_Security": "yes"}, -20),
        ("referrer-policy", {"Referrer_Policy": "unsafe-url"}, -5),
        ("x-frame-options", {}, -20),
        ("cross-origin-opener-policy", {"Cross_Origin_Opener_Policy": "nonsense"}, -5),
        ("subresource-integrity", {"text": '<script src="https://cdn.example/a.js"></script>'}, -5),
        ("subresource-integrity", {"text": '<script src="/a.js"></script>'}, 0),
    ],
)
def test_the_rules_themselves_find_what_is_weak(part, headers, points):
    assert judged(**headers).parts[part] == points


def test_a_page_without_headers_fails_by_the_rules():
    assert (judged().grade, judged().score) == ("C", 50)
