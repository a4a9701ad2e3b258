"""Calls to addresses that somebody typed reach the public internet and what the operator allows, and end in time."""

import gzip
import socket
import ssl
import time

import pytest

from infinitypro.core import outbound
from infinitypro.core.tests.conftest import redirect, said
from tests import certificate

PUBLIC = "93.184.215.14"


@pytest.fixture
def names(monkeypatch):
    """A name server whose every answer is the next of a list; the last is repeated."""
    known: dict[str, list[list[str]]] = {}
    asked = []
    real = socket.getaddrinfo

    def resolve(host, port, *more, **named):
        if host not in known:
            return real(host, port, *more, **named)
        asked.append(host)
        answers = known[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [row for one in found for row in real(one, port, *more, **named)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    known["asked"] = asked
    return known


def test_an_allowed_peer_is_called_and_its_answer_comes_whole(serve):
    peer = serve(said(b'{"a": 1}', 201, Content_Type="application/json", X_Other="b"))
    answer = outbound.get(f"http://127.0.0.1:{peer.port}/path?q=1", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.json(), answer.headers["X-Other"]) == (201, {"a": 1}, "b")
    assert peer.asked == [("GET", "/path?q=1", f"127.0.0.1:{peer.port}", "Bearer x")]


def test_what_is_posted_arrives(serve):
    def echo(request):
        said(request.rfile.read(int(request.headers["Content-Length"])))(request)

    peer = serve(echo)
    assert outbound.post(f"http://127.0.0.1:{peer.port}/", content=b"abc").content == b"abc"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "localhost.", "LOCALHOST", "127.1", "2130706433", "0x7f000001", "0x7f.1"),
        *(
            "0177.0.0.1",
            "017700000001",
            "0",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::]",
        ),
    ],
)
def test_this_machine_is_not_called_by_any_of_its_names(serve, host):
    peer = serve(is_allowed=False)
    with pytest.raises((outbound.Refused, outbound.Failed)):
        outbound.get(f"http://{host}:{peer.port}/")
    assert peer.asked == []


def test_an_allowed_peer_is_allowed_at_its_port_alone(serve, settings):
    peer, other = serve(is_allowed=False), serve(is_allowed=False)
    settings.OUTBOUND_ALLOW = frozenset({("localhost", peer.port)})
    assert outbound.get(f"http://LOCALHOST:{peer.port}/").content == b"hello"
    with pytest.raises(outbound.Refused, match="OUTBOUND_ALLOW"):
        outbound.get(f"http://localhost:{other.port}/")
    assert other.asked == []


@pytest.mark.parametrize(
    "found", [["10.0.0.1"], [PUBLIC, "10.0.0.1"], ["169.254.169.254"], ["fd00:ec2::254"]]
)
def test_a_name_with_any_private_address_is_refused_and_nothing_connects(names, monkeypatch, found):
    names["peer.example.com"] = [found]
    monkeypatch.setattr(outbound, "_is_ours", lambda _address: False)
    monkeypatch.setattr(socket, "create_connection", lambda *_words, **_more: pytest.fail("connected"))
    with pytest.raises(outbound.Refused, match="private network"):
        outbound.get("http://peer.example.com/")


def test_the_connection_goes_to_the_address_that_was_checked(names, monkeypatch):
    """The second answer of a name server that changes its mind is never asked for."""
    names["rebind.example.com"] = [[PUBLIC], ["127.0.0.1"]]
    connected = []

    def connect(where, *_words, **_more):
        connected.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(outbound, "_is_ours", lambda _address: False)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outbound.Failed, match="could not be reached"):
        outbound.get("http://rebind.example.com/")
    assert connected == [(PUBLIC, 80)]
    assert names["asked"] == ["rebind.example.com"]


def test_an_address_of_this_machine_is_refused_though_it_is_public(names, monkeypatch):
    names["peer.example.com"] = [[PUBLIC]]
    monkeypatch.setattr(outbound, "_is_ours", lambda address: address == PUBLIC)
    with pytest.raises(outbound.Refused):
        outbound.get("http://peer.example.com/")


def test_a_machine_knows_its_own_addresses():
    assert outbound._is_ours("127.0.0.1")


def test_over_tls_the_name_stays_and_its_certificate_is_checked(serve, names, monkeypatch, tmp_path):
    files = certificate.make(tmp_path)
    trusting = ssl.create_default_context(cafile=str(files[0]))
    monkeypatch.setattr(outbound, "_trust", lambda: trusting)
    for name in ("peer.example.com", "other.example.com"):
        names[name] = [["127.0.0.1"]]
    peer = serve(files=files, host="peer.example.com")
    assert outbound.get(f"https://peer.example.com:{peer.port}/").content == b"hello"
    assert peer.asked == [
        ("SNI", "peer.example.com"),
        ("GET", "/", f"peer.example.com:{peer.port}", None),
    ]
    foreign = serve(files=files, host="other.example.com")
    with pytest.raises(outbound.Failed):
        outbound.get(f"https://other.example.com:{foreign.port}/")
    assert ("SNI", "other.example.com") in foreign.asked
    assert all(one[0] == "SNI" for one in foreign.asked)


def test_a_certificate_that_nobody_signed_is_not_believed(serve, tmp_path):
    peer = serve(files=certificate.make(tmp_path), host="localhost")
    with pytest.raises(outbound.Failed):
        outbound.get(f"https://localhost:{peer.port}/")


# Redirects


def test_a_redirect_to_a_private_address_is_refused(serve):
    inside = serve(is_allowed=False)
    peer = serve(redirect(f"http://127.0.0.1:{inside.port}/secret"))
    with pytest.raises(outbound.Refused):
        outbound.get(f"http://127.0.0.1:{peer.port}/")
    assert inside.asked == []


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://user:word@example.com/", "ftp://a/"]
)
def test_a_redirect_to_what_is_no_address_of_ours_is_refused(serve, to):
    peer = serve(redirect(to))
    with pytest.raises(outbound.Refused):
        outbound.get(f"http://127.0.0.1:{peer.port}/")


def test_a_redirect_to_an_allowed_peer_is_followed_and_no_secret_goes_along(serve):
    other = serve()
    peer = serve(redirect(f"http://127.0.0.1:{other.port}/there"))
    answer = outbound.get(f"http://127.0.0.1:{peer.port}/", headers={"Authorization": "Bearer x"})
    assert (answer.content, str(answer.url)) == (b"hello", f"http://127.0.0.1:{other.port}/there")
    assert other.asked == [("GET", "/there", f"127.0.0.1:{other.port}", None)]


def test_a_circle_of_redirects_ends(serve):
    peer = serve(redirect("/again"))
    with pytest.raises(outbound.Failed, match="from one to the next"):
        outbound.get(f"http://127.0.0.1:{peer.port}/")
    assert len(peer.asked) == outbound.REDIRECTS + 1


def test_what_is_posted_is_not_sent_on(serve):
    other = serve()
    peer = serve(redirect(f"http://127.0.0.1:{other.port}/", 307))
    assert outbound.post(f"http://127.0.0.1:{peer.port}/", content=b"abc").status_code == 307
    assert other.asked == []


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "example.com",
            "//example.com/",
            "file:///etc/passwd",
            "ftp://example.com/",
            "gopher://a/",
            "http://",
        ),
        *("http:///path", "javascript:alert(1)", "http://user:word@example.com/", "http://user@example.com/"),
        *(
            "http://example.com:99999/",
            "http://[::1",
            "http://exa\r\nmple.com/",
            "unix:///tmp/a",
        ),
    ],
)
def test_what_is_no_address_of_ours_is_refused(url):
    with pytest.raises(outbound.Refused):
        outbound.get(url)


def test_a_name_that_nobody_has_is_said(monkeypatch):
    def resolve(*_words, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(outbound.Failed, match="no such name"):
        outbound.get("http://nobody.example.com/")


# Time and size


def drip_body(request):
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    for _ in range(100):
        request.wfile.write(b"a")
        time.sleep(0.1)


def drip_head(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(100):
        request.wfile.write(b"X-%d: a\r\n" % n)
        time.sleep(0.1)


def say_nothing(request):
    time.sleep(3)


@pytest.mark.parametrize("answer", [drip_body, drip_head, say_nothing])
def test_who_drips_or_says_nothing_is_left_in_time(serve, answer):
    peer = serve(answer)
    begun = time.monotonic()
    with pytest.raises(outbound.Failed, match="in time"):
        outbound.get(f"http://127.0.0.1:{peer.port}/", seconds=0.5)
    assert time.monotonic() - begun < 2


def test_a_name_server_that_sleeps_is_left_in_time(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: time.sleep(2))
    begun = time.monotonic()
    with pytest.raises(outbound.Failed, match="in time"):
        outbound.get("http://slow.example.com/", seconds=0.3)
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("announced", ["yes", "no"])
def test_a_huge_answer_is_left_when_it_is_over_the_limit(serve, announced):
    sent = []

    def pour(request):
        request.send_response(200)
        if announced == "yes":
            request.send_header("Content-Length", str(10**9))
        request.end_headers()
        for _ in range(10_000):
            request.wfile.write(b"a" * 65536)
            sent.append(65536)

    peer = serve(pour)
    with pytest.raises(outbound.Failed, match="larger"):
        outbound.get(f"http://127.0.0.1:{peer.port}/", limit=100_000)
    assert sum(sent) < 20_000_000


def test_a_compressed_answer_is_not_unpacked(serve):
    bomb = gzip.compress(b"\0" * 10_000_000)
    peer = serve(said(bomb, Content_Encoding="gzip"))
    with pytest.raises(outbound.Failed, match="compressed"):
        outbound.get(f"http://127.0.0.1:{peer.port}/")


def test_an_answer_that_breaks_off_is_said(serve):
    def half(request):
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        request.wfile.write(b"half")
        request.close_connection = True

    peer = serve(half)
    with pytest.raises(outbound.Failed, match="broke off"):
        outbound.get(f"http://127.0.0.1:{peer.port}/")
