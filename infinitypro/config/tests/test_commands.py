"""What the commands say to people."""

import io
import json

import pytest
from django.core.management import call_command

from infinitypro.config import commands
from infinitypro.config.management.commands import doctor
from infinitypro.config.program import Program
from infinitypro.core.errors import Problem


@pytest.fixture
def run(db, monkeypatch):
    """Runs a command in this process and returns what it prints."""
    monkeypatch.setattr(commands.Command, "needs_database", False)

    def call(*words):
        out = io.StringIO()
        call_command(*words, stdout=out)
        return out.getvalue()

    return call


def test_help_tells_of_our_commands_alone():
    said = Program(["infinitypro"]).main_help_text()
    assert "  up         Run everything in the foreground" in said
    assert "createsuperuser" not in said


def test_keys_alone_tell_how_the_keys_stand(run):
    assert run("keys") == run("keys", "status")
    assert "epoch: " in run("keys")


@pytest.mark.parametrize(("count", "said"), [(1, "1 finding."), (2, "2 findings.")])
def test_the_doctor_counts_in_words(run, monkeypatch, count, said):
    for part in ("_keys", "_queue", "_space", "_door"):
        monkeypatch.setattr(doctor, part, lambda: [])
    monkeypatch.setattr(doctor, "_channels", lambda: [{"level": "warn", "what": "A thing."}] * count)
    assert run("doctor").endswith(f"{said}\n")


@pytest.mark.parametrize(
    ("url", "is_said"),
    [("http://app.example.com", True), ("https://app.example.com", False), ("http://localhost:8000", False)],
)
def test_the_doctor_warns_of_a_public_site_in_the_clear(run, settings, url, is_said):
    settings.PUBLIC_URL = url
    said = json.loads(run("doctor", "--json"))
    assert any("travel in the clear" in one["what"] for one in said["findings"]) == is_said


def test_the_demo_says_how_to_get_in_as_its_start_does(run):
    access = json.loads(run("demo", "--json"))
    said = run("demo")
    assert f"{access['login']['email']}  with  {access['login']['password']}" in said
    assert access["api_token"] in said
    assert "{" not in said


def test_a_file_that_is_not_there_is_named_once(run):
    with pytest.raises(Problem) as refused:
        run("workspace", "create", "/no/such.yaml", "--email", "a@x.example", "--name", "A")
    assert str(refused.value) == "/no/such.yaml cannot be read (No such file or directory)."
