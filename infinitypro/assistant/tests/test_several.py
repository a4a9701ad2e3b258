"""Several appointments in one breath, people we chose ourselves, and what is told with a reserve."""

from datetime import date, datetime

from infinitypro.assistant.moves import Answer
from infinitypro.assistant.state import Dialogue
from infinitypro.assistant.tests.memory import say
from infinitypro.assistant.writing import write
from infinitypro.assistant.writing.page import Page

JONAS, MAYA = "staff-Jonas Adeyemi", "staff-Maya Lindqvist"


def test_a_smile_at_the_beginning_is_a_greeting_and_later_on_is_none(book):
    first = say(book, "😀")
    later = say(book, "😀", say(book, "how much is a haircut?").dialogue)

    assert "help" in first.text
    assert "help" not in later.text


def test_two_appointments_keep_their_own_times(book):
    outcome = say(
        book, "a haircut with jonas on saturday at 10 and a beard trim with jonas on sunday at 12 please"
    )

    assert [row.start.strftime("%a %H:%M") for row in book.upcoming()] == ["Sat 10:00", "Sun 12:00"]
    assert outcome.dialogue.later == ()


def test_a_person_we_chose_is_not_kept_when_it_is_moved(book):
    first = say(book, "haircut on saturday at 9 please")
    say(book, "sorry, sunday at 12 instead", dialogue=first.dialogue)

    assert [(row.start.strftime("%a %H:%M"), row.staff_id) for row in book.upcoming()] == [
        ("Sun 12:00", JONAS)
    ]


def test_a_person_that_was_asked_for_is_kept_when_it_is_moved(book):
    first = say(book, "haircut with maya on saturday at 9 please")
    second = say(book, "sorry, sunday at 12 instead", dialogue=first.dialogue)

    assert [row.staff_id for row in book.upcoming()] == [MAYA]
    assert "Maya isn't working" in second.text


def test_a_likely_fact_is_told_with_a_reserve(book):
    near = Answer(topic="near", options=(Answer(topic="faq", faq_id=book.facts.faqs[0].id),))
    page = Page(facts=book.facts, language="en", now=book.now, turn=0)

    asks = write.write(results=[near], page=page, dialogue=Dialogue())

    assert asks == "other"
    assert page.text.startswith("I'm not sure")
    assert book.facts.faqs[0].answer in page.text


def test_who_cannot_come_and_names_no_other_time_is_asked_whether_to_cancel(book):
    book.add(
        service_id="haircut",
        staff_id=JONAS,
        start=datetime(2026, 3, 10, 18, tzinfo=book.facts.zone),
        is_own=True,
    )

    outcome = say(book, "so sorry but i wont be able to make it this evening, my kid is sick")

    assert outcome.dialogue.pending == "cancel"


def test_a_slip_in_one_word_of_a_name_still_names_the_service(book):
    outcome = say(book, "full coluor on saturday at 9 please")

    assert [row.service_id for row in book.upcoming()] == ["full-colour"], outcome.text


def test_sunday_spoken_of_a_monday_is_the_day_before(book):
    first = say(book, "haircut on monday at 12")
    say(book, "ok sunday at 12 then", dialogue=first.dialogue)

    assert [row.start.date() for row in book.upcoming()] == [date(2026, 3, 15)]
