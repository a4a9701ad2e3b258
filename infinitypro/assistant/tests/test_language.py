"""Short texts show their language, or that they show none."""

import pytest

from infinitypro.assistant.understanding import language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what time do you close", "en"),
        ("¿a qué hora cierran?", "es"),
        ("cuanto cuesta un corte", "es"),
        ("sí, perfecto", "es"),
        ("yep that's right", "en"),
        ("ok", None),
        ("3pm", None),
        ("Ana María López", None),
        ("👍", None),
        ("y", None),
        ("mañana a las 4", "es"),
        ("hola", "es"),
        ("no", None),
    ],
)
def test_the_language_of_a_text(text, expected):
    assert language.detect(text) == expected


def test_a_text_that_shows_none_is_in_the_conversations():
    assert language.of("ok", fallback="es") == "es"
    assert language.of("ok", fallback=None) == "en"
