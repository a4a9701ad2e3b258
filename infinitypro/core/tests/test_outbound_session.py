"""requests, as allauth uses it, keeps the rules for addresses that somebody typed."""

import pytest
import requests
from requests.auth import HTTPBasicAuth

from infinitypro.core import outbound_session
from infinitypro.core.tests.conftest import redirect, said


def test_a_provider_that_is_allowed_is_asked_as_allauth_asks(serve):
    def echo(request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        said(b'{"sent": "%s"}' % body, 201, Content_Type="application/json")(request)

    peer = serve(echo)
    with outbound_session.session() as session:
        answer = session.request(
            "POST",
            f"http://127.0.0.1:{peer.port}/token",
            data={"code": "a b"},
            auth=HTTPBasicAuth("me", "word"),
        )
    answer.raise_for_status()
    assert (answer.status_code, answer.json()) == (201, {"sent": "code=a+b"})
    assert answer.headers["content-type"] == "application/json"
    assert peer.asked == [("POST", "/token", f"127.0.0.1:{peer.port}", "Basic bWU6d29yZA==")]


def test_a_failure_is_said_as_requests_says_it(serve):
    peer = serve(said(b"no", 404))
    with pytest.raises(requests.HTTPError):
        outbound_session.session().get(f"http://127.0.0.1:{peer.port}/").raise_for_status()


def test_what_is_not_allowed_is_not_called_and_raises_requests_error(serve):
    peer = serve(is_allowed=False)
    with pytest.raises(requests.ConnectionError, match="private network"):
        outbound_session.session().get(f"http://127.0.0.1:{peer.port}/", verify=False)
    assert peer.asked == []


def test_each_redirect_is_looked_at(serve):
    inside = serve(is_allowed=False)
    peer = serve(redirect(f"http://127.0.0.1:{inside.port}/secret"))
    with pytest.raises(requests.ConnectionError, match="private network"):
        outbound_session.session().get(f"http://127.0.0.1:{peer.port}/")
    assert inside.asked == []

    other = serve()
    peer = serve(redirect(f"http://127.0.0.1:{other.port}/there"))
    answer = outbound_session.session().get(
        f"http://127.0.0.1:{peer.port}/", headers={"Authorization": "Bearer x"}
    )
    assert (answer.text, answer.url) == ("hello", f"http://127.0.0.1:{other.port}/there")
    assert other.asked == [("GET", "/there", f"127.0.0.1:{other.port}", None)]


def test_no_proxy_is_taken_from_the_environment(serve, monkeypatch):
    elsewhere, peer = serve(), serve()
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{elsewhere.port}")
    assert outbound_session.session().get(f"http://127.0.0.1:{peer.port}/").text == "hello"
    assert elsewhere.asked == []
