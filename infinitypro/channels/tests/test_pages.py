"""Connecting, testing and disconnecting channels, and the routes that follow."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client

from infinitypro.accounts import services as accounts
from infinitypro.channels import services, types
from infinitypro.channels.errors import ChannelError
from infinitypro.channels.models import Channel, ChannelRoute
from infinitypro.core import tenancy
from infinitypro.core.tenancy.models import new_id

LONG, FIRST, SECOND, GIVEN = "a long one", "first-secret", "second-secret", "EAAG-secret-token"

HTMX = {"HX-Request": "true"}
HEALTH = types.Health(
    name="Pine", address="+1", quality="GREEN", is_ready=True, sentence="Connected: Pine, +1."
)


@dataclass
class Kept:
    """A channel as it is stored, its credentials opened."""

    id: UUID
    name: str
    external_id: str
    is_on: bool
    kept: dict[str, str]


class Site:
    """A workspace's channels, as one member sees them."""

    def __init__(self, workspace):
        self.workspace = workspace
        email = f"maya@{workspace.slug}.example"
        user = accounts.make_member(workspace=workspace, email=email, name="Maya", password=LONG)
        self.client = Client()
        self.client.force_login(user)

    def path(self, path=""):
        return f"/app/{self.workspace.slug}/channels/{path}"

    def get(self, path=""):
        return self.client.get(self.path(path))

    def post(self, path, data=None, *, part=True):
        return self.client.post(self.path(path), data or {}, headers=HTMX if part else {})

    def connect(self, **changes):
        answer = self.post("new/whatsapp/", form(**changes), part=False)
        assert answer.status_code == 302, answer.context["form"].errors
        return self.channel(answer.url.rstrip("/").rpartition("/")[2])

    def channel(self, channel_id):
        with tenancy.workspace(self.workspace.id):
            row = Channel.objects.get(id=channel_id)
            return Kept(row.id, row.name, row.external_id, row.is_on, row.credentials)


def number():
    """An id that no other test uses."""
    return str(new_id().int)[:20]


def form(**changes):
    """What somebody types."""
    return {
        "name": "Front desk",
        "phone_number_id": number(),
        "waba_id": number(),
        "access_token": "EAAG-secret-token",
        "app_secret": "",
    } | changes


@pytest.fixture
def site(new_workspace):
    return Site(new_workspace())


def routes(channel, kind="whatsapp"):
    return list(
        ChannelRoute.objects.filter(channel_id=channel.id, kind=kind).values_list("external_id", flat=True)
    )


def test_only_members_see_the_pages(site, new_workspace):
    channel = site.connect()
    outsider = Site(new_workspace())
    for path in ("", "new/whatsapp/", f"{channel.id}/", f"{channel.id}/disconnect/"):
        assert site.get(path).status_code == 200
        away = Client().get(site.path(path))
        assert (away.status_code, urlsplit(away.headers["Location"]).path) == (302, "/accounts/login/")
        assert outsider.client.get(site.path(path)).status_code == 404
    for path in (f"{channel.id}/", f"{channel.id}/test/", f"{channel.id}/disconnect/"):
        assert outsider.post(path, form()).status_code == 404
    assert site.channel(channel.id).is_on


def test_without_channels_the_page_says_what_to_do(site):
    assert "No channel yet" in site.get().content.decode()
    assert site.get("new/telex/").status_code == 404


def test_a_channel_is_connected_and_its_secrets_are_never_shown(site):
    channel = site.connect(app_secret=FIRST)
    page = site.get(f"{channel.id}/").content.decode()
    assert channel.kept["access_token"] == GIVEN
    assert "EAAG-secret-token" not in page
    assert FIRST not in page
    assert f"/hooks/whatsapp/{channel.id}/" in page
    assert channel.kept["verify_token"] in page


def test_without_an_app_of_its_own_the_shared_hook_is_named(site):
    channel = site.connect()
    hook = site.get(f"{channel.id}/").context["hook"]
    assert (urlsplit(hook["url"]).path, hook["verify_token"]) == ("/hooks/whatsapp/", "")


def test_a_secret_left_empty_stays_and_a_new_one_replaces_it(site):
    channel = site.connect(app_secret=FIRST)
    typed = form(name="Desk two", access_token="", app_secret=SECOND, waba_id=channel.kept["waba_id"])
    assert site.post(f"{channel.id}/", typed).status_code == 200
    kept = site.channel(channel.id)
    assert (kept.name, kept.kept["access_token"], kept.kept["app_secret"]) == (
        "Desk two",
        "EAAG-secret-token",
        "second-secret",
    )
    assert kept.kept["verify_token"] == channel.kept["verify_token"]
    assert kept.external_id == channel.external_id


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Give it a name."),
        ("phone_number_id", "", "Phone number ID is missing."),
        ("phone_number_id", "+1 212 555", "Phone number ID has digits only."),
        ("waba_id", "abc", "WhatsApp Business Account ID has digits only."),
        ("access_token", "", "Access token is missing."),
    ],
)
def test_what_is_missing_or_wrong_is_named_beside_its_field(site, field, value, sentence):
    answer = site.post("new/whatsapp/", form(**{field: value}))
    assert (answer.status_code, answer.context["form"].errors[field][0]) == (422, sentence)
    assert site.get().context["rows"] == []


def test_a_number_is_connected_once(site, new_workspace):
    channel = site.connect()
    twice = site.post("new/whatsapp/", form(phone_number_id=channel.external_id))
    assert twice.context["form"].errors["phone_number_id"] == ["You have connected this one already."]
    other = Site(new_workspace())
    elsewhere = other.post("new/whatsapp/", form(phone_number_id=channel.external_id))
    assert "connected to another business here" in elsewhere.context["form"].non_field_errors()[0]
    assert routes(channel) == [channel.external_id]


def test_news_of_an_account_goes_to_the_first_of_its_channels_and_then_to_the_next(site):
    account = number()
    first, second = site.connect(waba_id=account), site.connect(waba_id=account)
    assert (routes(first, "whatsapp.account"), routes(second, "whatsapp.account")) == ([account], [])
    site.post(f"{first.id}/disconnect/")
    assert (routes(first, "whatsapp.account"), routes(second, "whatsapp.account")) == ([], [account])


def test_a_changed_account_takes_its_route_along(site):
    channel, account = site.connect(), number()
    site.post(f"{channel.id}/", form(waba_id=account))
    assert routes(channel, "whatsapp.account") == [account]


def test_a_test_says_what_the_vendor_says(site, monkeypatch):
    channel = site.connect()
    monkeypatch.setattr(services, "test", lambda **_: HEALTH)
    assert "Connected: Pine, +1." in site.post(f"{channel.id}/test/").content.decode()
    refuse_tests(monkeypatch, "The access token has expired. Make a new one.")
    answer = site.post(f"{channel.id}/test/", {"from": "edit"})
    assert "The access token has expired. Make a new one." in answer.content.decode()


def test_a_channel_counts_as_connected_once_the_vendor_or_a_customer_proved_it(site, monkeypatch):
    def state():
        return site.get().context["rows"][0]["state"]

    channel = site.connect()
    assert state() == ("Not tried yet", "")
    monkeypatch.setattr(services, "test", lambda **_: HEALTH)
    site.post(f"{channel.id}/test/")
    assert state() == ("Connected", "good")
    refuse_tests(monkeypatch, "The access token has expired. Make a new one.")
    site.post(f"{channel.id}/test/", {"from": "edit"})
    assert state() == ("Needs attention", "bad")
    assert "The access token has expired. Make a new one." in site.get().content.decode()
    site.post(f"{channel.id}/", form(access_token=SECOND))
    assert state() == ("Not tried yet", "")
    with tenancy.workspace(site.workspace.id):
        services.note_inbound(channel_id=channel.id, at=datetime.now(UTC))
    assert state() == ("Connected", "good")


def refuse_tests(monkeypatch, sentence):
    def refuse(**_):
        raise ChannelError("190", sentence, permanent=True)

    monkeypatch.setattr(services, "test", refuse)


def test_a_vendor_that_cannot_be_reached_says_nothing_of_the_channel(site, monkeypatch):
    channel = site.connect()

    def unreachable(**_):
        raise ChannelError("network", "WhatsApp could not be reached.", permanent=False)

    monkeypatch.setattr(services, "test", unreachable)
    assert "WhatsApp could not be reached." in site.post(f"{channel.id}/test/").content.decode()
    assert site.get().context["rows"][0]["state"] == ("Not tried yet", "")


def test_disconnecting_says_first_what_it_means_and_then_forgets_the_secrets(site):
    channel = site.connect()
    asked = site.get(f"{channel.id}/disconnect/").content.decode()
    assert "get no answer" in asked
    assert site.channel(channel.id).is_on
    done = site.post(f"{channel.id}/disconnect/")
    assert json.loads(done.headers["HX-Trigger"])["toast"]["text"] == "Front desk is disconnected."
    kept = site.channel(channel.id)
    assert (kept.is_on, kept.kept, routes(channel)) == (False, {}, [])
    again = site.post(f"{channel.id}/", form(app_secret=""))
    assert (again.status_code, site.channel(channel.id).is_on) == (200, True)


def test_the_list_shows_messages_and_notices(site):
    channel, now = site.connect(), datetime.now(UTC)
    notice = types.Notice(
        kind="quality", summary="Quality fell to low.", at=now - timedelta(hours=2), level="warn"
    )
    with tenancy.workspace(site.workspace.id):
        services.note_inbound(channel_id=channel.id, at=now - timedelta(minutes=5))
        services.note(channel_id=channel.id, notice=notice)
    row = site.get().context["rows"][0]
    assert row["last"] == "Last message 5 minutes ago"
    assert row["notices"] == [{"text": "Quality fell to low.", "tone": "warn", "when": "2 hours ago"}]
