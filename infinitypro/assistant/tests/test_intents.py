"""Intents are told for businesses that training never saw, several from one message."""

import json

import pytest

from infinitypro.assistant.tests.businesses import GARAGE, SALON, SPA
from infinitypro.assistant.understanding.understand import understand


@pytest.mark.parametrize(
    ("text", "business", "expected"),
    [
        ("u still open?", SALON, "hours"),
        ("where r u", GARAGE, "location"),
        ("how much is an oil change", GARAGE, "price"),
        ("do you do paint jobs", GARAGE, "service_info"),
        ("can i get a haircut with nina", SALON, "book"),
        ("can we move my massage to friday", SPA, "reschedule"),
        ("cant make it, cancel please", SPA, "cancel"),
        ("when was my appointment again?", SALON, "my_appointments"),
        ("my tyres are flat again, I want my money back", GARAGE, "complaint"),
        ("let me talk to a human", SPA, "person"),
        ("great thanks, bye!", SALON, "thanks"),
        ("STOP", SALON, "opt_out"),
        ("delete everything you know about me", SALON, "rights_request"),
        ("can I pay by card", SALON, "faq"),
        ("a beard trim", SALON, "book"),
        ("quiero cancelar mi cita", SALON, "cancel"),
        ("¿dónde queda el local?", SALON, "location"),
        ("hola buenas", SPA, "greeting"),
        ("cancel my thursday one and book friday instead", SALON, "reschedule"),
    ],
)
def test_the_likeliest_intent(text, business, expected):
    assert understand(text, vocabulary=business).intent == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where are you and is there parking", {"location", "faq"}),
        ("how much is a haircut and how long does it take", {"price", "service_info"}),
        ("hi! what time do you close today? and how much is a cut", {"hours", "price"}),
    ],
)
def test_two_wishes_in_one_message(text, expected):
    sure = {item.name for item in understand(text, vocabulary=SALON).intents if item.confidence >= 0.5}
    assert expected <= sure


def test_asking_for_a_robot_is_not_asking_for_a_person():
    heard = understand("am I talking to a real person?", vocabulary=SALON)
    assert heard.asks_robot
    assert heard.intent != "person"


def test_the_record_can_be_kept_as_json():
    heard = understand("beard trim with omar please", vocabulary=SALON)
    assert json.loads(json.dumps(heard.as_dict()))["services"] == ["beard"]
