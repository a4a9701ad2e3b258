"""The telephone's side of the stand-in, and the main site's way to it."""

from __future__ import annotations

import asyncio
import base64
import json
import time

import httpx
import pytest

from infinitypro.channels import base, types
from infinitypro.channels.errors import ChannelError
from infinitypro.demo.proxy import Proxy
from infinitypro.demo.tests.peer import (
    CREDENTIALS,
    PIXEL,
    WHATSAPP,
    chat,
    control,
    customers,
    free_port,
    page,
    send,
    wait_for,
)

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


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
        events = await asyncio.wait_for(stream, 1)
        later = await call(proxy, "events", f"customer={key}")
        return state[0]["status"], events, later[0]["status"]

    status, events, later = asyncio.run(scenario())

    assert (status, later) == (200, 503)
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
