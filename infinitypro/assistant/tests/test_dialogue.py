"""The parts of the dialogue by themselves: wishes, finding times, the state that is kept, the last check."""

from datetime import date, datetime, time, timedelta

import pytest

from infinitypro.assistant import check, compose, explaining, seeking
from infinitypro.assistant.compose import ContactView
from infinitypro.assistant.diary import Slot
from infinitypro.assistant.moves import Answer, Tell
from infinitypro.assistant.state import Dialogue
from infinitypro.assistant.tests.memory import say
from infinitypro.assistant.wish import Wish, read_hour
from infinitypro.assistant.writing import english, phrases, spanish, write
from infinitypro.assistant.writing.page import Claim, Page

TUESDAY = date(2026, 3, 10)
SATURDAY = date(2026, 3, 14)


def person(name):
    return f"staff-{name}"


JONAS, MAYA = person("Jonas Adeyemi"), person("Maya Lindqvist")


def seek(book, **wish):
    return seeking.seek(facts=book.facts, diary=book, now=book.now, wish=Wish(**wish))


# ---- what a bare hour means


@pytest.mark.parametrize(
    ("said", "opened", "meant"),
    [
        (time(3), [(time(10), time(19))], time(15)),
        (time(9), [(time(9), time(17))], time(9)),
        (time(8), [(time(17), time(23))], time(20)),
        (time(8), [(time(10), time(18))], time(8)),
        (time(12), [(time(9), time(17))], time(12)),
    ],
)
def test_a_bare_hour_is_read_by_the_opening_hours(said, opened, meant):
    assert read_hour(said, ambiguous=(said,), opened=opened, part=None) == meant


def test_an_hour_said_in_full_stays():
    assert read_hour(time(3), ambiguous=(), opened=[(time(10), time(19))], part=None) == time(3)


# ---- finding


def test_the_very_time_is_found(book):
    found = seek(book, service="haircut", staff=JONAS, days=(SATURDAY,), times=(time(10),))

    assert [slot.staff_id for slot in found.exact] == [JONAS]
    assert found.refusal is None


def test_a_taken_time_brings_three_alternatives_with_another_person_at_that_time(book):
    start = datetime(2026, 3, 14, 10, tzinfo=book.facts.zone)
    book.add(service_id="haircut", staff_id=JONAS, start=start, is_own=False)

    found = seek(book, service="haircut", staff=JONAS, days=(SATURDAY,), times=(time(10),))

    assert found.refusal.reason == "taken"
    assert len(found.options) == 3
    assert any(slot.start == start and slot.staff_id != JONAS for slot in found.options)
    assert all(slot.start.date() == SATURDAY for slot in found.options)


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"days": (date(2026, 3, 16),), "times": (time(15),)}, "closed"),
        ({"days": (date(2026, 3, 11),), "times": (time(20),)}, "outside_hours"),
        ({"days": (TUESDAY,), "times": (time(9),)}, "past"),
        ({"days": (TUESDAY,), "times": (time(10),)}, "too_soon"),
        ({"days": (date(2026, 8, 12),), "times": (time(11),)}, "beyond_horizon"),
        ({"staff": JONAS, "days": (date(2026, 3, 13),), "times": (time(14),)}, "break"),
        ({"staff": JONAS, "days": (date(2026, 3, 12),), "times": (time(12),)}, "staff_off"),
        ({"staff": JONAS, "days": (date(2026, 3, 13),), "times": (time(19),)}, "staff_hours"),
        ({"staff": JONAS, "days": (date(2026, 3, 12),)}, "staff_off"),
    ],
)
def test_a_refusal_names_the_true_reason_and_offers_what_is_free(book, wish, reason):
    found = seek(book, service="haircut", **wish)

    assert found.refusal.reason == reason
    assert not found.exact
    assert found.options
    assert all(
        book.why_not(service_id="haircut", start=s.start, staff_id=s.staff_id) is None for s in found.options
    )


def test_who_does_not_do_it_is_replaced_by_those_who_do(book):
    found = seek(book, service="beard-trim", staff=MAYA, days=(SATURDAY,), times=(time(11),))

    assert found.refusal.reason == "staff_does_not"
    assert found.refusal.others == (JONAS,)
    assert [slot.staff_id for slot in found.exact] == [JONAS]


def test_days_ruled_out_are_not_offered(book):
    week = (TUESDAY, date(2026, 3, 15))
    found = seek(book, service="haircut", span=week, not_days=(date(2026, 3, 11),), after=time(17))

    assert all(slot.start.date() != date(2026, 3, 11) and slot.start.hour >= 17 for slot in found.options)
    assert len(found.options) == 3


def test_the_latest_of_a_day(book):
    found = seek(book, service="blow-dry", days=(date(2026, 3, 13),), is_latest=True)

    assert max(found.options).start.time() == time(19, 30)


# ---- the state


def test_a_dialogue_survives_being_kept(book):
    slot = Slot(start=datetime(2026, 3, 14, 10, tzinfo=book.facts.zone), staff_id=JONAS)
    wish = Wish(
        service="haircut",
        days=(SATURDAY,),
        times=(time(10),),
        ambiguous=(time(10),),
        span=(TUESDAY, SATURDAY),
    )
    dialogue = Dialogue(
        language="en", wish=wish, offered=(slot,), asked="slot", topic_days=(SATURDAY,), done=("booked", "a1")
    )

    assert Dialogue.from_json(dialogue.to_json()) == dialogue


def test_what_a_later_version_does_not_know_is_dropped():
    assert Dialogue.from_json({"turn": 3, "gone": 1}).turn == 3


# ---- whole answers


def test_the_first_message_says_that_it_is_automated_and_the_second_does_not(book):
    first = say(book, "how much is a haircut?")
    second = say(book, "where are you?", first.dialogue)

    assert "automated assistant" in first.text
    assert "automated" not in second.text
    assert "218 Water Street" in second.text


def test_a_stop_is_confirmed_once_and_then_there_is_silence_until_start(book):
    stopped = say(book, "STOP")
    silent = say(book, "how much is a haircut?", stopped.dialogue)
    again = say(book, "START", silent.dialogue)

    assert (stopped.kind, stopped.reason) == ("reply", "stopped")
    assert (silent.kind, silent.text) == ("nothing", "")
    assert (again.kind, again.reason) == ("reply", "started")


def test_cancel_alone_means_the_appointment_where_there_is_one(book):
    start = datetime(2026, 3, 14, 10, tzinfo=book.facts.zone)
    book.add(service_id="haircut", staff_id=JONAS, start=start, is_own=True)

    outcome = say(book, "cancel")

    assert not outcome.dialogue.is_stopped
    assert outcome.asks == "confirm"
    assert len(book.upcoming()) == 1


def test_no_name_no_booking(book):
    asked = say(book, "haircut with jonas on saturday at 10", name="")
    assert asked.asks == "name"
    assert not book.upcoming()

    booked = say(book, "Tom Becker", asked.dialogue, name="")
    assert booked.name == "Tom Becker"
    assert [row.start.hour for row in book.upcoming()] == [10]


def test_a_trace_tells_what_was_understood_decided_done_and_verified(book):
    trace = say(book, "haircut with jonas on saturday at 10").trace

    assert trace["understood"]["intent"] == "book"
    assert trace["decided"][0]["move"] == "Seek"
    assert any("booked" in line for line in trace["did"])
    assert any("$48" in line for line in trace["verified"])
    assert set(trace["milliseconds"]) == {"understand", "decide", "act", "write", "check"}


def test_a_trace_is_told_in_words(book):
    trace = say(book, "haircut with jonas on saturday at 10").trace
    told = explaining.explain(trace, facts=book.facts, may=lambda needed: True)

    understood = {line["label"]: line["value"] for line in told["understood"]}
    assert understood["Wanted"] == "an appointment"
    assert (understood["Service"], understood["Person"]) == ("Haircut", "Jonas Adeyemi")
    assert understood["When"] == "Saturday, March 14, 10:00 am"
    assert {"text": "Person: Jonas Adeyemi", "page": "offer:people"} in told["facts"]
    assert "10:00 am" in told["checked"].split(" · ")
    assert "$48" in told["checked"].split(" · ")


def test_a_hand_over_has_a_summary_in_the_customers_words(book):
    outcome = say(book, "This is a joke, I want my money back!!")

    assert outcome.kind == "hand_over"
    assert outcome.dialogue.is_handed_over
    assert "Ana Flores" in outcome.summary
    assert "money back" in outcome.summary


def test_a_summary_speaks_of_times_as_the_business_does(book):
    first = say(book, "haircut with jonas on saturday at 10")
    asked = say(book, "can I talk to a person?", first.dialogue)
    assert "Saturday, March 14, 10:00 am." in asked.summary


def test_two_pictures_reach_a_person(book):
    first = say(book, "")
    second = say(book, "", first.dialogue)

    assert first.kind == "reply"
    assert second.kind == "hand_over"
    assert "a person from the team will" in second.text
    assert second.summary == "Ana Flores sent something that only a person can look at."


def test_the_same_question_twice_is_not_answered_with_the_same_words(book):
    first = say(book, "how much is a haircut?")
    second = say(book, "how much is a haircut?", first.dialogue)
    third = say(book, "how much is a haircut?", second.dialogue)

    assert len({first.text, second.text, third.text}) == 3


# ---- the check


def page(book, **more):
    return Page(facts=book.facts, language="en", now=book.now, **more)


def test_a_price_that_is_no_fact_is_refused(book):
    reply = page(book)
    reply.sentences.append("A haircut is $12.")

    assert not check.check(page=reply, results=[], last_reply="").is_good


def test_a_claim_that_the_facts_do_not_bear_out_is_refused(book):
    reply = page(book)
    reply.sentences.append("It is $12.")
    reply.claims.append(Claim(kind="price", text="$12", source="service:haircut", value=1200))

    assert not check.check(page=reply, results=[], last_reply="").is_good


def test_booked_without_a_booking_is_refused(book):
    reply = page(book)
    reply.sentences.append("You're booked.")

    assert not check.check(page=reply, results=[], last_reply="").is_good


def test_the_last_reply_again_is_refused(book):
    reply = page(book)
    write.write(results=[Tell(what="fine")], page=reply, dialogue=Dialogue())

    assert not check.check(page=reply, results=[], last_reply=reply.text).is_good


def test_an_answer_from_the_facts_is_good(book):
    reply = page(book)
    results = [Answer(topic="price", service_id="balayage"), Answer(topic="hours", days=(SATURDAY,))]
    write.write(results=results, page=reply, dialogue=Dialogue())

    assert check.check(page=reply, results=results, last_reply="").is_good
    assert "from $220" in reply.text


# ---- the phrase books


def test_both_languages_can_say_everything():
    assert english.PHRASES.keys() == spanish.PHRASES.keys()


def test_a_phrase_needs_the_same_in_each_of_its_ways():
    for language, book_of in phrases.LANGUAGES.items():
        for key, ways in book_of.items():
            assert ways, (language, key)


def test_hours_of_a_week_name_every_day(book):
    reply = page(book)
    write.write(results=[Answer(topic="hours")], page=reply, dialogue=Dialogue())

    assert all(day in reply.text for day in ("Monday", "Tuesday", "Saturday", "Sunday"))
    assert "closed" in reply.text


def test_a_next_opening_is_found_over_a_closed_day(book):
    sunday_evening = datetime(2026, 3, 15, 20, tzinfo=book.facts.zone)

    opening = book.facts.hours.next_opening(sunday_evening)

    assert opening == sunday_evening.replace(hour=10) + timedelta(days=2)


def test_of_more_than_a_person_writes_only_the_newest_is_read(book):
    """What it takes to understand grows faster than the text: a minute of a worker, which all share, for 200 KB."""
    endless = "can I get a haircut on saturday at 3 or on the 5th " * 10_000

    heard = say_all(book, [endless, endless, "what does a beard trim cost?"]).trace["understood"]

    assert heard["text"] == "what does a beard trim cost?"
    assert len(say_all(book, [endless]).trace["understood"]["text"]) == compose.LONGEST_READ


def test_a_stop_is_heard_however_much_else_was_written(book):
    outcome = say_all(book, ["stop", "x" * 10_000])

    assert outcome.reason == "stopped"


def say_all(book, messages):
    return compose.compose(
        facts=book.facts,
        contact=ContactView(name="Ana Flores"),
        dialogue=Dialogue(),
        messages=messages,
        now=book.now,
        diary=book,
    )


@pytest.mark.parametrize(
    "asked", ["is that a robot?", "are you a bot", "am I talking to a real person?", "¿eres un robot?"]
)
def test_it_never_denies_being_a_machine(book, asked):
    reply = say(book, asked)
    assert not reply.text.startswith("No")
    assert "automated assistant" in reply.text or "asistente automático" in reply.text
