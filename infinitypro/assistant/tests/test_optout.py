"""A stop is heard in any wording and several languages; ordinary talk with the same words is none."""

from pathlib import Path

import pytest

from infinitypro.assistant.evaluation import optout as evaluation
from infinitypro.assistant.understanding import optout

_SHARED = Path(__file__).parents[3].parent / "shared" / "eval" / "optout.jsonl"


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop!!!",
        "Stoppp",
        "stop please",
        "STOP STOP",
        "unsubcribe",
        "END",
        "quit",
        "Cancel",
        "opt me out please",
        "stop spamming me",
        "no more promos",
        "lose my number",
        "please remove me from your mailing list",
        "I no longer wish to receive messages from you",
        "can you stop texting me",
        "wrong number, stop texting",
        "quítenme de su lista",
        "no deseo recibir más mensajes",
        "paren de mandar mensajes",
        "ne m'écrivez plus",
        "plus de messages s'il vous plaît",
        "schreibt mir nicht mehr",
        "bitte abmelden",
        "non scrivetemi più",
        "não quero mais receber mensagens",
        "geen berichten meer",
    ],
)
def test_a_stop_is_heard(text):
    assert optout.is_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "cancel please",
        "can I cancel",
        "stop the reminders for tuesday",
        "don't stop texting me, i love it",
        "full stop",
        "please don't text me before 8am",
        "don't call me, text me",
        "what's the last stop on the bus",
        "nonstop",
        "can i stop by tomorrow",
        "please remove my appointment",
        "don't forget to message me",
        "no more than $50",
        "why did you stop texting me",
        "take 2 inches off the sides",
        "hold on, stop, I meant 3pm",
        "END time?",
        "please cancel my membership",
        "baja un poco el precio",
        "je veux arrêter mon rendez-vous",
        "Ende März",
        "",
        "non posso più venire",
        "the message you sent is wrong",
    ],
)
def test_ordinary_talk_is_no_stop(text):
    assert not optout.is_stop(text)


@pytest.mark.parametrize("text", ["START", "unstop", "Subscribe please", "opt me back in", "darme de alta"])
def test_a_start_is_heard(text):
    assert optout.is_start(text)


@pytest.mark.parametrize("text", ["when does it start", "don't text me again", "start at 5"])
def test_ordinary_talk_is_no_start(text):
    assert not optout.is_start(text)


@pytest.mark.skipif(not _SHARED.exists(), reason="the shared evaluation files are not here")
def test_the_shared_set_is_told_apart_wholly():
    assert evaluation.evaluate(test=_SHARED)["accuracy"] == 1.0
