"""What the API's own document leads a machine to ask, and what it forbids: nothing breaks, and nothing of another
workspace is told. `API_CASES` (an environment variable) says how many requests are made in all."""

import os
from types import SimpleNamespace

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from conftest import make_workspace
from infinitypro.config.api import api
from infinitypro.core import clock, tenancy
from tests import studio

CASES = int(os.environ.get("API_CASES", "160"))
HANDLER = WSGIHandler()


def from_elsewhere(environ, start_response):
    """The program, asked from a network of this test's own: whoever guesses tokens has to wait there."""
    return HANDLER(environ | {"REMOTE_ADDR": "192.0.2.9"}, start_response)


SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
SCHEMA.app = from_elsewhere
OPERATIONS = {path: SCHEMA[path]["GET"] for path in SCHEMA}
CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance]


def opened(secret):
    """A business in which everything bears the secret."""
    made = studio.open_studio(make_workspace)
    with tenancy.workspace(made.space.id):
        contact_id = studio.a_contact(secret)
        talk = studio.a_conversation(contact_id)
        studio.a_message(talk, secret)
        studio.an_appointment(contact_id, clock.now())
    ids = {"conversation_id": str(talk.id), "contact_id": str(contact_id)}
    return SimpleNamespace(token=made.token, ids=ids, secret=secret)


@pytest.fixture(scope="module")
def ours(django_db_setup):
    return opened("Ours alone")


@pytest.fixture(scope="module")
def theirs(django_db_setup):
    return opened("Theirs alone")


def asked(operation, *businesses):
    """Cases that keep to the document and cases that do not, about anything and about what is there."""
    about = [{}, *(business.ids for business in businesses)]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    known = [{name: one for name, one in ids.items() if f"{{{name}}}" in operation.path} for ids in about]
    return st.one_of([operation.as_strategy(mode, path_parameters=ids) for mode in modes for ids in known])


@pytest.mark.parametrize("path", OPERATIONS)
@pytest.mark.parametrize("who", ["a program", "nobody", "a guesser"])
def test_nothing_breaks_and_nothing_of_another_workspace_is_told(ours, theirs, path, who):
    headers = {
        "a program": {"Authorization": f"Bearer {ours.token}"},
        "a guesser": {"Authorization": "Bearer x"},
    }
    share = {"a program": 2, "nobody": 1, "a guesser": 1}[who]

    @settings(
        max_examples=max(4, CASES * share // 4 // len(OPERATIONS)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=asked(OPERATIONS[path], ours, theirs))
    def ask(case):
        answer = case.call(headers=headers.get(who))
        case.validate_response(answer, checks=CHECKS)
        assert theirs.secret not in answer.text
        assert who == "a program" or ours.secret not in answer.text

    ask()


def test_what_is_looked_for_would_be_found(ours):
    assert ours.secret in studio.asks("contacts/", token=ours.token).content.decode()
