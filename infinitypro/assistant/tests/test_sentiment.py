"""Moods are told from words, from tone and from irony."""

import pytest

from infinitypro.assistant.tests.businesses import SALON
from infinitypro.assistant.understanding.understand import understand


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This is a joke. I waited 40 minutes and the colour is ORANGE. I want my money back!!", "negative"),
        ("a little disappointed with my last cut, it's quite uneven at the back", "negative"),
        ("thanks for nothing", "negative"),
        ("great, another cancelled appointment", "negative"),
        ("estoy muy decepcionada con el resultado", "negative"),
        ("I love my new hair, thank you so much!", "positive"),
        ("me encantó, muchas gracias", "positive"),
        ("can I book for friday", "neutral"),
        ("what time do you close", "neutral"),
        ("no thanks", "neutral"),
    ],
)
def test_mood(text, expected):
    assert understand(text, vocabulary=SALON).sentiment == expected


def test_shouting_is_angrier_than_polite_disappointment():
    loud = understand("WORST SERVICE EVER!! I want a refund NOW", vocabulary=SALON)
    polite = understand("I'm a little disappointed with my last cut", vocabulary=SALON)
    assert loud.anger > 0.6 > 0.3 > polite.anger
