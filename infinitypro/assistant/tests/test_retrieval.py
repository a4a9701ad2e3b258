"""The business's own answers are found in other words, and not where none fits."""

import pytest

from infinitypro.assistant.tests.businesses import GARAGE, SALON
from infinitypro.assistant.understanding import retrieval
from infinitypro.assistant.understanding.understand import understand


@pytest.mark.parametrize(
    ("text", "business", "expected"),
    [
        ("do u take amex or just cash", SALON, "pay"), ("Do you do bridal hair?", SALON, "wedding"),
        ("can my puppy come along", SALON, "dog"), ("where can I leave my car", SALON, "park"),
        ("¿puedo pagar con tarjeta?", SALON, "pay"), ("my car won't start, can you tow me", GARAGE, "tow"),
    ],
)  # fmt: skip
def test_the_answer_is_found(text, business, expected):
    key, chance = understand(text, vocabulary=business).faqs[0]
    assert key == expected
    assert chance >= retrieval.FLOOR


@pytest.mark.parametrize(
    "text", ["do you have a piano in the waiting room?", "who painted the walls", "do you rent boats"]
)
def test_no_answer_where_none_fits(text):
    assert all(chance < retrieval.FLOOR for _, chance in understand(text, vocabulary=SALON).faqs)


def test_a_business_without_questions_has_no_answers():
    assert retrieval.build(()).keys == ()
