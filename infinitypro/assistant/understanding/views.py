"""A text as the encoder and as the word counts should see it, depending on its language."""

from infinitypro.assistant.understanding import gloss


def for_encoder(text: str, language: str) -> str:
    """English stays; Spanish is glossed, for the encoder has read English only."""
    return gloss.english(text) if language == "es" else text


def for_words(text: str, language: str) -> str:
    """The text itself, and with Spanish its gloss beside it, so that what was learnt in English counts too."""
    return f"{text} {gloss.english(text)}" if language == "es" else text
