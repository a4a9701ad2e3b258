"""What goes over the wire to Meta, and what its answers mean."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from infinitypro.channels import types
from infinitypro.channels.adapters.whatsapp import access, problems
from infinitypro.channels.errors import ChannelError
from infinitypro.channels.registry import ADAPTERS

WHATSAPP = ADAPTERS["whatsapp"]
SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "whatsapp_api"
PHONE = types.Address("phone", "+16505551234")
USER = types.Address("whatsapp_user", "US.13491208655302741918")
CREDENTIALS = {"phone_number_id": "777", "access_token": "secret-token"}
SENT = {"messages": [{"id": "wamid.1"}], "contacts": [{"input": "x", "wa_id": "16505551234"}]}


def send(outgoing, *addresses, answer=None, credentials=CREDENTIALS):
    seen = []

    def handle(request):
        seen.append(request)
        return answer if answer is not None else httpx.Response(200, json=SENT)

    client = httpx.Client(transport=httpx.MockTransport(handle))
    sent = WHATSAPP.send(
        credentials=credentials,
        recipient=types.Recipient(addresses or (PHONE,)),
        outgoing=outgoing,
        base_url="https://graph.facebook.com/",
        client=client,
    )
    return sent, seen[0]


def body(outgoing, *addresses):
    return json.loads(send(outgoing, *addresses)[1].content)


def test_a_text_is_sent_as_meta_documents_it():
    sent, request = send(types.Outgoing(text="Hello", reply_to="wamid.0", callback_data="m-1"))

    assert sent == types.Sent("wamid.1", (PHONE,))
    assert str(request.url) == "https://graph.facebook.com/v23.0/777/messages"
    assert request.headers["authorization"] == "Bearer secret-token"
    assert json.loads(request.content) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+16505551234",
        "type": "text",
        "text": {"body": "Hello", "preview_url": False},
        "context": {"message_id": "wamid.0"},
        "biz_opaque_callback_data": "m-1",
    }


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("restfb_send-message-phone-only", (PHONE,)),
        ("restfb_send-message-recipient-only", (USER,)),
        ("restfb_send-message-to-and-recipient", (PHONE, USER)),
    ],
)
def test_a_recipient_is_named_as_in_the_samples(name, addresses):
    sample = json.loads((SAMPLES / f"{name}.json").read_text())

    made = body(types.Outgoing(text=sample["text"]["body"]), *addresses)

    assert {key: made.get(key) for key in ("to", "recipient")} == {
        key: sample.get(key) for key in ("to", "recipient")
    }


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
@pytest.mark.parametrize(
    ("name", "learned"),
    [
        ("restfb_message-response", (types.Address("phone", "+123456789"),)),
        ("restfb_message-response-bsuid", (USER,)),
        ("restfb_message-response-phone-precedence", (PHONE,)),
        ("restfb_message-response-group", ()),
    ],
)
def test_an_answer_tells_addresses(name, learned):
    sample = json.loads((SAMPLES / f"{name}.json").read_text())

    sent, _ = send(types.Outgoing(text="x"), answer=httpx.Response(200, json=sample))

    assert sent == types.Sent("wamid.foobar", learned)


def test_choices_are_built():
    menu = types.ListMenu("Times", (types.Row("a", "10:00", "with Maya"), types.Row("b", "11:00")))
    buttons = (types.Button("y", "Yes"),)

    assert body(types.Outgoing(text="When?", menu=menu))["interactive"] == {
        "type": "list",
        "body": {"text": "When?"},
        "action": {
            "button": "Times",
            "sections": [
                {
                    "title": "Times",
                    "rows": [
                        {"id": "a", "title": "10:00", "description": "with Maya"},
                        {"id": "b", "title": "11:00"},
                    ],
                }
            ],
        },
    }
    assert body(types.Outgoing(text="Sure?", buttons=buttons))["interactive"]["action"] == {
        "buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]
    }


def test_a_template_a_file_and_a_place_are_built():
    template = types.Template("reminder", "en_US", ("Alex",))
    media = types.OutgoingMedia(kind="document", vendor_id="9", caption="c", filename="f.pdf")
    place = types.Location(latitude=1.5, longitude=2.5, name="Here")

    assert body(types.Outgoing(template=template))["template"] == {
        "name": "reminder",
        "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "Alex"}]}],
    }
    assert body(types.Outgoing(media=media))["document"] == {"id": "9", "caption": "c", "filename": "f.pdf"}
    assert body(types.Outgoing(location=place))["location"] == {
        "latitude": 1.5,
        "longitude": 2.5,
        "name": "Here",
    }


def test_someone_without_an_address_cannot_be_sent_to():
    with pytest.raises(ChannelError) as caught:
        send(types.Outgoing(text="x"), types.Address("email", "a@example.com"))

    assert (caught.value.code, caught.value.permanent) == ("no_address", True)


def test_a_channel_without_a_token_says_what_is_missing():
    with pytest.raises(ChannelError) as caught:
        send(types.Outgoing(text="x"), credentials={"phone_number_id": "777"})

    assert caught.value.sentence == "This channel has no access token yet."


@pytest.mark.parametrize(
    ("answer", "code", "permanent", "may_have_arrived"),
    [
        (httpx.Response(200, json={"messages": []}), "no_id", False, True),
        (httpx.Response(200, text="<html>"), "http_200", False, True),
        (httpx.Response(502, text="bad gateway"), "http_502", False, True),
        (httpx.Response(403, text="no"), "http_403", True, False),
        (httpx.Response(429, text=""), "http_429", False, False),
        (httpx.Response(302, headers={"location": "https://evil.example"}), "http_302", True, False),
        (httpx.Response(400, json={"error": {"code": 131009, "is_transient": True}}), "131009", False, False),
        (httpx.Response(400, json={"error": {"code": 2}}), "2", False, False),
        (httpx.Response(400, json={"error": "no object"}), "http_400", True, False),
        (httpx.Response(400, json=[1]), "http_400", True, False),
    ],
)
def test_odd_answers_are_judged(answer, code, permanent, may_have_arrived):
    with pytest.raises(ChannelError) as caught:
        send(types.Outgoing(text="x"), answer=answer)

    error = caught.value
    assert (error.code, error.permanent, error.may_have_arrived) == (code, permanent, may_have_arrived)


def test_a_connection_that_breaks_may_have_delivered():
    def fail(request):
        raise httpx.ReadError("broken")

    with pytest.raises(ChannelError) as caught:
        WHATSAPP.send(
            credentials=CREDENTIALS,
            recipient=types.Recipient((PHONE,)),
            outgoing=types.Outgoing(text="x"),
            base_url="https://graph.facebook.com",
            client=httpx.Client(transport=httpx.MockTransport(fail)),
        )

    assert (caught.value.permanent, caught.value.may_have_arrived) == (False, True)


def test_every_problem_is_one_or_two_plain_sentences():
    for code, (sentence, _) in problems.PROBLEMS.items():
        assert sentence.endswith("."), code
        assert code not in sentence
        assert len(sentence) <= 110, code


def test_a_code_nobody_knows_keeps_meta_s_words():
    found = WHATSAPP.problem(code="999999", detail="Something new.")

    assert found == types.Problem("999999", "WhatsApp reports: Something new.", True)


def test_secrets_stay_out_of_what_is_printed():
    assert "secret-token" not in repr(access.read({**CREDENTIALS, "app_secret": "secret-token"}))
    with pytest.raises(ChannelError) as caught:
        send(types.Outgoing(text="x"), answer=httpx.Response(400, json={"error": {"code": 190}}))
    assert "secret-token" not in repr(caught.value)
