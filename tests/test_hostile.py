"""Hostile input in every field, parameter and part of a path: it may be refused, it may not break anything.

One in `HOSTILE_EVERY` (an environment variable) of all that can be typed is; 1 takes an hour.
"""

import logging
import os
import time
from collections import defaultdict
from datetime import timedelta
from http.cookies import SimpleCookie
from types import SimpleNamespace
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

from conftest import make_workspace
from infinitypro.accounts import even_time
from infinitypro.accounts.models import ApiToken, Membership, Role, Team
from infinitypro.booking.models import Resource, Service, Staff, TimeOff
from infinitypro.business.models import Faq
from infinitypro.config.api import api
from infinitypro.core import clock, tenancy
from tests import hostile, operators, studio

EVERY = int(os.environ.get("HOSTILE_EVERY", "40"))
ENDLESS = {"app/<slug:workspace>/events/"}
LONGEST_SECONDS = 2  # of CPU
FORM = "application/x-www-form-urlencoded"
HEADERS = ("Accept", "Accept-Language", "Authorization", "Content-Type", "Cookie", "HX-Request", "Referer")
# Said by the API's document, whose parameters no view asks for by name.
OF_API = {
    part["name"]
    for methods in api.get_openapi_schema()["paths"].values()
    for part in methods["get"].get("parameters", ())
    if part["in"] == "query"
}


def area(route):
    """Where a route belongs: `accounts`, `inbox` …"""
    parts = route.split("/")
    return parts[2] if parts[0] == "app" and len(parts) > 3 else parts[0]


AREAS = defaultdict(list)
for one, _ in hostile.routes(get_resolver().url_patterns):
    if one not in ENDLESS:
        AREAS[area(one)].append(one)


@pytest.fixture(autouse=True)
def answers_at_once(monkeypatch):
    monkeypatch.setattr(even_time, "SECONDS", 0.0)


@pytest.fixture(autouse=True)
def refusals_are_not_kept():
    """pytest keeps what is logged, and with it every request: after some ten thousand the collector takes seconds."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(level)


@pytest.fixture(scope="module")
def business(django_db_setup):
    made = studio.open_studio(make_workspace)
    with tenancy.workspace(made.space.id):
        contact_id = studio.a_contact("Carmen")
        talk = studio.a_conversation(contact_id)
        person, now = Staff.objects.earliest("id"), clock.now()
        away = TimeOff.objects.create(staff=person, start_at=now, end_at=now + timedelta(days=1))
        ids = {
            "contact": contact_id,
            "conversation": talk.id,
            "message": studio.a_message(talk, "Hello").id,
            "channel": talk.channel_id,
            "appointment": studio.an_appointment(contact_id, now + timedelta(days=3)),
            "service": Service.objects.earliest("id").id,
            "person": person.id,
            "time_off": away.id,
            "resource": Resource.objects.create(name="A chair").id,
            "question": Faq.objects.earliest("id").id,
        }
    member = Membership.objects.get(user=made.member)
    ids |= {
        "member": member.id,
        "team": Team.objects.create(workspace=made.space, name="Front").id,
        "role": Role.objects.create(workspace=made.space, name="Helper").id,
        "token": ApiToken.objects.get(workspace=made.space).id,
        "invitation": uuid4(),
        "domain": uuid4(),
        "grant": uuid4(),
        "announcement": uuid4(),
        "provider_id": uuid4(),
    }
    values = {"workspace": made.space.slug, "kind": "whatsapp"} | {key: str(one) for key, one in ids.items()}
    values |= {"job": "1", "uidb36": "1", "key": "a-b", "pk": "1", "provider": "google"}
    values |= {"conversation_id": values["conversation"], "contact_id": values["contact"]}
    return SimpleNamespace(browser=made.client(), token=made.token, values=values)


class Attacker:
    """Sends requests, as a member or as nobody, and undoes what they did; keeps what broke something or took too long."""

    def __init__(self, browser, token):
        self.browser = browser
        self.browser.raise_request_exception = False
        self.cookies = {name: kept.value for name, kept in browser.cookies.items()}
        self.token = token
        self.broken = []

    def send(self, what, path, method="get", encoded="", **headers):
        if path.startswith("/api/"):
            headers.setdefault("Authorization", f"Bearer {self.token}")
        self.browser.cookies = SimpleCookie(self.cookies)
        begun = time.process_time()
        with transaction.atomic():
            if method == "get":
                answer = self.browser.get(path, QUERY_STRING=encoded, headers=headers)
            else:
                answer = self.browser.post(path, encoded, content_type=FORM, headers=headers)
            connection.check_constraints()
            transaction.set_rollback(True)
        seconds = time.process_time() - begun
        if answer.status_code >= 500 or seconds > LONGEST_SECONDS:
            self.broken.append((method, path, what, answer.status_code, round(seconds, 1)))
        return answer


@pytest.fixture
def member(business):
    return Attacker(business.browser, business.token)


@pytest.fixture
def nobody(business):
    return Attacker(Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.8"), "no token")


def places(attacker, routes, values):
    """Where something can be typed at these routes."""
    found: dict[tuple[str, str], hostile.Place] = {}

    def place(path, method):
        return found.setdefault((resolve(path).route, method), hostile.Place(path, method))

    def note_forms(page, path):
        if page.headers.get("Content-Type", "").startswith("text/html"):
            for method, action, fields in hostile.forms(page.content.decode()):
                target = urlsplit(action).path or path
                if method in ("get", "post") and leads_to(target, routes):
                    place(target, method).fields |= fields

    for route in routes:
        path = hostile.address(route, values)
        for headers in ({}, {"HX-Request": "true"}):
            with hostile.noting_names() as names:
                page = attacker.send("a visit", path, **headers)
            asked = names | (OF_API if path.startswith("/api/") else set())
            known = place(path, "get")
            known.fields |= {name: "" for name in asked if name not in known.fields}
            note_forms(page, path)
    for route in routes:
        path = hostile.address(route, values)
        known = place(path, "post")
        with hostile.noting_names() as names:
            page = attacker.send("as it stands", path, "post", known.as_it_stands())
        known.fields |= {name: "" for name in names if name not in known.fields}
        note_forms(page, path)
    return [one for one in found.values() if one.fields or one.method == "get"]


def leads_to(path, routes):
    try:
        return resolve(path).route in routes
    except Resolver404:
        return False


def attack(attacker, routes, values):
    for one in places(attacker, routes, values):
        for what, encoded in one.attempts(every=EVERY):
            attacker.send(what, one.path, one.method, encoded)
    assert attacker.broken == []


@pytest.mark.parametrize("name", AREAS)
def test_what_a_member_types_breaks_nothing(business, member, name):
    attack(member, AREAS[name], business.values)


@pytest.mark.parametrize(
    "name", [name for name, routes in AREAS.items() if not routes[0].startswith("app/<")]
)
def test_what_somebody_unknown_types_breaks_nothing(business, nobody, name):
    attack(nobody, AREAS[name], business.values)


@pytest.mark.parametrize("name", AREAS)
def test_hostile_parts_of_paths_break_nothing(business, member, name):
    texts = list(hostile.HOSTILE.items())
    for number, route in enumerate(AREAS[name]):
        for part in hostile.parameters(route):
            for what, text in texts[number % EVERY :: EVERY]:
                path = hostile.address(route, business.values | {part: hostile.in_path(text)})
                member.send(what, path)
    assert member.broken == []


@pytest.mark.parametrize("header", HEADERS)
def test_hostile_headers_break_nothing(business, member, header):
    slug = business.values["workspace"]
    paths = ("/accounts/login/", f"/app/{slug}/inbox/", "/api/v1/contacts/")
    for number, (what, text) in enumerate(hostile.HOSTILE.items()):
        member.send(what, paths[number % len(paths)], **{header: text.decode("latin-1")})
    assert member.broken == []


def test_what_an_operator_types_breaks_nothing(business):
    browser = operators.browser_of(operators.an_operator())
    attack(Attacker(browser, business.token), AREAS["operator"], business.values)
