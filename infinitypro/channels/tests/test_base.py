"""When to try again, and where a token may go."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinitypro.channels import base
from infinitypro.channels.errors import ChannelError

OURS = "t"

GRAPH = "https://graph.facebook.com"
HOSTS = frozenset({"graph.facebook.com", "lookaside.fbsbx.com"})


def error(*, permanent=False, retry_after=None):
    return ChannelError("x", "It failed.", permanent=permanent, retry_after=retry_after)


@given(st.integers(1, 50), st.floats(0, 1))
def test_waits_grow_and_stay_within_an_hour_and_a_quarter(attempt, jitter):
    now = base.delay(attempt=attempt)

    assert now <= base.delay(attempt=attempt + 1)
    assert now <= base.delay(attempt=attempt, jitter=jitter) <= timedelta(minutes=75)


def test_the_vendor_s_own_wait_is_kept():
    asked = timedelta(minutes=9)

    assert base.delay(attempt=1, error=error(retry_after=asked)) == asked
    assert base.delay(attempt=9, error=error(retry_after=asked)) == timedelta(hours=1)


def test_a_permanent_error_ends_it_at_once():
    assert base.gives_up(attempt=1, error=error(permanent=True))
    assert not base.gives_up(attempt=9, error=error())
    assert base.gives_up(attempt=10, error=error())


@pytest.mark.parametrize(
    ("url", "base_url", "may"),
    [
        ("https://lookaside.fbsbx.com/a?mid=1", GRAPH, True),
        ("https://graph.facebook.com/v23.0/1", GRAPH, True),
        ("http://127.0.0.1:9000/__media/1", "http://127.0.0.1:9000", True),
        ("http://127.0.0.1:9001/__media/1", "http://127.0.0.1:9000", False),
        ("http://lookaside.fbsbx.com/a", GRAPH, False),
        ("https://lookaside.fbsbx.com:8443/a", GRAPH, False),
        ("https://lookaside.fbsbx.com.evil.example/a", GRAPH, False),
        ("https://lookaside.fbsbx.com@evil.example/a", GRAPH, False),
        ("https://user@graph.facebook.com/a", GRAPH, False),
        ("http://169.254.169.254/latest", GRAPH, False),
        ("file:///etc/passwd", GRAPH, False),
        ("", GRAPH, False),
        ("https://[", GRAPH, False),
    ],
)
def test_a_token_goes_to_the_vendor_only(url, base_url, may):
    assert base.may_have_token(url=url, base_url=base_url, hosts=HOSTS) is may


def client_that(answers):
    seen = []

    def answer(request):
        seen.append(request)
        return answers[str(request.url)]

    return httpx.Client(transport=httpx.MockTransport(answer)), seen


def fetch(client, limit=100):
    url = "https://lookaside.fbsbx.com/a"
    return base.download(client=client, url=url, token=OURS, base_url=GRAPH, hosts=HOSTS, limit=limit)


def redirect(to):
    return httpx.Response(302, headers={"location": to})


def test_a_redirect_to_another_host_is_not_followed():
    client, seen = client_that({"https://lookaside.fbsbx.com/a": redirect("https://evil.example/")})

    with pytest.raises(ChannelError) as caught:
        fetch(client)

    assert (caught.value.code, caught.value.permanent) == ("foreign_host", True)
    assert [request.url.host for request in seen] == ["lookaside.fbsbx.com"]


def test_a_redirect_within_the_vendor_is_followed():
    client, _ = client_that(
        {
            "https://lookaside.fbsbx.com/a": redirect("/b"),
            "https://lookaside.fbsbx.com/b": httpx.Response(200, content=b"whole"),
        }
    )

    assert fetch(client) == b"whole"


def test_redirects_in_circles_end():
    client, seen = client_that({"https://lookaside.fbsbx.com/a": redirect("/a")})

    with pytest.raises(ChannelError) as caught:
        fetch(client)

    assert (caught.value.code, len(seen)) == ("redirects", 4)


@pytest.mark.parametrize("headers", [{}, {"content-length": "5"}])
def test_a_file_that_is_larger_than_it_says_is_cut_off(headers):
    body = httpx.Response(200, stream=httpx.ByteStream(b"x" * 500), headers=headers)
    client, _ = client_that({"https://lookaside.fbsbx.com/a": body})

    with pytest.raises(ChannelError) as caught:
        fetch(client)

    assert (caught.value.code, caught.value.permanent) == ("too_large", True)


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (500, False), (429, False)])
def test_a_file_that_is_not_given_says_whether_to_ask_again(status, permanent):
    client, _ = client_that({"https://lookaside.fbsbx.com/a": httpx.Response(status)})

    with pytest.raises(ChannelError) as caught:
        fetch(client)

    assert (caught.value.code, caught.value.permanent) == (f"http_{status}", permanent)


def test_a_vendor_that_hangs_is_left_alone_for_a_while(monkeypatch):
    monkeypatch.setattr(base, "_silent_until", {})
    clock = [100.0]
    monkeypatch.setattr(base, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    asked = []

    def hang(request):
        asked.append(request.url.host)
        raise httpx.ReadTimeout("slow")

    client = httpx.Client(transport=httpx.MockTransport(hang))

    def call(host):
        with pytest.raises(ChannelError) as failed:
            base.call(client, client.build_request("GET", f"https://{host}/"))
        return failed.value

    assert call("slow.example").may_have_arrived
    clock[0] += 10
    second = call("slow.example")
    assert (second.may_have_arrived, second.permanent) == (False, False)
    assert second.retry_after == timedelta(seconds=base.LEFT_ALONE_SECONDS - 10)
    call("other.example")
    clock[0] += base.LEFT_ALONE_SECONDS
    call("slow.example")

    assert asked == ["slow.example", "other.example", "slow.example"]
