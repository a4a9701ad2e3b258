"""What somebody hostile types, and every place where it can be typed: found by walking the addresses and reading the
forms on their pages."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

from django.http import QueryDict
from django.urls import URLPattern, URLResolver

_TYPED: dict[str, str | bytes] = {
    "empty": "",
    "blanks": " \t\u00a0\u2003",
    "null byte": "a\0b",
    "null byte alone": "\0",
    "line ends": "a\r\nSet-Cookie: x=1\r\n\r\n<b>",
    "line separator": "a\u2028b\u2029c",
    "bell and escape": "\x07\x1b[31m\x7f",
    "quote": "'",
    "double quote": '"',
    "SQL always true": "' OR '1'='1' --",
    "SQL second statement": "'; DROP TABLE accounts_user; --",
    "SQL sleep": "1; SELECT pg_sleep(5)--",
    "SQL union": "1 UNION SELECT NULL,NULL,NULL",
    "SQL dollar quotes": "$$; SELECT 1; $$",
    "SQL pattern": "%_\\%",
    "psycopg placeholder": "%s %(x)s %%",
    "Django template": "{{ settings.SECRET_KEY }}{% debug %}",
    "Jinja template": "{{ 7*7 }}{{ ''.__class__.__mro__ }}",
    "Python format": "{0.__class__} {x!r:>{9999}}",
    "expression language": "${jndi:ldap://127.0.0.1/x}",
    "command": "$(id) `id` | id; id && id",
    "script": "<script>alert(1)</script>",
    "event handler": '"><img src=x onerror=alert(1)>',
    "script address": "javascript:alert(1)",
    "entity": "&lt;script&gt;&#0;&#x110000;",
    "XML entities": '<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>',
    "YAML object": "!!python/object/apply:os.system ['id']",
    "YAML of a billion laughs": "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in pairwise("abcdefghi")),
    "path up": "../../../../etc/passwd",
    "path up, encoded twice": "%252e%252e%252f",
    "path on Windows": "..\\..\\windows\\win.ini",
    "path absolute": "/etc/passwd",
    "other host": "//evil.example/",
    "address with a user": "http://a:b@127.0.0.1:1/",
    "address of a cloud": "http://169.254.169.254/latest/",
    "header": "Host: evil.example",
    "overlong UTF-8": b"\xc0\xaf\xe0\x80\xaf",
    "half a character": b"\xe2\x82",
    "not UTF-8": b"\xff\xfe\xfd",
    "lone surrogate": "\ud800",
    "right to left": "\u202e\u05d0\u05d1\u202c\u2067",
    "zero width": "a\u200b\u200d\ufeffb",
    "combining marks": "a" + "\u0301" * 300,
    "emoji family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "beyond the first plane": "\U0010ffff\ufdd0",
    "foreign digits": "١٢٣",
    "superscript digit": "²",
    "dotless i": "İıſK",
    "NaN": "NaN",
    "infinity": "-Infinity",
    "negative": "-1",
    "minus zero": "-0",
    "beyond 64 bits": "99999999999999999999999999",
    "many digits": "9" * 5000,
    "exponent": "1e309",
    "hexadecimal": "0x1F",
    "many decimals": "0." + "1" * 400,
    "day that is none": "2026-02-30",
    "first year": "0001-01-01T00:00",
    "last year": "9999-12-31T23:59:59+14:00",
    "time of a cursor that is none": "x~y",
    "cursor beside a zone": "9999-12-31T23:59:59.999999-23:59~00000000-0000-0000-0000-000000000000",
    "identifier of nothing": "00000000-0000-0000-0000-000000000000",
    "identifier in braces": "{01890a5d-ac96-774b-bcce-b302099a8057}",
    "number that nobody has": "+00000000000000000000",
    "address without end": "a@" + "b." * 200 + "example",
    "JSON": '{"a": [1, {"b": null}]}',
    "JSON, deep": "[" * 3000,
    "JSON number": "1E400",
    "prototype": "__proto__",
    "dunder": "__class__",
    "word of power": "null",
    "boolean": "true",
    "array": "[]",
    "huge": "x" * 100_000,
    "huge line": "word " * 5_000,
}
HOSTILE = {
    name: text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    for name, text in _TYPED.items()
}


_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_EXPRESSION = re.compile(r"\(\?P<(\w+)>[^)]*\)")  # how a library may write a parameter


class _Forms(HTMLParser):
    """Each form of a page as (method, address, its fields as they stand)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, dict[str, str]]] = []
        self.addresses: list[str] = []
        self._select = ""
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or a field of it."""
        given = {name: value or "" for name, value in attrs}
        self.addresses += [given[name] for name in ("href", "hx-get", "hx-post") if name in given]
        if tag == "form":
            action = given.get("action", "")
            self.found.append((given.get("method", "get").lower(), action, {}))
            self._is_open = True
        elif not self._is_open:
            return
        elif tag == "option" and self._select:
            if "selected" in given or not self.found[-1][2][self._select]:
                self.found[-1][2][self._select] = given.get("value", "")
        elif tag in ("input", "select", "textarea", "button") and given.get("name"):
            self.found[-1][2].setdefault(given["name"], given.get("value", ""))
            self._select = given["name"] if tag == "select" else ""

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        if tag == "form":
            self._is_open = False


def forms(html: str) -> list[tuple[str, str, dict[str, str]]]:
    """The forms of a page, and its links with a query as forms that are sent with GET."""
    parser = _Forms()
    parser.feed(html)
    queries = [(urlsplit(one).path, dict(parse_qsl(urlsplit(one).query))) for one in parser.addresses]
    return parser.found + [("get", path, fields) for path, fields in queries if fields]


@contextmanager
def noting_names() -> Iterator[set[str]]:
    """The names of the parameters and fields that views ask for while it lasts."""
    names: set[str] = set()
    kept = {name: getattr(QueryDict, name) for name in ("get", "getlist", "__getitem__", "__contains__")}

    def noting(method: str) -> Any:
        def note(self: QueryDict, key: Any, *more: Any, **named: Any) -> Any:
            names.add(str(key))
            return kept[method](self, key, *more, **named)

        return note

    with patch.multiple(QueryDict, **{name: noting(name) for name in kept}):
        yield names


def routes(patterns: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address that the program answers, as it stands in the lists of addresses."""
    for one in patterns:
        route = before + _EXPRESSION.sub(r"<\1>", str(one.pattern)).strip("^$")
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        else:
            yield route, one


def address(route: str, values: Mapping[str, str]) -> str:
    """The route with these values, by the names of its parameters."""
    return "/" + _PARAMETER.sub(lambda found: values[found[1]], route)


def parameters(route: str) -> list[str]:
    """The names of a route's parameters."""
    return _PARAMETER.findall(route)


def in_path(text: bytes) -> str:
    """As a part of an address's path."""
    return quote(text, safe="")


@dataclass
class Place:
    """Where something can be typed: an address, how it is sent, and what stands in its fields."""

    path: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)

    def as_it_stands(self) -> str:
        """The fields encoded, nothing changed."""
        return self._encoded({})

    def attempts(self, *, every: int) -> Iterator[tuple[str, str]]:
        """(what it is, encoded fields): one in `every` of all that can be typed, into all fields at once, each another,
        and into each field by itself beside valid ones; then fields that are missing, doubled or given as lists."""
        texts = list(HOSTILE.items())
        for first in range(0, len(texts), every):
            chosen = {one: texts[(first + 7 * place) % len(texts)] for place, one in enumerate(self.fields)}
            said = ", ".join(f"{name} in {one}" for one, (name, _) in chosen.items())
            yield said, self._encoded({one: text for one, (_, text) in chosen.items()})
            for place, one in enumerate(self.fields if len(self.fields) > 1 else ()):
                name, text = texts[(first + place) % len(texts)]
                yield f"{name} in {one}", self._encoded({one: text})
        yield "nothing", ""
        names = [quote_plus(one) for one in self.fields]
        yield "all twice", "&".join((self._encoded({}), *(f"{one}=x" for one in names)))
        yield "lists", "&".join(f"{one}[]=x&{one}[0][a]=y&{one}.b=z" for one in names)

    def _encoded(self, changed: Mapping[str, bytes]) -> str:
        values = {name: value.encode() for name, value in self.fields.items()} | dict(changed)
        values.pop("csrfmiddlewaretoken", None)
        return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in values.items())
