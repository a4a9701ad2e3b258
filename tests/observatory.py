"""What Mozilla's HTTP Observatory would score an answer with, by the rules that it publishes.

Source: github.com/mdn/mdn-http-observatory, src/grader/charts.js and src/analyzer/tests/ (at 94042bb, August 2026). What
cannot occur here is left out: preload lists, several policies in one header, policies in `meta` elements.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import Morsel, SimpleCookie

import httpx

EXTRA_CREDIT_FROM = 90
SIX_MONTHS = 15_552_000
BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
UNSAFE = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}
GRADES = (
    *(
        (100, "A+"),
        (90, "A"),
        (85, "A-"),
        (80, "B+"),
        (70, "B"),
        (65, "B-"),
        (60, "C+"),
        (50, "C"),
        (45, "C-"),
    ),
    *((40, "D+"), (30, "D"), (25, "D-")),
)


@dataclass(frozen=True)
class Verdict:
    """A site's score, its grade, and what each test added or took away."""

    score: int
    grade: str
    parts: dict[str, int]


def judge(answer: httpx.Response) -> Verdict:
    """The verdict on an answer that came over TLS with a certificate that was checked."""
    parts = {
        "content-security-policy": _csp(answer),
        "cookies": _cookies(answer),
        "cross-origin-resource-sharing": 0
        if answer.headers.get("access-control-allow-credentials") is None
        else -50,
        "redirection": 0,  # nothing listens in the clear
        "referrer-policy": _referrer(answer),
        "strict-transport-security": _hsts(answer),
        "subresource-integrity": _scripts(answer),
        "x-content-type-options": 0 if _said(answer, "x-content-type-options") == "nosniff" else -5,
        "x-frame-options": _frames(answer),
        "cross-origin-resource-policy": _one_of(
            answer, "cross-origin-resource-policy", {"same-origin", "same-site"}
        ),
        "cross-origin-embedder-policy": _one_of(
            answer, "cross-origin-embedder-policy", {"require-corp", "credentialless"}
        ),
        "cross-origin-opener-policy": _one_of(
            answer,
            "cross-origin-opener-policy",
            {"same-origin", "same-origin-allow-popups", "noopener-allow-popups"},
        ),
    }
    plain = 100 + sum(points for points in parts.values() if points < 0)
    score = max(0, 100 + sum(parts.values()) if plain >= EXTRA_CREDIT_FROM else plain)
    return Verdict(score, next((grade for least, grade in GRADES if score >= least), "F"), parts)


def _said(answer: httpx.Response, name: str) -> str:
    return str(answer.headers.get(name, "")).strip().lower()


def _one_of(answer: httpx.Response, name: str, good: set[str]) -> int:
    said = _said(answer, name)
    if said in good:
        return 10
    return 0 if said in ("", "unsafe-none", "cross-origin") else -5


def _policy(answer: httpx.Response) -> dict[str, set[str]]:
    """The policy's directives; raises ValueError where one stands twice."""
    found: dict[str, set[str]] = {}
    for directive in filter(
        None, (one.split() for one in _said(answer, "content-security-policy").split(";"))
    ):
        if directive[0] in found:
            raise ValueError(directive[0])
        found[directive[0]] = set(directive[1:]) or {"'none'"}
    return found


def _csp(answer: httpx.Response) -> int:
    try:
        policy = _policy(answer)
    except ValueError:
        return -25
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    script, style, object_ = (policy.get(f"{kind}-src", default) for kind in ("script", "style", "object"))
    for sources in (script, style):
        if any(re.match(r"'(?:sha(?:256|384|512)|nonce)-", one) for one in sources):
            sources.discard("'unsafe-inline'")
    passive = policy.get("img-src", default) | policy.get("media-src", default)
    active = set().union(
        *(policy[name] for name in policy.keys() - {"img-src", "media-src", "script-src"}), script
    )
    rules = (
        (bool(script & (BROAD | INLINE)) or bool(object_ & BROAD), -20),
        (any(one.startswith(("http:", "ftp:")) for one in active), -20),
        ("'unsafe-eval'" in script | style, -10),
        (any(one.startswith(("http:", "ftp:")) for one in passive), -10),
        (bool(style & (BROAD | INLINE)), 0),
        (policy.get("default-src") == {"'none'"}, 10),
    )
    return next((points for holds, points in rules if holds), 5)


def _cookies(answer: httpx.Response) -> int:
    cookies = [one for line in answer.headers.get_list("set-cookie") for one in SimpleCookie(line).values()]
    if not cookies:
        return 0
    worst = min(_cookie(one, has_hsts=_hsts(answer) >= 0) for one in cookies)
    return worst if worst < 0 or not all(one["samesite"] for one in cookies) else 5


def _cookie(cookie: "Morsel[str]", *, has_hsts: bool) -> int:
    name = cookie.key.lower()
    is_session, points = "login" in name or "sess" in name, [0]
    if not cookie["secure"]:
        points.append(-5 if has_hsts else -20)
        if is_session:
            points.append(-10 if has_hsts else -40)
        if cookie["samesite"].lower() == "none":
            points.append(-20)
    if cookie["samesite"] and cookie["samesite"].lower() not in ("lax", "strict", "none"):
        points.append(-20)
    if "csrf" in name and not cookie["samesite"]:
        points.append(-20)
    if is_session and not cookie["httponly"]:
        points.append(-30)
    return min(points)


def _referrer(answer: httpx.Response) -> int:
    known = [
        one.strip() for one in _said(answer, "referrer-policy").split(",") if one.strip() in PRIVATE | UNSAFE
    ]
    if not _said(answer, "referrer-policy"):
        return 0
    return 5 if known and known[-1] in PRIVATE else -5


def _hsts(answer: httpx.Response) -> int:
    found = re.search(r"(?:^|;)\s*max-age=(\d+)", _said(answer, "strict-transport-security"))
    if found is None:
        return -20
    return 0 if int(found[1]) >= SIX_MONTHS else -10


def _frames(answer: httpx.Response) -> int:
    if "frame-ancestors" in _said(answer, "content-security-policy"):
        return 5
    said = _said(answer, "x-frame-options")
    if said.startswith("allow-from"):
        return 0
    return 5 if said in ("deny", "sameorigin") else -20


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and given.get("src"):
            self.found.append((str(given["src"]), bool(given.get("integrity"))))


def _scripts(answer: httpx.Response) -> int:
    """Foreign scripts cost points; integrity on our own brings some."""
    if "html" not in _said(answer, "content-type"):
        return 0
    page = _Scripts()
    page.feed(answer.text)
    foreign = [(src, has) for src, has in page.found if re.match(r"https?://|//", src)]
    if any(not src.startswith("https:") for src, _ in foreign):
        return -20 if all(has for _, has in foreign) else -50
    if foreign:
        return 5 if all(has for _, has in foreign) else -5
    return 5 if page.found and all(has for _, has in page.found) else 0
