"""That no page shows what its member may not do: every address on every page leads somewhere they are let in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from conftest import make_workspace
from infinitypro.accounts.access import MemberView
from infinitypro.accounts.permissions import PERMISSIONS, Scope
from infinitypro.assistant.models import Trace
from infinitypro.booking.models import Resource, Service, Staff, TimeOff
from infinitypro.business.models import Faq
from infinitypro.channels.models import Channel
from infinitypro.core import clock, tenancy
from infinitypro.inbox.models import File
from tests import studio
from tests.test_access import ROUTES, _address

LEADS = ("href", "src", "hx-get", "data-new-url", "data-events-url", "data-opens-url")
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
VIEWS = {route: one.callback for route, one in ROUTES.items() if isinstance(one.callback, MemberView)}
# Some of what the pages lead to, to know that the walk sees it.
ACTS = {
    *(
        "inbox:reply",
        "inbox:note",
        "inbox:assign",
        "inbox:give_back",
        "inbox:resolve",
        "inbox:snooze",
        "inbox:retry",
    ),
    *("inbox:media", "inbox:panel", "assistant:why", "booking:of_contact", "booking:new", "booking:move"),
    *(
        "booking:confirm",
        "booking:done",
        "booking:no_show",
        "booking:cancel",
        "business:facts",
        "business:close",
    ),
    *(
        "business:move_question",
        "offer:bookable",
        "offer:active",
        "offer:away",
        "offer:back",
        "offer:remove_resource",
    ),
    *("offer:download", "offer:file", "channels:test", "channels:disconnect", "audit:export"),
}


class Addresses(HTMLParser):
    """What a page leads to: (address, whether something is changed there)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[tuple[str, bool]] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value for name, value in attrs if value}
        is_post = known.get("method", "").lower() == "post"
        self.found |= {(known[name], False) for name in LEADS if name in known}
        self.found |= {(known[name], True) for name in ("hx-post", "formaction") if name in known}
        if tag == "form" and "action" in known:
            self.found.add((known["action"], is_post))


def leads(text: str) -> Iterator[tuple[str, str, str]]:
    """(address, view's name, what it needs) of all that a page leads to within workspaces."""
    for address, is_changing in Addresses(text).found:
        try:
            match = resolve(urlsplit(address).path)
        except Resolver404:
            continue
        if isinstance(match.func, MemberView):
            yield address, match.view_name, match.func.change if is_changing else match.func.permission


@pytest.fixture(scope="module")
def salon(django_db_setup):
    """A business with something of each kind."""
    made = studio.open_studio(make_workspace)
    with tenancy.workspace(made.space.id):
        contact_id = studio.a_contact("Carmen")
        talk = studio.a_conversation(contact_id, at=clock.now())
        talk.assignee, talk.is_assistant_on, talk.last_inbound_at = made.member, False, clock.now()
        talk.save()
        asked = studio.a_message(talk, "Hello")
        picture = studio.another(asked, kind="image", details={"media": {"id": "1"}})
        File.objects.create(message=picture, contact_id=contact_id, fetched_at=clock.now(), is_inline=True)
        studio.another(
            asked, direction="out", author="member", failed_at=clock.now(), failure="The window has closed."
        )
        studio.another(
            asked, direction="note", author="member", member=made.member, body="She is in a hurry."
        )
        answer = studio.another(asked, direction="out", author="assistant", body="At three?")
        used = ["hours:", "service:1", "diary:", "business.address"]
        trace = {"understood": {}, "facts": used}
        Trace.objects.create(message=answer, contact_id=contact_id, made_at=clock.now(), trace=trace)
        room = Resource.objects.earliest("id")
        person = Staff.objects.earliest("id")
        soon = datetime.now(UTC) + timedelta(days=3)
        TimeOff.objects.create(staff=person, start_at=soon, end_at=soon + timedelta(days=1))
        held = studio.an_appointment(contact_id, soon, status="tentative")
        past = studio.an_appointment(contact_id, soon - timedelta(days=9))
        ids = {
            "contact": contact_id,
            "conversation": talk.id,
            "message": answer.id,
            "appointment": held,
            "service": Service.objects.earliest("id").id,
            "person": person.id,
            "resource": room.id,
            "question": Faq.objects.earliest("id").id,
            "channel": Channel.objects.get().id,
        }
    return SimpleNamespace(studio=made, space=made.space, ids=ids, past=past, talk=talk)


@pytest.fixture(scope="module")
def openable(salon):
    """(address, headers) of every page, and of every part that is no page too."""
    browser = salon.studio.client()
    addresses = [_address(route, salon.space.slug, salon.ids) for route in VIEWS]
    addresses += [
        f"/app/{salon.space.slug}/calendar/{salon.past}/",
        f"/app/{salon.space.slug}/channels/new/whatsapp/",
    ]
    tried = (
        (one, next((how for how in ({}, HTMX) if text_of(browser, one, how)), None)) for one in addresses
    )
    return [(one, how) for one, how in tried if how is not None]


def text_of(browser, address, headers) -> str:
    answer = browser.get(address, headers=headers)
    is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    return answer.content.decode() if is_page else ""


def pages(salon, openable, grants) -> Iterator[tuple[str, str]]:
    """(address, text) of what somebody with these grants can open."""
    browser = salon.studio.client(studio.a_member(salon.space, grants=grants))
    for address, headers in openable:
        yield address, text_of(browser, address, headers)


def test_who_may_do_everything_is_led_everywhere(salon, openable):
    found = {name for _, text in pages(salon, openable, studio.everything()) for _, name, _ in leads(text)}
    assert found >= ACTS


@pytest.mark.parametrize("missing", [key for key in PERMISSIONS if key != "workspace.enter"])
def test_nothing_leads_to_what_one_may_not_do(salon, openable, missing):
    # Whoever may not see a thing may not change it either.
    lacking = missing.removesuffix("view")
    for page, text in pages(salon, openable, studio.everything(but=lacking)):
        wrong = [(address, name) for address, name, needs in leads(text) if needs.startswith(lacking)]
        assert wrong == [], page


def test_a_conversation_beyond_ones_reach_can_be_read_and_no_more(salon, openable):
    own = {
        key: Scope.OWN for key, one in PERMISSIONS.items() if one.is_scoped and key != "conversations.view"
    }
    grants = studio.everything() | own
    address = f"/app/{salon.space.slug}/inbox/{salon.talk.id}/"
    shown = dict(pages(salon, openable, grants))[address]
    needs = {needs for _, _, needs in leads(shown)}
    assert needs.isdisjoint(own)
    assert "Hello" in shown
    assert "You can write here once this conversation is assigned to you." in shown
