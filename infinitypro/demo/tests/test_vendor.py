"""The stand-in vendor over loopback: the real adapter, signed webhooks, ordered troubles, the telephone."""

from __future__ import annotations

import asyncio
import base64
import json
import multiprocessing
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from infinitypro.channels import base, types
from infinitypro.channels.errors import ChannelError
from infinitypro.channels.registry import ADAPTERS
from infinitypro.demo import vendor
from infinitypro.demo.proxy import Proxy

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

WHATSAPP = ADAPTERS["whatsapp"]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET, TOKEN, NUMBER_ID = "app-secret", "token-of-the-demo", "5550001"
CREDENTIALS = {"phone_number_id": NUMBER_ID, "access_token": TOKEN}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(check, seconds=5.0):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = check()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")


class Door:
    """Takes webhooks as the product's door does, and refuses the first few when told to."""

    def __init__(self):
        self.events, self.refusals, self.bodies, self.bad = [], 0, [], 0
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status = door.take({k.lower(): v for k, v in self.headers.items()}, body)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/whatsapp/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, headers, body):
        if not WHATSAPP.verify(secret=SECRET, headers=headers, body=body):
            self.bad += 1
            return 401
        if self.refusals:
            self.refusals -= 1
            return 503
        self.bodies.append(body)
        for entry in WHATSAPP.entries(body=json.loads(body)):
            assert (entry.scope, entry.external_id) == ("channel", NUMBER_ID)
            result = WHATSAPP.parse(payload=entry.payload, received_at=NOW)
            assert result.unknown == ()
            self.events.extend(result.events)
        return 200

    def of(self, kind):
        return [event for event in list(self.events) if isinstance(event, kind)]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def shared_door():
    door = Door()
    yield door
    door.close()


@pytest.fixture(scope="module")
def base_url(shared_door):
    settings = vendor.Settings(
        phone_number_id=NUMBER_ID,
        access_token=TOKEN,
        app_secret=SECRET,
        webhook_url=shared_door.url,
        port=free_port(),
        delivered_after=0.02,
        read_after=0.05,
    )
    process = multiprocessing.get_context("spawn").Process(target=vendor.serve, args=(settings,))
    process.start()
    wait_for(lambda: _answers(settings.base_url), 15)
    yield settings.base_url
    process.terminate()
    process.join(5)
    assert process.exitcode == 0


def _answers(url):
    try:
        return httpx.get(f"{url}/__control", trust_env=False).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture
def door(shared_door, base_url):
    # Statuses of the test before may still be under way.
    wait_for(lambda: control(base_url)["webhooks"]["waiting"] == 0, 10)
    shared_door.events.clear()
    shared_door.bodies.clear()
    shared_door.refusals = 0
    yield shared_door
    control(base_url, clear=True)


def control(base_url, **wish):
    return httpx.post(f"{base_url}/__control", json=wish, trust_env=False).json()


def page(base_url, path, **body):
    url = f"{base_url}/demo/phone/{path}"
    return httpx.post(url, json=body, trust_env=False) if body else httpx.get(url, trust_env=False)


def customers(base_url):
    return {found["name"]: found for found in page(base_url, "state").json()["customers"]}


def send(base_url, phone="+12125550171", **outgoing):
    return WHATSAPP.send(
        credentials=CREDENTIALS,
        recipient=types.Recipient((types.Address("phone", phone),)),
        outgoing=types.Outgoing(**outgoing),
        base_url=base_url,
        client=base.http(),
    )


def chat(base_url, name="Alex Rivera"):
    key = customers(base_url)[name]["key"]
    return page(base_url, f"messages?customer={key}").json()["items"]


def test_a_text_is_taken_and_its_statuses_come_back(base_url, door):
    sent = send(base_url, text="See you at three.", callback_data="m-17")

    receipts = wait_for(lambda: len(door.of(types.Receipt)) == 2 and door.of(types.Receipt))
    assert {(r.vendor_id, r.status, r.callback_data) for r in receipts} == {
        (sent.vendor_id, "sent", "m-17"),
        (sent.vendor_id, "delivered", "m-17"),
    }
    assert sent.learned == (types.Address("phone", "+12125550171"),)
    assert chat(base_url)[-1]["text"] == "See you at three."


def test_someone_without_a_number_is_reached_by_their_id(base_url, door):
    key = customers(base_url)["Noa Levi"]["key"]
    page(base_url, "send", customer=key, text="Hello")
    [inbound] = wait_for(lambda: door.of(types.InboundMessage))
    assert [a.kind for a in inbound.sender.addresses] == ["whatsapp_user"]
    assert (inbound.sender.name, inbound.sender.username) == ("Noa Levi", "noa.levi")

    sent = WHATSAPP.send(
        credentials=CREDENTIALS,
        recipient=types.Recipient(inbound.sender.addresses),
        outgoing=types.Outgoing(text="Hi Noa"),
        base_url=base_url,
        client=base.http(),
    )

    assert sent.learned == inbound.sender.addresses
    assert chat(base_url, "Noa Levi")[-1]["text"] == "Hi Noa"


def test_buttons_and_lists_arrive_and_can_be_tapped(base_url, door):
    send(base_url, text="When?", buttons=(types.Button("a", "10:00"), types.Button("b", "11:00")))
    menu = types.ListMenu("See times", (types.Row("r1", "Saturday", "with Maya"),))
    list_id = send(base_url, text="Which day?", menu=menu).vendor_id
    buttons, rows = chat(base_url)[-2:]
    assert [choice["title"] for choice in buttons["buttons"]] == ["10:00", "11:00"]
    assert rows["menu"]["button"] == "See times"

    key = customers(base_url)["Alex Rivera"]["key"]
    page(
        base_url,
        "send",
        customer=key,
        kind="reply",
        is_list=True,
        id="r1",
        title="Saturday",
        reply_to=list_id,
    ).raise_for_status()

    [tapped] = wait_for(lambda: door.of(types.InboundMessage))
    assert (tapped.kind, tapped.choice.id, tapped.reply_to) == ("reply", "r1", list_id)


def test_a_template_must_exist(base_url, door):
    known = types.Template("appointment_reminder", "en_US", ("Alex", "3 pm"))
    send(base_url, template=known)
    assert chat(base_url)[-1]["text"] == "appointment reminder · Alex · 3 pm"

    with pytest.raises(ChannelError) as caught:
        send(base_url, template=types.Template("nobody_knows_me", "en_US"))

    assert (caught.value.code, caught.value.permanent) == ("132001", True)


@pytest.mark.parametrize(
    ("order", "code", "permanent", "wait"),
    [
        ({"status": 500}, "http_500", False, None),
        ({"status": 500, "code": 131000}, "131000", False, None),
        ({"status": 400, "code": 131047}, "131047", True, None),
        ({"status": 429, "code": 130429, "retry_after": 7}, "130429", False, timedelta(seconds=7)),
        ({"status": 400, "code": 131056}, "131056", False, timedelta(seconds=6)),
        ({"status": 401, "code": 190}, "190", True, None),
        ({"status": 400, "code": 987654}, "987654", True, None),
        ({"status": 503, "code": 987654}, "987654", False, None),
    ],
)
def test_ordered_failures_become_errors_that_say_whether_to_try_again(
    base_url, door, order, code, permanent, wait
):
    control(base_url, fail=[order])

    with pytest.raises(ChannelError) as caught:
        send(base_url, text="x")

    error = caught.value
    assert (error.code, error.permanent, error.retry_after) == (code, permanent, wait)
    assert error.sentence.endswith(".")
    assert send(base_url, text="y").vendor_id


def test_a_lost_answer_says_that_the_message_may_have_arrived(base_url, door):
    control(base_url, fail=[{"loses_answer": True}])

    with pytest.raises(ChannelError) as caught:
        send(base_url, text="Only once", callback_data="m-9")

    assert (caught.value.permanent, caught.value.may_have_arrived) == (False, True)
    receipts = wait_for(lambda: door.of(types.Receipt))
    assert receipts[0].callback_data == "m-9"


def test_a_message_can_fail_later(base_url, door):
    control(base_url, fail=[{"later": True, "code": 131026}])

    send(base_url, text="x")

    [receipt] = wait_for(lambda: door.of(types.Receipt))
    assert (receipt.status, receipt.problem.code, receipt.problem.permanent) == ("failed", "131026", True)


def test_nobody_there_is_not_a_message_that_may_have_arrived():
    with pytest.raises(ChannelError) as caught:
        send(f"http://127.0.0.1:{free_port()}", text="x")

    assert (caught.value.code, caught.value.may_have_arrived) == ("unreachable", False)


def test_a_wrong_token_is_refused(base_url):
    with pytest.raises(ChannelError) as caught:
        WHATSAPP.test(
            credentials={**CREDENTIALS, "access_token": "wrong"}, base_url=base_url, client=base.http()
        )

    assert (caught.value.code, caught.value.permanent) == ("190", True)


def test_the_number_says_how_it_is(base_url):
    health = WHATSAPP.test(credentials=CREDENTIALS, base_url=base_url, client=base.http())

    assert (health.address, health.quality, health.is_ready) == ("+12125550142", "GREEN", True)


def test_a_picture_reaches_the_product_whole(base_url, door):
    key = customers(base_url)["Alex Rivera"]["key"]
    data = base64.b64encode(PIXEL).decode()
    page(
        base_url, "send", customer=key, kind="image", data=data, mime_type="image/png", caption="My hair"
    ).raise_for_status()
    [inbound] = wait_for(lambda: door.of(types.InboundMessage))

    same = {"credentials": CREDENTIALS, "media": inbound.media, "base_url": base_url, "client": base.http()}
    assert WHATSAPP.fetch_media(**same, limit=1000) == PIXEL
    with pytest.raises(ChannelError) as caught:
        WHATSAPP.fetch_media(**same, limit=20)

    assert (inbound.kind, inbound.text, inbound.media.mime_type) == ("image", "My hair", "image/png")
    assert caught.value.code == "too_large"
    assert page(base_url, f"media/{inbound.media.vendor_id}").content == PIXEL


def test_a_page_a_customer_sent_is_only_ever_a_download(base_url, door):
    key = customers(base_url)["Alex Rivera"]["key"]
    data = base64.b64encode(b"<script>alert(1)</script>").decode()
    shown = page(
        base_url, "send", customer=key, kind="document", data=data, mime_type="text/html", filename="a.html"
    ).json()

    answer = page(base_url, f"media/{shown['file']}")

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


def test_an_upload_can_be_sent(base_url, door):
    answer = httpx.post(
        f"{base_url}/v23.0/{NUMBER_ID}/media",
        headers={"authorization": f"Bearer {TOKEN}"},
        data={"messaging_product": "whatsapp"},
        files={"file": ("a.png", PIXEL, "image/png")},
        trust_env=False,
    )

    send(base_url, media=types.OutgoingMedia(kind="image", vendor_id=answer.json()["id"], caption="Us"))

    shown = chat(base_url)[-1]
    assert (shown["kind"], shown["text"], shown["mime_type"]) == ("image", "Us", "image/png")


def test_a_door_that_refuses_is_asked_again(base_url, door):
    door.refusals = 2
    key = customers(base_url)["Alex Rivera"]["key"]

    page(base_url, "send", customer=key, text="Anyone?")

    [inbound] = wait_for(lambda: door.of(types.InboundMessage))
    assert inbound.text == "Anyone?"
    assert door.bad == 0


def test_reading_and_typing_show_on_the_telephone(base_url, door):
    key = customers(base_url)["Sam Okafor"]["key"]
    page(base_url, "send", customer=key, text="Hi")
    [inbound] = wait_for(lambda: door.of(types.InboundMessage))
    with httpx.stream("GET", f"{base_url}/demo/phone/events?customer={key}", trust_env=False) as stream:
        lines = stream.iter_lines()
        WHATSAPP.mark_read(
            credentials=CREDENTIALS,
            vendor_id=inbound.vendor_id,
            typing=True,
            base_url=base_url,
            client=base.http(),
        )
        until = next(line for line in lines if line == 'data: {"typing":true}')
        send(base_url, "+12125550172", text="Hello Sam")
        answer = next(line for line in lines if "Hello Sam" in line)

    assert until
    assert json.loads(answer.removeprefix("data: "))["mine"] is False
    assert chat(base_url, "Sam Okafor")[0]["status"] == "read"
    wait_for(lambda: any(r.status == "read" for r in door.of(types.Receipt)))


def test_a_chat_that_nobody_looks_at_is_not_read(base_url, door):
    key = customers(base_url)["Sam Okafor"]["key"]
    with httpx.stream("GET", f"{base_url}/demo/phone/events?customer={key}", trust_env=False) as stream:
        next(stream.iter_lines())
    time.sleep(0.3)

    sent = send(base_url, "+12125550172", text="Are you there?")

    wait_for(lambda: control(base_url)["webhooks"]["waiting"] == 0)
    assert {r.status for r in door.of(types.Receipt) if r.vendor_id == sent.vendor_id} == {
        "sent",
        "delivered",
    }
    with httpx.stream("GET", f"{base_url}/demo/phone/events?customer={key}", trust_env=False) as stream:
        next(stream.iter_lines())
        wait_for(lambda: any(r.status == "read" for r in door.of(types.Receipt)))


@pytest.mark.parametrize(
    "outgoing",
    [
        {"text": ""},
        {"text": "x" * 4097},
        {"text": "x", "buttons": tuple(types.Button(str(i), str(i)) for i in range(4))},
        {"text": "x", "buttons": (types.Button("a", "y" * 21),)},
        {"text": "x", "menu": types.ListMenu("Open", ())},
    ],
)
def test_what_meta_would_refuse_is_never_sent(outgoing):
    with pytest.raises(ChannelError) as caught:
        send("http://127.0.0.1:1", **outgoing)

    assert (caught.value.code, caught.value.permanent) == ("does_not_fit", True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("customers", {"name": "X", "phone": "12"}),
        ("customers", {"name": "", "phone": "+12125550199"}),
        ("customers", {"name": "X", "phone": "+12125550199", "username": "abc"}),
        ("send", {"customer": "nobody", "text": "hi"}),
        ("send", {"customer": "nobody", "kind": "spell"}),
    ],
)
def test_the_telephone_says_what_is_wrong(base_url, path, body):
    answer = page(base_url, path, **body)

    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


def test_another_site_cannot_post_without_asking(base_url):
    answer = httpx.post(
        f"{base_url}/demo/phone/send",
        content=b'{"customer": "x"}',
        headers={"content-type": "text/plain"},
        trust_env=False,
    )

    assert (answer.status_code, answer.json()["error"]) == (400, "Send JSON.")


def test_the_vendor_answers_to_its_own_name_only(base_url):
    answer = httpx.get(f"{base_url}/__journal", headers={"host": "evil.example:80"}, trust_env=False)

    assert answer.status_code == 421


def test_the_main_site_forwards_the_telephone_and_ends_streams_at_once(base_url):
    async def scenario():
        proxy = Proxy(base_url)
        state = await call(proxy, "state")
        key = json.loads(state[1]["body"])["customers"][0]["key"]
        stream = asyncio.create_task(call(proxy, "events", f"customer={key}"))
        await asyncio.sleep(0.3)
        assert not stream.done()
        proxy.close()
        return state[0]["status"], await asyncio.wait_for(stream, 1)

    status, events = asyncio.run(scenario())

    assert status == 200
    assert events[0]["status"] == 200
    assert events[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


async def call(app, path, query=""):
    sent, asked = [], asyncio.Event()

    async def receive():
        if not asked.is_set():
            asked.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.Event().wait()

    async def send_event(event):
        sent.append(event)

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/demo/phone/{path}",
        "query_string": query.encode(),
        "headers": [],
    }
    await app(scope, receive, send_event)
    return sent


def test_the_proxy_leaves_the_page_to_the_main_site():
    assert not Proxy.takes("/demo/phone/")
    assert Proxy.takes("/demo/phone/events")
    assert not Proxy.takes("/demo/phoney")


def test_a_vendor_that_is_not_there_yet_is_said_so():
    sent = asyncio.run(call(Proxy(f"http://127.0.0.1:{free_port()}"), "state"))

    assert sent[0]["status"] == 502
    assert b"Try again" in sent[1]["body"]


def test_speed_of_a_send(base_url, door):
    send(base_url, text="warm")
    started = time.process_time()
    for _ in range(50):
        send(base_url, "+12125550999", text="x")
    spent = (time.process_time() - started) / 50

    assert spent < 0.01
