"""Harm, law and danger reach a person; figures of speech do not."""

import pytest

from infinitypro.assistant.understanding import safety


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my scalp is burning and swelling since the dye", "medical"),
        ("I have chest pain", "medical"),
        ("think I'm having an allergic reaction to the lash glue", "medical"),
        ("my dog ate chocolate", "medical"),
        ("me arde mucho el cuero cabelludo", "medical"),
        ("we got food poisoning at your place", "medical"),
        ("my face is swollen since the filling", "medical"),
        ("you'll hear from my lawyer", "legal"),
        ("I'm going to sue you", "legal"),
        ("voy a poner una denuncia", "legal"),
        ("I smell gas in the flat", "urgent"),
        ("the brakes are failing while I'm driving", "urgent"),
        ("it's an emergency", "urgent"),
    ],
)
def test_what_a_person_must_see(text, expected):
    assert safety.reason(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "dying for a haircut",
        "my hair is killing me",
        "burning question: do you do perms",
        "can Sue do my nails",
        "can you stop the bleeding of the colour?",
        "is it urgent to book ahead?",
        "brake inspection please",
        "I need a cleaning, my teeth are stained",
        "where is the tennis court",
        "hot stone massage",
    ],
)
def test_figures_of_speech_are_harmless(text):
    assert safety.reason(text) is None
