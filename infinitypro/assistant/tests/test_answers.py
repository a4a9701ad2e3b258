"""Short answers are read for what was asked."""

import pytest

from infinitypro.assistant.understanding import answers


@pytest.mark.parametrize(
    "text",
    ["yes", "yep", "sí, perfecto", "yes that's right", "ok", "no problem, yes", "👍", "go ahead", "si porfa"],
)
def test_yes(text):
    assert answers.read(text, expecting="confirm").yes is True


@pytest.mark.parametrize(
    "text", ["no", "no thanks", "nah", "not really", "nope forget it", "that's not right", "hmm not really"]
)
def test_no(text):
    assert answers.read(text, expecting="confirm").yes is False


@pytest.mark.parametrize(
    "text", ["ok what about 10:45", "yes but make it 9", "please stop", "where are you", "is it yes or no?"]
)
def test_neither(text):
    assert answers.read(text, expecting="confirm").yes is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the first one", 0),
        ("the second", 1),
        ("la primera", 0),
        ("the later one", -1),
        ("1", 0),
        ("option 3 please", 2),
    ],
)
def test_a_choice_among_what_was_offered(text, expected):
    assert answers.read(text, expecting="slot").choice == expected


@pytest.mark.parametrize("text", ["tomorrow", "first time here, want a cut", "I need 2 of them"])
def test_no_choice(text):
    assert answers.read(text, expecting="slot").choice is None


@pytest.mark.parametrize(
    "text", ["whoever", "no preference", "cualquiera", "either is fine", "doesn't matter"]
)
def test_any_of_them(text):
    assert answers.read(text, expecting="staff").any_choice


@pytest.mark.parametrize(
    "text", ["never mind", "no wait, forget it", "olvídalo", "I need to check with my wife first"]
)
def test_giving_up(text):
    assert answers.read(text, expecting="confirm").abandons
