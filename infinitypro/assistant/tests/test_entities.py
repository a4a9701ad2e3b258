"""Services, people, names and numbers are found as customers write them, and nothing that is not offered."""

import pytest

from infinitypro.assistant.tests.businesses import GARAGE, SALON, SPA
from infinitypro.assistant.understanding import people
from infinitypro.assistant.understanding.understand import understand


@pytest.mark.parametrize(
    ("text", "business", "expected"),
    [
        ("can i get a hiarcut", SALON, ("cut",)),
        ("two hair cuts please", SALON, ("cut",)),
        ("trim my beard", SALON, ("beard",)),
        ("get my beard done", SALON, ("beard",)),
        ("blow dry", SALON, ("dry",)),
        ("blowdry tomorrow", SALON, ("dry",)),
        ("a cut for my son", SALON, ("kids",)),
        ("quiero un corte de pelo", SALON, ("cut",)),
        ("change the oil of my car", GARAGE, ("oil",)),
        ("cuánto cuesta el cambio de aceite", GARAGE, ("oil",)),
        ("a cut and a beard trim", SALON, ("cut", "beard")),
        ("swedish please", SPA, ("swedish",)),
    ],
)
def test_services(text, business, expected):
    assert understand(text, vocabulary=business).services == expected


def test_words_that_do_not_choose_give_options():
    heard = understand("how much is a massage", vocabulary=SPA)
    assert heard.services == ()
    assert set(heard.service_options) == {"deep", "swedish"}


@pytest.mark.parametrize(
    ("text", "business", "expected"),
    [
        ("how much for a gel manicure", SALON, "gel manicure"),
        ("price of a new clutch?", GARAGE, "new clutch"),
        ("do you do hot stone?", SPA, "hot stone"),
        ("how much is a haircut", SALON, None),
        ("I'd like an appointment", SALON, None),
        ("do you do weddings?", SALON, None),
    ],
)
def test_what_is_not_offered_stays_unknown(text, business, expected):
    heard = understand(text, vocabulary=business)
    assert heard.unknown_service == expected


@pytest.mark.parametrize(
    ("text", "business", "staff", "excluded", "anyone"),
    [
        ("cut w nina", SALON, ("nina",), (), False),
        ("with Nnia please", SALON, ("nina",), (), False),
        ("not omar please", SALON, (), ("omar",), False),
        ("anyone but omar", SALON, (), ("omar",), True),
        ("will you be open", SALON, (), (), False),
        ("with will", SALON, ("will",), (), False),
        ("dr lee please", SPA, ("lee",), (), False),
        ("whoever is free", SPA, (), (), True),
        ("cualquiera", SPA, (), (), True),
        ("is omar's chair free", SALON, ("omar",), (), False),
    ],
)
def test_people_of_the_business(text, business, staff, excluded, anyone):
    heard = understand(text, vocabulary=business)
    assert (heard.staff, heard.excluded_staff, heard.any_staff) == (staff, excluded, anyone)


@pytest.mark.parametrize(
    ("text", "expecting", "expected"),
    [
        ("its rui", None, "Rui"),
        ("my name is Tom Becker", None, "Tom Becker"),
        ("soy Carmen", None, "Carmen"),
        ("Tom Becker", "name", "Tom Becker"),
        ("Tom Becker", None, None),
        ("Ana María López", "name", "Ana María López"),
        ("im late", None, None),
        ("I'm disappointed", None, None),
        ("it's urgent", None, None),
        ("no thanks", "name", None),
        ("why?", "name", None),
        ("i'm Tom and i need a cut", None, "Tom"),
        ("name's Ben, 3 people", None, "Ben"),
    ],
)
def test_the_customers_name(text, expecting, expected):
    assert people.name(text, expecting=expecting) == expected


@pytest.mark.parametrize(
    ("text", "expecting", "expected"),
    [
        ("table for 4", None, 4),
        ("party of six", None, 6),
        ("me and my son", None, 2),
        ("for 2 hours", None, None),
        ("somos cuatro", None, 4),
        ("4", "party", 4),
        ("just me", "party", 1),
        ("for 3 people", None, 3),
        ("hello", "party", None),
    ],
)
def test_how_many(text, expecting, expected):
    assert people.count(text, expecting=expecting) == expected


def test_contact_details():
    text = "I'm at A.b+c@ex.co.uk or 212 555 0142"
    assert people.email(text) == "a.b+c@ex.co.uk"
    assert people.phone(text, region="US") == "+12125550142"
    assert people.phone(text, region=None) is None
