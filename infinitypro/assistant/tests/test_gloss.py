"""Spanish is put into English also where a word stands in another form than in the glossary."""

import pytest

from infinitypro.assistant.understanding import gloss


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("¿tengo que desvestirme?", "must take off clothes"),
        ("alumnas nativas", "student native"),
        ("¿enseñáis?", "teach"),
        ("a o y", "a or and"),
    ],
)
def test_forms_of_known_words_are_known(text, english):
    assert gloss.english(text) == english
