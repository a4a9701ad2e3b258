"""The page "Security", tripwires, alarms, and who is told of them."""

import hashlib
import hmac
import json
import re
from datetime import timedelta
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from uuid import uuid4

import pytest
from django.test import Client

from infinitypro.accounts import alarms, alerts, exports, stuffing
from infinitypro.accounts.models import AlertHook, ApiToken, Membership
from infinitypro.config.api_token import TRIPWIRE
from infinitypro.core import audit, clock, outbound, tenancy
from infinitypro.core.audit.models import SecurityEvent
from infinitypro.core.mail.models import OutgoingMail
from tests import studio


@pytest.fixture
def site(new_workspace):
    return studio.open_studio(new_workspace)


def page(site, query=""):
    answer = site.client().get(site.path(f"security/{query}"))
    assert answer.status_code == 200
    return answer.content.decode()


def failures(site, count, networks=3):
    for number in range(count):
        user = studio.a_member(site.space)
        audit.note_security(
            "sign_in.failed",
            user_id=user.id,
            network=f"203.0.{number % networks}.9",
            detail={"account": uuid4()},
        )


def alarm(site, kind):
    return list(SecurityEvent.objects.filter(kind=kind, workspace_id=site.space.id))


def set_tripwire(site):
    answer = site.client().post(site.path("security/tripwire/"))
    token = ApiToken.objects.get(workspace=site.space, is_tripwire=True)
    begin = answer.content.decode().index(token.hint)
    return answer.content.decode()[begin:].partition("<")[0]


def test_an_empty_result_says_what_was_looked_for(site):
    assert "Nothing yet" in page(site)
    assert "Nothing of that kind" in page(site, "?what=Alarms")


def test_what_happens_to_members_stands_on_the_page(site):
    audit.note_security("sign_in.failed", user_id=site.member.id, network="203.0.113.77")
    audit.note_security("sign_in.failed", user_id=uuid4(), network="198.51.100.1")

    text = page(site, "?what=Failures")

    assert "Maya Lindqvist" in text
    assert "203.0.113.0/24" in text
    assert "203.0.113.77" not in text
    assert "198.51.100" not in text
    assert "Nothing of that kind" in page(site, "?what=Accounts")


def test_a_long_list_goes_on(site):
    for _ in range(60):
        audit.note_security("account.email_changed", user_id=site.member.id)

    text = page(site, "?what=Accounts")
    (more,) = re.findall(r'hx-get="([^"]*before=[^"]*)"', text)

    assert text.count("changed their address") == 50
    assert site.client().get(unescape(more)).content.decode().count("changed their address") == 10


def test_many_failing_accounts_sound_one_alarm_with_what_to_do(site):
    failures(site, stuffing.ACCOUNTS)

    assert stuffing.look(now=clock.now())
    stuffing.look(now=clock.now())

    (found,) = alarm(site, stuffing.ALARM)
    assert found.detail["accounts"] == stuffing.ACCOUNTS
    text = page(site, "?what=Alarms")
    assert "10 wrong passwords at 10 accounts from 3 networks" in text
    assert "Done by itself" in text
    assert "For you to do" in text


def test_a_tripwire_opens_nothing_and_sounds_the_alarm(site):
    token = set_tripwire(site)

    answer = studio.asks("contacts/", token=token)

    assert answer.status_code == 401
    assert answer.content == studio.asks("contacts/", token="x" * 40).content
    assert len(alarm(site, TRIPWIRE)) == 1
    assert "A tripwire token was used" in page(site)
    assert token not in page(site)


def test_a_removed_tripwire_is_a_token_like_any_wrong_one(site):
    token = set_tripwire(site)
    row = ApiToken.objects.get(workspace=site.space, is_tripwire=True)
    site.client().post(site.path(f"security/tripwire/{row.id}/remove/"))

    assert studio.asks("contacts/", token=token).status_code == 401
    assert alarm(site, TRIPWIRE) == []


def test_reading_very_many_sounds_the_alarm_once(site, monkeypatch):
    monkeypatch.setattr(exports, "MANY", 20)
    with tenancy.workspace(site.space.id):
        for _ in range(40):
            studio.a_contact("Somebody")
    site.ask("contacts/", limit=10)
    assert alarm(site, exports.ALARM) == []

    site.ask("contacts/", limit=40)
    site.ask("contacts/", limit=40)

    (found,) = alarm(site, exports.ALARM)
    assert 36 <= found.detail["count"] <= 44
    assert "Unusually much was read" in page(site)


def test_reading_the_same_over_and_over_is_no_export(site, monkeypatch):
    monkeypatch.setattr(exports, "MANY", 20)
    with tenancy.workspace(site.space.id):
        for _ in range(10):
            studio.a_contact("Somebody")
    for _ in range(10):
        site.ask("contacts/", limit=10)

    assert alarm(site, exports.ALARM) == []


def sound(site):
    alarms.sound(TRIPWIRE, workspace_id=site.space.id, network="203.0.113.9", now=clock.now())
    return alarm(site, TRIPWIRE)[-1]


def test_whoever_may_see_the_page_and_did_not_mute_it_gets_a_message(site):
    agent, muted = studio.a_member(site.space), studio.a_member(site.space)
    Membership.objects.filter(user=agent).update(built_in="agent")
    muted.muted = ["alarm:email"]
    muted.save()
    event, before = sound(site), OutgoingMail.objects.count()

    alerts.tell(event_id=str(event.id))

    sent = [
        row.message for row in OutgoingMail.objects.order_by("-id")[: OutgoingMail.objects.count() - before]
    ]
    assert [one["to"] for one in sent] == [site.member.email]
    assert f"/app/{site.space.slug}/security/" in sent[0]["text"]


class Peer(HTTPServer):
    """A program of the business's own, as it would stand somewhere."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Receiver)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer = 204


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent."""

    server: Peer

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *said):
        """Nothing."""


@pytest.fixture
def receiver(settings):
    server = Peer()
    settings.OUTBOUND_ALLOW = frozenset({("127.0.0.1", server.server_port)})
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def hooked(site, url):
    answer = site.client().post(site.path("security/alerts/"), {"url": url})
    with tenancy.workspace(site.space.id):
        secret = AlertHook.objects.get().secret
    assert secret in answer.content.decode()
    assert secret not in page(site)
    return secret


def test_a_program_is_told_and_can_tell_that_it_was_us(site, receiver):
    secret = hooked(site, f"http://127.0.0.1:{receiver.server_port}/alarms")
    event = sound(site)

    alerts.call(event_id=str(event.id))

    ((headers, body),) = receiver.got
    signed = hmac.new(secret.encode(), headers[alerts.TIMESTAMP].encode() + b"." + body, hashlib.sha256)
    assert headers[alerts.SIGNATURE] == f"sha256={signed.hexdigest()}"
    assert json.loads(body)["id"] == str(event.id)
    assert abs(int(headers[alerts.TIMESTAMP]) - clock.now().timestamp()) < 60


def test_a_program_that_does_not_take_it_is_told_again(site, receiver):
    hooked(site, f"http://127.0.0.1:{receiver.server_port}/alarms")
    receiver.answer = 503

    with pytest.raises(alerts.NotTaken):
        alerts.call(event_id=str(sound(site).id))


def test_an_address_inside_is_not_called(site):
    hooked(site, "https://127.0.0.1:9/alarms")

    with pytest.raises(outbound.Refused):
        alerts.call(event_id=str(sound(site).id))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://a.example/", "x", "https://", "http://[", "http://in-the-clear.example/"],
)
def test_what_is_no_address_is_refused_beside_its_field(site, url):
    answer = site.client().post(site.path("security/alerts/"), {"url": url})

    assert answer.status_code == 422
    assert "This is not an address" in answer.content.decode()
    with tenancy.workspace(site.space.id):
        assert not AlertHook.objects.exists()


def test_a_tripwire_is_not_among_the_tokens_that_programs_use(site):
    set_tripwire(site)

    assert "Tripwire" not in site.client().get(site.path("team/tokens/")).content.decode()


def test_an_alarm_sounds_again_after_an_hour(site):
    now = clock.now()
    times = [now, now + timedelta(minutes=59), now + timedelta(minutes=61)]

    assert [alarms.sound(TRIPWIRE, workspace_id=site.space.id, now=at) for at in times] == [True, False, True]


def test_who_may_not_see_the_page_has_no_way_to_it(site):
    viewer = studio.a_member(site.space)
    Membership.objects.filter(user=viewer).update(built_in="viewer")
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(viewer)

    assert browser.get(site.path("security/")).status_code == 403
    assert "/security/" not in browser.get(site.path("inbox/")).content.decode()
