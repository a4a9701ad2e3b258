"""Business files: what is read, what is refused with which words, and that a dump reads back as the same."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitypro.business import file, schema, spans

DEMO = Path(__file__).parents[2] / "demo" / "business.yaml"
SMALLEST = """
workspace: smith-garage
name: Smith's Garage
timezone: Europe/Madrid
currency: eur
hours: {monday: ["09:00-13:00", "15:00-19:00"], Tuesday: "9:00-14:00", wednesday: closed}
services: [{name: Oil change, minutes: 40}]
staff: [{name: Ana}]
"""


def faults(change: str) -> list[str]:
    with pytest.raises(file.BadBusinessFile) as caught:
        file.read(SMALLEST + change)
    return caught.value.problems


def test_the_demo_reads_in_full():
    found = file.read(DEMO)
    assert [service.key for service in found.services][:2] == ["haircut", "kids-haircut"]
    assert found.needs() == {"Colour station": ["root-colour", "full-colour", "balayage"]}
    assert (found.closed_on[0].observed, found.booking.cancel_until_hours_before) == (False, 12)
    assert found.faqs[-1].hand_over


def test_the_smallest_file_is_enough():
    found = file.read(SMALLEST)
    assert (found.currency, found.services[0].key, found.services[0].price) == ("EUR", "oil-change", None)
    assert found.hours.tuesday == ["09:00-14:00"]
    assert found.staff[0].hours is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("services: [{name: A, minutes: 30, price: -1}]", "services[0].price: a price cannot be below zero"),
        (
            "services: [{name: A, minutes: 30, price: 4.5}]",
            "services[0].price: must be a whole number (a price is in minor units: 4800 for 48.00)",
        ),
        ("services: [{name: A, minutes: 0}]", "services[0].minutes: must be at least 1"),
        (
            "services: [{name: A, minutes: 9}, {name: a, minutes: 9}]",
            'services: "a" is there 2 times; give each its own key',
        ),
        (
            "staff: [{name: B, services: [oil-chnge]}]",
            'staff[0].services: "oil-chnge" is no service key of this file; did you mean "oil-change"?',
        ),
        (
            "hours: {monday: ['10:00-25:00']}",
            'hours.monday[0]: "10:00-25:00" holds 25:00, and a day goes from 00:00 to 24:00',
        ),
        (
            "hours: {monday: ['10:00-14:00', '13:00-19:00']}",
            'hours.monday: "10:00-14:00" and "13:00-19:00" overlap; join them or move one',
        ),
        ("hours: {mondy: ['10:00-14:00']}", 'hours.mondy: we do not know this name; did you mean "monday"?'),
        ("hours: {mon: ['10:00-14:00']}", 'hours.mon: we do not know this name; did you mean "monday"?'),
        ("hours: {}", 'hours: no day has opening hours; write at least one, like monday: ["09:00-17:00"]'),
        ("timezone: Madrid", 'timezone: "Madrid" is not a time zone; write one like "America/New_York"'),
        ("currency: XYZ", 'currency: "XYZ" is not a currency; write its three letters, like "USD" or "EUR"'),
        (
            "closed_on: [{rule: Xyzzyx holidays}]",
            'closed_on[0].rule: "Xyzzyx holidays" is not a rule we know; write a country, like "Spain public holidays"',
        ),
        ("closed_on: [2026-02-30]", 'closed_on[0].date: is not a date; write it like "2026-12-24"'),
        (
            "closed_on: [{from: 2026-02-03, to: 2026-02-01}]",
            'closed_on[0]: "from" needs a "to" that is not before it',
        ),
        (
            "staff: [{name: B, time_off: [soon]}]",
            'staff[0].time_off[0].from: "soon" is not a date or time; write it like "2026-12-24" or "2026-12-24T15:00"',
        ),
        ("faq: []", 'faq: we do not know this name; did you mean "faqs"?'),
        (
            "workspace: Smith Garage",
            'workspace: "Smith Garage" may hold only small letters, digits and hyphens; try "smith-garage"',
        ),
        (
            "resources: [{name: Lift, needed_for: [tyres]}]",
            'resources[0].needed_for: "tyres" is no service key of this file; known are: oil-change',
        ),
    ],
)
def test_each_fault_is_said_with_its_place_and_what_to_do(change, sentence):
    assert sentence in faults(change)


def test_blanks_and_single_words_are_as_good_as_lists():
    change = "faqs:\nbooking:\nresources:\nlanguages: es\nstaff: [{name: B, services: oil-change, hours: , breaks: }]"
    found = file.read(SMALLEST + change)
    assert (found.faqs, found.languages, found.staff[0].services) == ([], ["es"], ["oil-change"])


def test_all_faults_are_said_at_once():
    assert len(faults("currency: XYZ\ntimezone: Madrid\nname: ''")) == 3


# Values that YAML promises to be of a kind, and that are not.
UNREADABLE = (
    *("9" * 5000, "a: !!int b", "a: !!bool b", "a: !!timestamp b", "a: !!float b", "a: !!binary é"),
    *("a: !!int ''", "a: !!int _", "a: !!float ''", "? !!int ''", f"a: !!float {'1' + ':1' * 300}"),
)


@pytest.mark.parametrize("text", ["", "- a", "a: [", "{", "\t", "a: \a", "[" * 3000, *UNREADABLE])
def test_what_is_no_file_is_refused_with_one_sentence(text):
    with pytest.raises(file.BadBusinessFile) as caught:
        file.read(text)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    "entry",
    [
        "2026-12-24",
        "{date: 2026-12-24, reason: Eve}",
        "{from: '2026-12-24', to: '2026-12-26'}",
        "Spain public holidays",
    ],
)
def test_closures_may_be_short(entry):
    assert len(file.read(SMALLEST + f"closed_on: [{entry}]").closed_on) == 1


text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
names = text.filter(str.strip)
keys = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
times = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
single = st.tuples(times, times).filter(lambda pair: pair[0] < pair[1]).map("-".join)
week = st.dictionaries(st.sampled_from(spans.DAYS), st.lists(single, max_size=1), min_size=1).filter(
    lambda found: any(found.values())
)
service = st.fixed_dictionaries(
    {"key": keys, "name": names, "minutes": st.integers(1, 600)},
    optional={
        "also": st.lists(text),
        "price": st.none() | st.integers(0, 10**6),
        "price_from": st.booleans(),
        "buffer_after": st.integers(0, 60),
        "note": text,
    },
)
moments = st.tuples(st.dates(), st.dates()).map(sorted) | st.tuples(
    st.datetimes(timezones=st.none()), st.datetimes(timezones=st.none())
).map(sorted).filter(lambda pair: pair[0] < pair[1])
away = moments.map(lambda pair: {"from": pair[0].isoformat(), "to": pair[1].isoformat()})
closure = (
    st.tuples(st.dates(), st.dates())
    .map(sorted)
    .map(lambda pair: {"from": pair[0].isoformat(), "to": pair[1].isoformat()})
)


def by_name(found: dict[str, Any]) -> str:
    return str(found["name"])


@st.composite
def files(draw):
    services = draw(st.lists(service, min_size=1, max_size=4, unique_by=lambda found: found["key"]))
    known = [found["key"] for found in services]
    staff = st.fixed_dictionaries(
        {"name": names},
        optional={
            "services": st.lists(st.sampled_from(known), unique=True),
            "hours": week,
            "breaks": week,
            "time_off": st.lists(away, max_size=2),
        },
    )
    return {
        "workspace": draw(keys),
        "name": draw(names),
        "timezone": draw(st.sampled_from(["Europe/Madrid", "America/New_York", "UTC"])),
        "currency": draw(st.sampled_from(["USD", "EUR", "JPY"])),
        "hours": draw(week),
        "services": services,
        "staff": draw(st.lists(staff, min_size=1, max_size=3, unique_by=by_name)),
        "resources": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "name": names,
                        "count": st.integers(1, 5),
                        "needed_for": st.lists(st.sampled_from(known)),
                    }
                ),
                max_size=2,
                unique_by=by_name,
            )
        ),
        "closed_on": draw(
            st.lists(closure | st.just({"rule": "US federal holidays", "observed": False}), max_size=3)
        ),
        "faqs": draw(
            st.lists(st.fixed_dictionaries({"q": names, "a": names, "hand_over": st.booleans()}), max_size=2)
        ),
        "booking": draw(
            st.fixed_dictionaries(
                {}, optional={"slot_step_minutes": st.integers(1, 120), "horizon_days": st.integers(1, 365)}
            )
        ),
    }


@settings(deadline=None, max_examples=60)
@given(files())
def test_a_dump_reads_back_as_the_same_business(plain):
    found = file.parse(plain)
    assert isinstance(found, schema.BusinessFile)
    assert file.read(file.dump(found)) == found
