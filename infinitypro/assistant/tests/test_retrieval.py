"""The business's own answers are found in other words, and not where none fits."""

from dataclasses import replace

import pytest

from infinitypro.assistant.tests.businesses import GARAGE, SALON
from infinitypro.assistant.understanding import retrieval
from infinitypro.assistant.understanding.understand import understand
from infinitypro.assistant.understanding.vocabulary import FaqWords


@pytest.mark.parametrize(
    ("text", "business", "expected"),
    [
        ("do u take amex or just cash", SALON, "pay"),
        ("Do you do bridal hair?", SALON, "wedding"),
        ("can my puppy come along", SALON, "dog"),
        ("where can I leave my car", SALON, "park"),
        ("¿puedo pagar con tarjeta?", SALON, "pay"),
        ("my car won't start, can you tow me", GARAGE, "tow"),
    ],
)
def test_the_answer_is_found(text, business, expected):
    key, chance = understand(text, vocabulary=business).faqs[0]
    assert key == expected
    assert chance >= retrieval.SURE


@pytest.mark.parametrize(
    "text", ["do you have a piano in the waiting room?", "who painted the walls", "do you rent boats"]
)
def test_no_answer_where_none_fits(text):
    assert all(chance < retrieval.SURE for _, chance in understand(text, vocabulary=SALON).faqs)


def test_a_business_without_questions_has_no_answers():
    assert retrieval.index_for(()).keys == ()


@pytest.mark.parametrize("text", ["are the tools sterilised between clients?", "how hygienic is it at yours"])
def test_other_words_for_the_same_matter_find_the_fact(text):
    clean = FaqWords("clean", "How do you clean your things?", "Everything goes through an autoclave.")
    late = FaqWords("late", "What if I am late?", "We wait ten minutes.")
    business = replace(SALON, faqs=(late, clean))

    key, chance = understand(text, vocabulary=business).faqs[0]

    assert key == "clean"
    assert chance >= retrieval.SURE


def test_a_booking_asks_for_no_fact():
    about = FaqWords("about", "", "Cuts, colour and beards since 2014.")
    business = replace(SALON, faqs=(*SALON.faqs, about))

    found = understand("a haircut on friday at 3 with maya please", vocabulary=business)

    assert found.intent == "book"
    assert all(chance < retrieval.SURE for _, chance in found.faqs)
