"""`core.outbound` for libraries that call out with requests (allauth, to sign-in providers)."""

import io
from collections.abc import Mapping

import httpx
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from infinitypro.core import outbound


def session() -> requests.Session:
    """A session whose every call, redirects included, keeps the rules of `core.outbound`; raises requests' errors."""
    made = requests.Session()
    made.trust_env = False
    made.max_redirects = outbound.REDIRECTS
    for prefix in list(made.adapters):
        made.mount(prefix, _Adapter())
    return made


class _Adapter(BaseAdapter):
    """Sends one hop; requests follows redirects by itself, and comes here for each."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The whole answer; what a caller wants otherwise (no check of certificates, a proxy) it does not get."""
        body = request.body.encode() if isinstance(request.body, str) else request.body
        try:
            answer = outbound.ask(
                str(request.method),
                str(request.url),
                headers={
                    name: value
                    for name, value in request.headers.items()
                    if name.lower() != "accept-encoding"
                },
                content=body,
                follow_redirects=False,
            )
        except (outbound.Refused, outbound.Failed) as error:
            raise requests.ConnectionError(str(error), request=request) from error
        return _as_requests_has_it(answer, request)

    def close(self) -> None:
        """Nothing stays open."""


def _as_requests_has_it(answer: httpx.Response, request: requests.PreparedRequest) -> requests.Response:
    made = requests.Response()
    made.status_code, made.reason = answer.status_code, answer.reason_phrase
    made.headers = CaseInsensitiveDict(answer.headers)
    made.encoding = requests.utils.get_encoding_from_headers(made.headers)
    made.raw = io.BytesIO(answer.content)
    made.url, made.request = str(request.url), request
    return made
