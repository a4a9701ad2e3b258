"""The audit log's page: what stands in it, for whom, and how it leaves."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.urls import URLPattern, get_resolver

from infinitypro.accounts.access import MemberView
from infinitypro.accounts.models import Membership
from infinitypro.config import audit_words
from infinitypro.config.audit_words import WORDS
from infinitypro.core import audit, clock, tenancy
from infinitypro.core.audit import retention
from infinitypro.core.audit.models import AuditEntry
from tests import studio


@pytest.fixture
def made(new_workspace):
    """A business that has said nothing of itself yet, so that its log is empty."""
    space = new_workspace()
    return studio.Studio(space, studio.a_member(space), "")


def acts(made, *actions, at=None):
    with (
        tenancy.workspace(made.space.id),
        audit.acting(audit.Actor("member", made.member.id, "198.51.100.0/24")),
    ):
        for action in actions:
            audit.record(action, now=at)


def shown(made, **query):
    return made.client().get(made.path("audit/"), query).content.decode()


def test_an_act_is_told_in_words_with_who_and_from_where(made):
    acts(made, "channels:disconnect")
    page = shown(made)

    assert "Maya Lindqvist" in page
    assert "disconnected a channel" in page
    assert "198.51.100.0/24" in page


def test_the_first_use_says_what_will_stand_there(made):
    assert "Nothing yet" in shown(made)


def test_entries_are_narrowed_by_who_what_and_day(made):
    acts(made, "channels:disconnect", at=clock.now() - timedelta(days=9))
    acts(made, "inbox:note")
    today = f"{clock.now() - timedelta(days=2):%Y-%m-%d}"

    for query in ({"what": "Inbox"}, {"since": today}):
        page = shown(made, **query)
        assert "wrote a note" in page
        assert "disconnected a channel" not in page
    assert "wrote a note" in shown(made, who=str(made.member.id))
    assert "Nothing fits" in shown(made, who="system")
    assert "wrote a note" in shown(made, who="nobody", since="the day before", what="?", before="x")


def test_who_has_left_is_still_found_by_name(made):
    gone = studio.a_member(made.space)
    name = f"Amira {gone.id.hex[:6]}"
    gone.name = name
    gone.save()
    with tenancy.workspace(made.space.id), audit.acting(audit.Actor("member", gone.id, "")):
        audit.record("inbox:note")
    acts(made, "channels:disconnect")
    Membership.objects.filter(user=gone, workspace=made.space).delete()
    for query in ({"who": str(gone.id)}, {"q": name[:9]}):
        page = shown(made, **query)
        assert "wrote a note" in page
        assert "disconnected a channel" not in page
    assert f'<option value="{gone.id}"' in shown(made)


def test_what_support_looked_at_stands_with_what_concerns_it(made):
    acts(made, "support:allow", "looked.inbox:conversation", "inbox:note")
    page = shown(made, what="Support")
    assert "looked at a conversation" in page
    assert "wrote a note" not in page


def test_pages_neither_skip_nor_repeat(made):
    acts(made, *["inbox:note"] * 70)
    page = shown(made)
    more = page.split('class="more"')[1].split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    rest = made.client().get(more).content.decode()

    assert (page.count("audit-row"), rest.count("audit-row")) == (50, 20)
    assert "hx-get" not in rest


def test_an_export_holds_what_the_filters_leave_and_is_recorded(made):
    acts(made, "inbox:note", "channels:disconnect")
    browser = made.client()

    found = browser.get(made.path("audit/export/"), {"form": "csv", "what": "Inbox"})
    rows = list(csv.DictReader(io.StringIO(studio.sent(found))))
    told = json.loads(studio.sent(browser.get(made.path("audit/export/"), {"form": "json"})))

    assert [(row["who"], row["what"], row["network"]) for row in rows] == [
        ("Maya Lindqvist", "wrote a note", "198.51.100.0/24")
    ]
    assert [row["action"] for row in told] == ["audit:export", "channels:disconnect", "inbox:note"]
    assert browser.get(made.path("audit/export/"), {"form": "exe"}).status_code == 404
    with tenancy.workspace(made.space.id):
        assert AuditEntry.objects.filter(action="audit:export").count() == 1


@pytest.mark.parametrize("page", ["audit/", "audit/export/?form=csv"])
def test_an_outsider_finds_nothing(made, new_workspace, page):
    outsider = studio.open_studio(new_workspace)
    assert outsider.client().get(made.path(page)).status_code == 404


def changing_views():
    """The names of members' views that take a POST or are marked as reading."""
    found = []
    for namespace, (_prefix, resolver) in get_resolver().namespace_dict.items():
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern) and isinstance(pattern.callback, MemberView):
                found.append(f"{namespace}:{pattern.name}")
    return found


SAFE = {
    *(
        "inbox:list",
        "inbox:count",
        "inbox:earlier",
        "inbox:panel",
        "audit:list",
        "assistant:why",
        "offer:download",
    ),
    "security:list",
    *("team:members", "team:teams", "team:roles", "team:tokens", "support:list"),
    *("booking:calendar", "booking:events", "booking:of_contact", "booking:appointment"),
    *(
        "business:questions",
        "offer:services",
        "offer:people",
        "offer:resources",
        "channels:list",
        "channels:test",
    ),
}


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("looked.business:facts", "looked at business facts"),
        ("looked.inbox:list", "looked at the inbox"),
        ("looked.inbox:conversation", "looked at a conversation"),
        ("looked.new:page", "looked at a page"),
        ("business:facts", "changed the business's profile"),
        ("no.such", "no.such"),
    ],
)
def test_an_operators_look_is_no_change(action, words):
    assert audit_words.say(action) == words


def test_every_members_page_that_changes_something_has_words():
    assert len(changing_views()) > 40
    assert set(changing_views()) - SAFE - WORDS.keys() == set()


def test_how_long_it_is_kept_is_set_on_the_page_and_asked_twice_where_entries_go(made):
    browser, page = made.client(), made.path("audit/keep/")
    acts(made, "inbox:note", at=clock.now() - timedelta(days=800))

    assert browser.post(page, {"years": "0"}).status_code == 422
    asked = browser.post(page, {"years": "2"})
    assert (asked.status_code, "1 entry is older" in asked.content.decode()) == (422, True)
    with tenancy.workspace(made.space.id):
        assert retention.kept_days() == 1096
    assert browser.post(page, {"years": "2", "sure": "yes"}).status_code == 302
    assert browser.post(page, {"years": "5"}).status_code == 302

    with tenancy.workspace(made.space.id):
        assert retention.kept_days() == 1827
    assert "days it is kept" in shown(made)
