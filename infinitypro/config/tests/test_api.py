"""The read API: who may ask, pages that miss and repeat nothing, answers to nonsense, and what each costs."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from conftest import make_workspace
from infinitypro.accounts import services as accounts
from infinitypro.accounts.models import ApiToken
from infinitypro.accounts.tokens import digest
from infinitypro.core import clock, tenancy
from tests import studio

LISTS = ("conversations/", "contacts/", "appointments/", "availability/?service=haircut")
T0 = studio.START


@pytest.fixture(scope="module")
def mine(django_db_setup):
    return studio.open_studio(make_workspace)


@pytest.fixture(scope="module")
def filled(django_db_setup):
    made = studio.open_studio(make_workspace)
    with tenancy.workspace(made.space.id):
        for n in range(12):
            fill(n)
    return made


def fill(n: int) -> UUID:
    """A contact with all that the API shows; every three share their times, so that ids must break ties."""
    at = T0 + timedelta(minutes=n // 3)
    contact_id = studio.a_contact(f"Person {n}" if n % 2 else None, at=at)
    talk = studio.a_conversation(contact_id, at=at)
    for m in range(7 if n == 0 else 1):
        studio.a_message(talk, f"Message {m}", at=at + timedelta(seconds=m // 3))
    status = ("confirmed", "cancelled", "done")[n % 3]
    staff = ("Maya", "Jonas", "Priya")[n % 3]
    studio.an_appointment(contact_id, T0 + timedelta(hours=n // 3), staff=staff, status=status)
    return contact_id


def walk(made, path, limit, **query):
    found, cursor = [], ""
    for _ in range(60):
        page = made.ask(path, limit=limit, **({"cursor": cursor} if cursor else {}), **query).json()
        found += page["items"]
        cursor = page["next"]
        if not cursor:
            return found
    raise AssertionError("the pages do not end")


def test_the_next_page_is_found_by_its_cursor_as_it_stands(filled):
    first = filled.ask("contacts/", limit=5).json()
    second = filled.ask(f"contacts/?limit=5&cursor={first['next']}")
    assert second.status_code == 200
    assert [row["id"] for row in first["items"] + second.json()["items"]] == [
        row["id"] for row in walk(filled, "contacts/", 5)[:10]
    ]


# Who may ask


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("token", [None, "", "wrong", "wrong\x00", "é"])
def test_without_a_living_token_the_answer_is_401_as_json(mine, path, token):
    answer = studio.asks(path, token=token)
    assert (answer.status_code, answer["Cache-Control"]) == (401, "no-store")
    assert answer.json() == {"error": "Send a valid API token: Authorization: Bearer <token>."}


def test_a_revoked_token_opens_nothing(new_workspace):
    mine = studio.open_studio(new_workspace)
    assert mine.ask("contacts/").status_code == 200
    ApiToken.objects.filter(digest=digest(mine.token)).update(revoked_at=clock.now())
    assert mine.ask("contacts/").status_code == 401


def test_a_signed_in_member_without_a_token_is_refused(mine):
    assert mine.client().get("/api/v1/contacts/").status_code == 401


def test_another_workspaces_rows_are_not_there(mine, filled):
    contact = filled.ask("contacts/", limit=1).json()["items"][0]["id"]
    talk = filled.ask("conversations/", limit=1).json()["items"][0]["id"]
    for path in (f"contacts/{contact}/", f"conversations/{talk}/", f"conversations/{talk}/messages/"):
        assert filled.ask(path).status_code == 200
        answer = mine.ask(path)
        assert (answer.status_code, answer.json()) == (
            404,
            {"error": "There is no such thing in this workspace."},
        )
    assert mine.ask("appointments/", contact_id=contact).json()["items"] == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(mine, method):
    answer = getattr(Client(SERVER_NAME="localhost"), method)(
        "/api/v1/contacts/", headers={"Authorization": f"Bearer {mine.token}"}
    )
    assert answer.status_code == 405
    assert answer.json() == {"error": "This address can only be read: use GET."}
    assert answer["Cache-Control"] == "no-store"


# Pages


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 200])
@pytest.mark.parametrize("path", ["conversations/", "contacts/", "appointments/"])
def test_pages_hold_every_row_once_though_times_are_equal(filled, path, limit):
    whole = filled.ask(path, limit=200).json()["items"]
    assert len(whole) == 12
    assert [row["id"] for row in walk(filled, path, limit)] == [row["id"] for row in whole]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_messages_hold_every_one_once(filled, limit):
    talks = filled.ask("conversations/", limit=200).json()["items"]
    paths = [f"conversations/{row['id']}/messages/" for row in talks]
    longest = max(paths, key=lambda path: len(filled.ask(path).json()["items"]))
    found = walk(filled, longest, limit)
    assert sorted(row["text"] for row in found) == [f"Message {m}" for m in range(7)]
    assert [row["at"] for row in found] == sorted((row["at"] for row in found), reverse=True)


def test_appointments_come_in_order_and_can_be_narrowed(filled):
    rows = filled.ask("appointments/", limit=200).json()["items"]
    assert [(row["start"], row["id"]) for row in rows] == sorted((row["start"], row["id"]) for row in rows)
    done = filled.ask("appointments/", status="done").json()["items"]
    assert {row["status"] for row in done} == {"done"}
    assert len(done) == 4
    first = filled.ask(
        "appointments/", start=T0.isoformat(), end=(T0 + timedelta(hours=1)).isoformat()
    ).json()["items"]
    assert {row["start"] for row in first} == {"2026-03-10T14:00:00Z"}
    assert len(first) == 3
    one = filled.ask("appointments/", contact_id=rows[0]["contact_id"]).json()["items"]
    assert one == [rows[0]]
    assert rows[0]["service"] == "haircut"
    assert rows[0]["price"] == 4800


@pytest.mark.parametrize(
    "cursor", ["x", "~", "2026-03-10~", "2026-03-10T10:00:00~" + "0" * 32, "9999-99-99~x", "\x00", "a" * 200]
)
@pytest.mark.parametrize("path", ["conversations/", "contacts/", "appointments/"])
def test_a_cursor_that_no_page_gave_out_is_refused_in_a_sentence(mine, path, cursor):
    answer = mine.ask(path, cursor=cursor)
    assert (answer.status_code, answer["Cache-Control"]) == (422, "no-store")
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "1.5", "9" * 30])
def test_a_limit_out_of_bounds_is_refused_and_named(mine, limit):
    answer = mine.ask("contacts/", limit=limit)
    assert answer.status_code == 422
    assert [one["where"] for one in answer.json()["problems"]] == ["limit"]
    assert answer["Cache-Control"] == "no-store"


def test_a_start_without_an_offset_is_refused(mine):
    answer = mine.ask("appointments/", start="2026-03-10T10:00:00")
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"] == "start"


# Availability


def test_availability_tells_free_starts_with_the_people_for_them(mine):
    day = clock.now() + timedelta(days=1)
    answer = mine.ask("availability/", service="haircut", start=day.isoformat())
    found = answer.json()["items"]
    assert answer.json()["next"] is None
    assert answer["Cache-Control"] == "no-store"
    assert found
    assert all(row["start"] >= day.isoformat()[:19] for row in found)
    only = mine.ask("availability/", service="haircut", staff="Jonas Adeyemi").json()["items"]
    assert {name for row in only for name in row["staff"]} == {"Jonas Adeyemi"}


def test_availability_of_what_is_not_offered_is_404(mine):
    for query in ({"service": "nothing"}, {"service": "haircut", "staff": "Nobody"}):
        assert mine.ask("availability/", **query).status_code == 404


def test_availability_without_business_facts_says_so(new_workspace):
    token = uuid4().hex
    accounts.keep_token(workspace=new_workspace(), token=token, label="test")
    answer = studio.asks("availability/", token=token, service="haircut")
    assert answer.status_code == 422
    assert "business facts" in answer.json()["error"]


# The document


def test_the_document_is_valid_openapi_3_1_and_names_every_operation(db):
    answer = Client(SERVER_NAME="localhost").get("/api/v1/openapi.json")
    document = answer.json()
    assert answer.status_code == 200
    assert document["openapi"].startswith("3.1.")
    validate(document)
    assert sorted(path.removeprefix("/api/v1") for path in document["paths"]) == [
        "/appointments/",
        "/availability/",
        "/contacts/",
        "/contacts/{contact_id}/",
        "/conversations/",
        "/conversations/{conversation_id}/",
        "/conversations/{conversation_id}/messages/",
    ]
    for operations in document["paths"].values():
        assert operations["get"]["summary"]
        assert operations["get"]["security"]


# Nonsense


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.integers().map(str),
    st.integers(min_value=-(10**40), max_value=10**40).map(str),
    st.datetimes(timezones=st.sampled_from([UTC])).map(datetime.isoformat),
    st.sampled_from(
        [
            "\x00",
            "\ud800",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "1e308",
            "253402300799",
            "-62135596800",
            "NaN",
            "infinity",
            f"0001-01-01T00:00:00+00:00~{uuid4()}",
            f"9999-12-31T23:59:59-23:59~{uuid4()}",
            f"0001-01-01T00:00:00+23:59~{uuid4()}",
            "haircut",
            "Maya Lindqvist",
            "any",
            str(uuid4()),
        ]
    ),
)
NAMES = ("cursor", "limit", "status", "start", "end", "contact_id", "service", "staff")


@given(
    path=st.sampled_from(
        ["conversations/", "contacts/", "appointments/", "availability/", "conversations/{}/messages/"]
    ),
    query=st.dictionaries(st.sampled_from(NAMES), HOSTILE, max_size=4),
    known=st.booleans(),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_parameter_makes_a_server_error(filled, path, query, known):
    if path == "availability/" and known:
        query["service"] = "haircut"
    words = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in query.items())
    answer = filled.ask(f"{path.format(uuid4())}?{words}")
    assert answer.status_code in (200, 404, 422), answer.content
    assert answer["Cache-Control"] == "no-store"
    assert isinstance(json.loads(answer.content), dict)


@pytest.mark.parametrize("word", ["x", "\x00", "..", "0" * 400, "%ff", "é"])
def test_an_address_that_is_no_id_is_404_as_json(mine, word):
    answer = mine.ask(f"contacts/{quote(word)}/")
    assert answer.status_code == 404
    assert answer.json() == {"error": "There is nothing at this address. /api/v1/docs lists what there is."}


# What it costs


@pytest.mark.parametrize(
    "path", ["conversations/", "contacts/", "appointments/", "conversations/{}/messages/"]
)
def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(filled, path):
    talks = filled.ask("conversations/", limit=200).json()["items"]
    path = path.format(talks[-1]["id"])
    filled.ask(path)
    taken = [_queries(filled, path, limit) for limit in (2, 200)]
    assert taken[0] == taken[1] <= 10


def _queries(made, path, limit):
    with CaptureQueriesContext(connection) as caught:
        assert made.ask(path, limit=limit).status_code == 200
    return len(caught)
