"""The door: what it takes, what it refuses, and that nothing is taken which is not stored."""

import secrets
import time

import orjson
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from infinitypro.channels.models import UnknownRoute
from infinitypro.channels.registry import ADAPTERS
from infinitypro.config import commands
from infinitypro.core import tenancy
from infinitypro.core.audit.models import SecurityEvent
from infinitypro.core.errors import Problem
from infinitypro.inbox.models import Message
from infinitypro.intake import accept, forgeries, ownership, tasks
from tests import line, reach

OTHER, OWN = "another", "its own"

HOOK = "/hooks/whatsapp/"
MAYA = line.person("12125550111", name="Maya")


@pytest.fixture
def own(new_workspace):
    line.begin()
    return line.business(new_workspace())


def hello(own, vendor_id="wamid.1", text="hello"):
    return line.body(line.change(own.number_id, line.said(MAYA, vendor_id, 1, text=text)))


def bodies(own):
    with tenancy.workspace(own.workspace_id):
        return list(Message.objects.filter(direction="in").order_by("at", "id"))


def unknown():
    return sum(UnknownRoute.objects.values_list("count", flat=True))


def test_a_signed_event_is_stored_and_becomes_one_message(own):
    answer = line.post(hello(own))

    assert (answer.status_code, answer.json()) == (200, {"accepted": True})
    assert len(line.raw_events(own)) == 1
    line.work()
    assert [message.body for message in bodies(own)] == ["hello"]
    assert [row[3] for row in line.raw_events(own)] == [""]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha256="},
        {"x-hub-signature-256": "sha256=" + "0" * 64},
        {"x-hub-signature-256": "sha1=" + "0" * 40},
        {"x-hub-signature-256": "sha256=é"},
    ],
)
def test_a_call_with_a_wrong_signature_or_none_is_refused_and_leaves_nothing(own, headers):
    encoded = {name: value.encode("latin-1").decode("latin-1") for name, value in headers.items()}
    if "é" in str(headers):
        encoded = {"x-hub-signature-256": "sha256=%C3%A9"}
    answer = line.call("POST", HOOK, orjson.dumps(hello(own)), headers=encoded)

    assert answer.status_code == 401
    assert "signature" in answer.json()["error"]
    assert line.raw_events(own) == []


def test_a_call_signed_with_another_secret_or_for_another_body_is_refused(own):
    content = orjson.dumps(hello(own))
    assert line.post(hello(own), secret=OTHER).status_code == 401
    assert line.call("POST", HOOK, content + b" ", headers=line.signed(content)).status_code == 401
    assert line.raw_events(own) == []


def test_a_body_past_the_limit_is_refused_before_it_is_read_in_full(own):
    content = b'{"x": "' + b"a" * line.LIMIT + b'"}'
    assert line.call("POST", HOOK, content, headers=line.signed(content)).status_code == 413


@pytest.mark.parametrize("content", [b"", b"not json", b"\xff\xfe", b'{"a":', b"[" * 5000])
def test_a_signed_body_that_is_no_json_is_refused(own, content):
    assert line.post(content).status_code == 400
    assert line.raw_events(own) == []


@pytest.mark.parametrize(
    "content", [b"{}", b"[]", b"1", b'"x"', b"null", b'{"entry": 3}', b'{"entry": [{"id": "0"}]}']
)
def test_a_signed_body_that_names_nobody_is_counted_and_taken(own, content):
    before = unknown()
    assert line.post(content).status_code == 200
    assert unknown() == before + 1


def test_an_unknown_number_is_counted_and_taken_and_spoils_nothing(own):
    before = unknown()
    stranger = line.change("000111", line.said(MAYA, "wamid.X", 1, text="for nobody"))
    payload = line.body(stranger)
    payload["entry"] += hello(own)["entry"]

    assert line.post(payload).status_code == 200

    line.work()
    assert unknown() == before + 1
    assert [message.body for message in bodies(own)] == ["hello"]


def test_one_body_with_several_businesses_reaches_each_its_own(own, new_workspace):
    other = line.business(new_workspace())
    payload = hello(own)
    payload["entry"] += hello(other, text="the other")["entry"]

    assert line.post(payload).status_code == 200

    line.work()
    assert [message.body for message in bodies(own)] == ["hello"]
    assert [message.body for message in bodies(other)] == ["the other"]


def test_the_same_webhook_twice_is_one_message(own):
    content = orjson.dumps(hello(own))
    assert line.post_together([content] * 8) == [200] * 8
    again = orjson.dumps(hello(own) | {"repeated": True})
    assert line.post(again).status_code == 200
    line.work()
    assert line.post(orjson.dumps(hello(own), option=orjson.OPT_INDENT_2)).status_code == 200
    line.work()

    assert [message.body for message in bodies(own)] == ["hello"]


def test_a_hundred_at_once_are_all_stored(own):
    contents = [orjson.dumps(hello(own, f"wamid.{n}", f"text {n}")) for n in range(100)]

    assert line.post_together(contents) == [200] * 100

    assert len(line.raw_events(own)) == 100


def test_meta_registers_with_the_right_token_alone(own):
    query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    right = line.call("GET", f"{HOOK}?{query}{line.TOKEN}")
    assert (right.status_code, right.text) == (200, "1158201444")
    for wrong in ("", "wrong", line.TOKEN + "x", "%C3%A9"):
        assert line.call("GET", f"{HOOK}?{query}{wrong}").status_code == 403
    assert line.call("GET", HOOK).status_code == 403


def test_what_the_door_does_not_know_is_not_found_or_not_allowed(own):
    assert line.call("POST", "/hooks/telegram/").status_code == 404
    assert line.call("POST", "/hooks/").status_code == 404
    assert line.call("POST", "/hooks/whatsapp/not-a-channel/").status_code == 404
    assert line.call("POST", "/hooks/whatsapp/a/b/").status_code == 404
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = line.call(method, HOOK)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_a_channel_with_an_app_of_its_own_is_checked_with_its_own_secret(new_workspace):
    line.begin()
    own = line.business(new_workspace(), app_secret=OWN, verify_token=OTHER)
    path = f"{HOOK}{own.channel_id}/"

    assert line.post(hello(own), secret=OWN, path=path).status_code == 200
    assert line.post(hello(own), path=path).status_code == 401  # the installation's secret
    assert line.post(hello(own), secret=OWN).status_code == 401  # at the shared hook
    query = "hub.mode=subscribe&hub.challenge=7&hub.verify_token="
    assert line.call("GET", f"{path}?{query}{OTHER}").text == "7"
    assert line.call("GET", f"{path}?{query}{line.TOKEN}").status_code == 403


def test_a_channel_without_an_app_of_its_own_has_no_hook_of_its_own(own):
    path = f"{HOOK}{own.channel_id}/"
    assert line.post(hello(own), path=path).status_code == 404
    assert line.post(hello(own), secret="", path=path).status_code == 404


def test_an_app_of_its_own_cannot_speak_for_another_business(own, new_workspace):
    evil = line.business(new_workspace(), app_secret=OWN)
    path = f"{HOOK}{evil.channel_id}/"

    answer = line.post(hello(own, text="forged"), secret=OWN, path=path)

    line.work()
    assert answer.status_code == 200
    assert bodies(own) == []


def test_whatever_a_business_writes_into_its_settings_its_app_cannot_speak_for_another(own, new_workspace):
    evil = line.business(new_workspace(), app_secret=OWN, waba_id=own.number_id)
    path = f"{HOOK}{evil.channel_id}/"

    line.post(hello(own, text="forged"), secret=OWN, path=path)

    line.work()
    assert line.raw_events(own) == []
    assert bodies(own) == []


def test_an_app_of_its_own_brings_no_news_of_another_business_s_account(new_workspace):
    line.begin()
    account = str(secrets.randbelow(10**15) + 10**15)
    own = line.business(new_workspace(), waba_id=account)
    evil = line.business(new_workspace(), app_secret=OWN, waba_id=account)
    forged = {"object": "whatsapp_business_account", "entry": [{"id": account, "changes": [banned()]}]}

    line.post(forged, secret=OWN, path=f"{HOOK}{evil.channel_id}/")

    assert line.raw_events(own) == []


def banned():
    value = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}
    return {"field": "account_update", "value": value}


def test_an_app_of_its_own_brings_news_of_its_own_account(new_workspace):
    line.begin()
    account = str(secrets.randbelow(10**15) + 10**15)
    own = line.business(new_workspace(), app_secret=OWN, waba_id=account)
    news = {"object": "whatsapp_business_account", "entry": [{"id": account, "changes": [banned()]}]}

    line.post(news, secret=OWN, path=f"{HOOK}{own.channel_id}/")

    assert len(line.raw_events(own)) == 1


def test_nothing_is_accepted_while_the_database_is_away(own):
    content = orjson.dumps(hello(own))
    away = "host=/nowhere dbname=gone connect_timeout=1"

    answer = line.call("POST", HOOK, content, headers=line.signed(content), conninfo=away)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert line.raw_events(own) == []
    assert line.post(hello(own)).status_code == 200


def test_a_database_that_hangs_is_as_good_as_away(own, monkeypatch):
    """The vendor would else wait for as long as it cares to, and call all of that a failure of ours."""
    monkeypatch.setattr(accept, "STORED_WITHIN", 0.3)
    with reach.superuser() as admin, admin.transaction():
        admin.execute("LOCK TABLE intake_rawevent IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        answer = line.post(hello(own))
        taken = time.monotonic() - started

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert taken < 5
    assert line.post(hello(own)).status_code == 200
    assert len(line.raw_events(own)) == 1


def test_a_missing_partition_is_our_fault_and_asked_for_again(own):
    with reach.as_role("owner") as sql:
        sql.execute(f"DROP TABLE intake_rawevent_{accept.today():%Y%m%d}")
    assert line.post(hello(own)).status_code == 503
    line.begin()
    assert line.post(hello(own)).status_code == 200


def test_a_row_that_cannot_be_stored_does_not_take_its_neighbours_along(own):
    good = [orjson.dumps(hello(own, f"wamid.{n}")) for n in range(5)]
    bad = orjson.dumps(line.body(line.change("9" * 20 + "\ufdd0" * 3000, {"messages": []})))

    answers = line.post_together([*good[:3], bad, *good[3:]])

    assert [answers[n] for n in (0, 1, 2, 4, 5)] == [200] * 5
    assert len(line.raw_events(own)) == 5


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (b"a\\u0000b", "ab"),
        (b"cut \\ud83d", "cut ?"),
        (b"\\udc00\\ud800 both ways", "?? both ways"),
        (b"\\ud83d\\ude00", "😀"),
        ("ünïcödé 日本 العربية 🧑🏽‍🚀".encode(), "ünïcödé 日本 العربية 🧑🏽‍🚀"),
    ],
)
def test_no_text_is_too_strange_to_be_kept(own, sent, stored):
    content = orjson.dumps(hello(own, text="HERE")).replace(b"HERE", sent)

    assert line.post(content).status_code == 200

    line.work()
    assert [message.body for message in bodies(own)] == [stored]


def test_what_is_not_understood_is_listed_with_its_reason_and_can_be_read_again(own, monkeypatch, capsys):
    strange = line.change(
        own.number_id, {"messages": [{"id": "wamid.S", "type": "text", "text": {"body": "hm"}}]}
    )
    new = line.change(own.number_id, {"surprise": {}}, "from_the_future")
    assert line.post(line.body(strange, new)).status_code == 200
    line.work()

    ((_day, event_id, read_at, why),) = line.raw_events(own)
    assert read_at is not None
    assert (
        why
        == "changes[0].messages[0]: it names no sender; changes[1].value: nothing known in field 'from_the_future'"
    )
    monkeypatch.setattr(commands, "database", transaction.atomic)
    call_command("events", "--json")
    assert str(event_id) in capsys.readouterr().out

    person = ADAPTERS["whatsapp"]
    understood = person.parse(payload=hello(own)["entry"][0], received_at=line.NOON)
    monkeypatch.setattr(ADAPTERS["whatsapp"], "parse", lambda **_what: understood)
    tasks.read_again(workspace_ids=[own.workspace_id], event_id=str(event_id))
    line.work()

    assert [row[3] for row in line.raw_events(own)] == [""]
    assert [message.body for message in bodies(own)] == ["hello"]
    with pytest.raises(Problem, match="There is no event"):
        tasks.read_again(workspace_ids=[own.workspace_id], event_id=str(own.channel_id))
    with pytest.raises(Problem, match="is no event's id"):
        tasks.read_again(workspace_ids=[own.workspace_id], event_id="x")


def test_a_job_knows_ids_alone(own):
    assert line.post(hello(own)).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE task_name <> 'audit.link'")
        ((name, arguments),) = cursor.fetchall()
    assert name == "intake.ingest"
    assert set(orjson.loads(arguments) if isinstance(arguments, str) else arguments) == {
        "workspace_id",
        "day",
        "event_id",
    }


def test_what_is_not_signed_is_refused_before_its_body_is_read_or_anything_looked_up(own, monkeypatch):
    monkeypatch.setattr(ownership, "of", lambda channel_id: pytest.fail("looked up"))
    content = b"x" * (4 * 1024 * 1024)

    assert line.call("POST", f"{HOOK}{own.channel_id}/", content).status_code == 401


def test_forgeries_by_the_hundred_sound_the_alarm_and_hold_up_nothing_signed(own):
    answers = line.forge_together(hello(own), forgeries.MANY)

    assert answers == [401] * forgeries.MANY + [200]
    (event,) = SecurityEvent.objects.filter(kind=forgeries.ALARM)
    assert (event.network, event.detail) == ("127.0.0.0/24", {"count": forgeries.MANY})
