"""The stand-in vendor over loopback: the real adapter, signed webhooks, ordered troubles."""

from __future__ import annotations

import time
from datetime import timedelta

import httpx
import pytest

from infinitypro.channels import base, types
from infinitypro.channels.errors import ChannelError
from infinitypro.demo.tests.peer import (
    CREDENTIALS,
    NUMBER_ID,
    PIXEL,
    TOKEN,
    WHATSAPP,
    chat,
    control,
    free_port,
    send,
    wait_for,
)

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


def test_a_text_is_taken_and_its_statuses_come_back(base_url, door):
    sent = send(base_url, text="See you at three.", callback_data="m-17")

    receipts = wait_for(lambda: len(door.of(types.Receipt)) == 2 and door.of(types.Receipt))
    assert {(r.vendor_id, r.status, r.callback_data) for r in receipts} == {
        (sent.vendor_id, "sent", "m-17"),
        (sent.vendor_id, "delivered", "m-17"),
    }
    assert sent.learned == (types.Address("phone", "+12125550171"),)
    assert chat(base_url)[-1]["text"] == "See you at three."


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


def test_speed_of_a_send(base_url, door):
    send(base_url, text="warm")
    started = time.process_time()
    for _ in range(50):
        send(base_url, "+12125550999", text="x")
    spent = (time.process_time() - started) / 50

    assert spent < 0.01
