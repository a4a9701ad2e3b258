"""The console: figures and acts, and not a word that anybody wrote."""

import io
import json
import logging
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from infinitypro.accounts import switches
from infinitypro.accounts.models import Switch, User, Workspace
from infinitypro.config import commands
from infinitypro.console import counting, presenting, tasks
from infinitypro.console.models import Announcement, Figures
from infinitypro.console.tests.test_sign_in import GUARDED, address
from infinitypro.core import audit, clock, jobs, tenancy
from infinitypro.core.audit.models import AuditEntry, SecurityEvent
from infinitypro.core.errors import Problem
from infinitypro.core.jobs import worker
from infinitypro.core.jobs.models import FailedJob
from infinitypro.inbox.models import Conversation
from infinitypro.intake.models import RawEvent
from tests import line, operators, studio
from tests.test_privacy import found, word


@pytest.fixture
def made(new_workspace):
    return studio.open_studio(new_workspace)


@pytest.fixture
def operator(db):
    return operators.an_operator()


@pytest.fixture
def console(operator):
    return operators.browser_of(operator)


def told(made):
    """What the operator did, in the workspace's own log."""
    with tenancy.workspace(made.space.id):
        return list(
            AuditEntry.objects.filter(actor="operator").order_by("id").values_list("actor_id", "action")
        )


def noted(operator):
    """What the operator did, in the installation's."""
    rows = SecurityEvent.objects.filter(user_id=operator.id).exclude(kind="operator.added").order_by("id")
    return list(rows.values_list("kind", "workspace_id"))


# Figures


def test_a_workspace_is_counted_from_inside(made):
    with tenancy.workspace(made.space.id):
        contact_id = studio.a_contact("Carmen")
        talk = studio.a_conversation(contact_id)
        for text in ("one", "two"):
            studio.a_message(talk, text)
        studio.an_appointment(contact_id, clock.now() + timedelta(days=1))
    counting.count(workspace_id=made.space.id, now=clock.now())
    row = Figures.objects.get(workspace=made.space)
    assert (row.members, row.contacts, row.conversations, row.messages, row.appointments) == (1, 1, 1, 2, 1)
    assert (row.channels, row.silent_channels, row.troubled_channels, row.last_inbound_at) == (1, 0, 0, None)


def test_counting_goes_through_all_of_them_a_few_at_a_time(new_workspace, monkeypatch):
    spaces = [new_workspace() for _ in range(5)]
    Figures.objects.all().delete()
    monkeypatch.setattr(counting, "AT_A_TIME", 2)
    tasks.request_counting(after=spaces[0].id)
    worker.run(wait=False)
    counted = set(Figures.objects.values_list("workspace_id", flat=True))
    assert counted >= {space.id for space in spaces[1:]}
    assert spaces[0].id not in counted


def test_the_list_shows_size_health_and_the_last_message(console, made):
    counting.count(workspace_id=made.space.id, now=clock.now())
    Figures.objects.filter(workspace=made.space).update(
        messages=1234,
        silent_channels=1,
        troubled_channels=2,
        last_inbound_at=clock.now() - timedelta(hours=5),
    )
    FailedJob.objects.create(
        job_id=uuid4().int % 10**12,
        name="x",
        why="y",
        attempts=1,
        failed_at=clock.now(),
        arguments={"workspace_id": str(made.space.id)},
    )
    said = console.get("/operator/", {"search": made.space.slug}).content.decode()
    for text in ("1234", "1 silent", "2 refused", "1 failed", "5 h ago"):
        assert text in said


def test_the_list_goes_by_name_a_page_at_a_time(console, monkeypatch):
    monkeypatch.setattr("infinitypro.console.queries.PAGE", 2)
    start = f"x{uuid4().hex}"
    slugs = [Workspace.objects.create(slug=f"{start}-{n}").slug for n in range(3)]
    first = console.get("/operator/", {"search": start}).content.decode()
    assert [slug in first for slug in slugs] == [True, True, False]
    (following,) = re.findall(r'href="\?(search=[^"]+)"', first.replace("&amp;", "&"))
    second = console.get(f"/operator/?{following}").content.decode()
    assert [f">{slug}<" in second for slug in slugs] == [False, False, True]
    assert "No workspace begins so" in console.get("/operator/", {"search": f"{start}-9"}).content.decode()


# Not a word


def test_what_customers_write_is_in_no_page_no_log_and_no_metric(new_workspace, console, operator, caplog):
    caplog.set_level(logging.DEBUG)
    line.begin()
    names = ("text", "name", "note", "broken")
    canaries = {name: word() for name in names} | {"number": f"1212{uuid4().int % 10**7:07}"}
    space = new_workspace()
    own = line.business(space)
    who = line.person(canaries["number"], name=canaries["name"])
    for value in (
        line.said(who, f"wamid.{uuid4().hex}", 0, text=canaries["text"]),
        {"surprise": canaries["broken"]},
    ):
        assert line.post(line.body(line.change(own.number_id, value))).status_code == 200
    line.work()
    _fail(space, canaries["text"])
    with own.entered():
        assert Conversation.objects.count() == 1
        assert RawEvent.objects.exclude(problem="").count() == 1
    counting.count(workspace_id=space.id, now=clock.now())
    operators.let_look(operator, space, studio.a_member(space), to="settings")

    said = [console.get(address(one, space.slug)).content for one in GUARDED]
    said += [console.get("/metrics").content, console.get("/readyz").content]
    said += [console.get("/operator/", {"search": space.slug}).content]
    assert space.slug.encode() in b"".join(said)
    assert b"tests.fail" in b"".join(said)
    for content in said:
        assert found(canaries, content) == set()
    logs = "\n".join(logging.Formatter().format(record) for record in caplog.get_records("call"))
    assert found(canaries, logs.encode()) == set()


@jobs.task(name="tests.fail", attempts=1)
def fail(*, workspace_id: str) -> None:
    """Break on what a customer wrote."""
    with tenancy.workspace(UUID(workspace_id)):
        raise ValueError(Conversation.objects.get().contact.name)


def _fail(space, text):
    jobs.enqueue(fail, workspace_id=space.id)
    worker.run(wait=False)
    assert FailedJob.objects.filter(name="tests.fail").exists()


# Pausing


@pytest.fixture
def paused(console, made):
    assert console.post(f"/operator/workspaces/{made.space.slug}/suspend/").status_code == 302
    return made


def test_of_a_paused_workspace_members_read_so_and_programs_get_403(paused):
    browser = paused.client()
    for place in ("inbox/", "calendar/", "business/", "security/support/"):
        answer = browser.get(paused.path(place))
        assert answer.status_code == 403
        assert "This workspace is paused for now." in answer.content.decode()
    refused = paused.ask("contacts/")
    assert refused.status_code == 403
    assert "paused" in refused.json()["error"]


def test_to_an_outsider_a_paused_workspace_is_no_workspace(paused, new_workspace):
    other = Client(SERVER_NAME="localhost")
    other.force_login(studio.a_member(new_workspace()))
    assert other.get(paused.path("inbox/")).status_code == 404


def test_a_grant_opens_nothing_of_a_paused_workspace(paused, operator, console):
    operators.let_look(operator, paused.space, paused.member, to="all")
    assert console.get(paused.path("inbox/")).status_code == 404


def test_a_paused_workspace_goes_on(paused, console, operator):
    assert console.post(f"/operator/workspaces/{paused.space.slug}/resume/").status_code == 302
    assert paused.client().get(paused.path("inbox/")).status_code == 200
    assert paused.ask("contacts/").status_code == 200
    acts = ["operator.suspend", "operator.resume"]
    assert told(paused) == [(operator.id, act) for act in acts]
    assert noted(operator) == [(act, paused.space.id) for act in acts]


@pytest.mark.parametrize("why", ["paused", "switched off"])
def test_what_comes_in_meanwhile_is_kept_for_people_and_not_answered(new_workspace, console, why):
    line.begin()
    space = new_workspace()
    own = line.business(space)
    if why == "paused":
        console.post(f"/operator/workspaces/{space.slug}/suspend/")
    else:
        switches.turn(key="assistant", is_on=False)
    try:
        value = line.said(
            line.person(f"1212{uuid4().int % 10**7:07}"), f"wamid.{uuid4().hex}", 0, text="Hi there"
        )
        assert line.post(line.body(line.change(own.number_id, value))).status_code == 200
        line.work()
    finally:
        Switch.objects.all().delete()
    with own.entered():
        row = Conversation.objects.get()
        assert (row.is_assistant_on, row.hand_over_reason, row.status) == (False, "paused", "open")
        assert set(row.messages.values_list("direction", flat=True)) <= {"in", "event"}


# Announcing


def test_an_announcement_stands_above_one_workspaces_pages_escaped_until_it_ends(
    console, made, new_workspace, operator
):
    other = studio.open_studio(new_workspace)
    text = "<b>Tonight</b> we move"
    where = f"/operator/workspaces/{made.space.slug}/announce/"
    assert console.post(where, {"text": text, "hours": "1"}).status_code == 302
    said = made.client().get(made.path("business/")).content.decode()
    assert "&lt;b&gt;Tonight&lt;/b&gt; we move" in said
    assert "Tonight" not in other.client().get(other.path("business/")).content.decode()
    row = Announcement.objects.get(workspace=made.space)
    Announcement.objects.filter(id=row.id).update(ends_at=clock.now() - timedelta(seconds=1))
    assert "Tonight" not in made.client().get(made.path("business/")).content.decode()
    assert told(made) == [(operator.id, "operator.announce")]


def test_everybody_reads_what_is_announced_to_all_until_it_is_ended(console, made, operator):
    text = f"We move {uuid4().hex}"
    assert console.post("/operator/announcements/all/", {"text": text, "hours": "1"}).status_code == 302
    assert text in made.client().get(made.path("business/")).content.decode()
    row = Announcement.objects.get(text=text)
    assert text in console.get("/operator/announcements/").content.decode()
    assert console.post(f"/operator/announcements/{row.id}/end/").status_code == 302
    assert text not in made.client().get(made.path("business/")).content.decode()
    assert noted(operator) == [("operator.announce_to_all", None), ("operator.end_announcement", None)]


@pytest.mark.parametrize(
    "said", [{"text": "", "hours": "1"}, {"text": "x", "hours": "2"}, {"text": "x" * 301, "hours": "1"}]
)
def test_what_cannot_be_announced_is_not(console, made, said):
    for where in ("/operator/announcements/all/", f"/operator/workspaces/{made.space.slug}/announce/"):
        assert console.post(where, said).status_code == 422
    assert not Announcement.objects.filter(workspace=made.space).exists()


# Switches


@pytest.fixture
def all_on(db):
    yield
    Switch.objects.all().delete()


@pytest.mark.usefixtures("all_on")
def test_nobody_signs_up_while_it_is_closed(console, operator):
    assert console.post("/operator/switches/sign-up/", {"to": "off"}).status_code == 302
    visitor = Client(SERVER_NAME="localhost")
    assert "Sign up" not in visitor.get(reverse("account_login")).content.decode()
    before = User.objects.count()
    visitor.post(reverse("account_signup"), {"email": f"{uuid4().hex}@example.test"})
    assert "is_of_age" not in visitor.get(reverse("account_signup")).content.decode()
    assert User.objects.count() == before
    assert console.post("/operator/switches/sign-up/", {"to": "on"}).status_code == 302
    assert "is_of_age" in visitor.get(reverse("account_signup")).content.decode()
    assert [kind for kind, _ in noted(operator)] == ["operator.sign-up_off", "operator.sign-up_on"]


def test_a_switch_that_there_is_not_is_404(console):
    assert console.post("/operator/switches/gravity/", {"to": "off"}).status_code == 404
    with pytest.raises(KeyError):
        switches.turn(key="gravity", is_on=False)


# Jobs


def test_a_job_that_gave_up_is_listed_and_run_again(console, made, operator):
    jobs.enqueue(fail, workspace_id=made.space.id)
    worker.run(wait=False)
    row = next(one for one in FailedJob.objects.all() if one.arguments["workspace_id"] == str(made.space.id))
    said = console.get("/operator/jobs/").content.decode()
    assert f"/operator/jobs/{row.job_id}/again/" in said
    assert made.space.slug in said
    assert "DoesNotExist" in said
    assert console.post(f"/operator/jobs/{row.job_id}/again/").status_code == 302
    assert not FailedJob.objects.filter(id=row.id).exists()
    assert told(made) == [(operator.id, "operator.job_again")]
    assert console.post(f"/operator/jobs/{row.job_id}/again/").status_code == 404


# The log


def test_the_log_tells_who_did_what_and_goes_on_at_its_end(console, operator, monkeypatch):
    monkeypatch.setattr("infinitypro.console.views.LOGGED", 2)
    for to in ("off", "on", "off"):
        console.post("/operator/switches/assistant/", {"to": to})
    Switch.objects.all().delete()
    said = console.get("/operator/log/").content.decode()
    assert said.count("switched the assistant off") == 1
    assert "Olive Operator" in said
    (following,) = re.findall(r'href="\?(before=[^"]+)"', said)
    assert "switched the assistant off" in console.get(f"/operator/log/?{following}").content.decode()
    assert console.get("/operator/log/?before=nonsense").status_code == 200


def test_the_log_says_in_words_what_happened_to_accounts(console, operator):
    for kind in ("sign_in.done", "account.totp_activated", "alarm.tripwire"):
        audit.note_security(kind, user_id=operator.id)
    said = console.get("/operator/log/").content.decode()
    assert "added an authenticator app" in said
    assert "a tripwire token was used" in said
    assert not re.search(r"(sign_in|account|alarm)\.[a-z]", said)


# Commands


@pytest.fixture
def run(db, monkeypatch):
    monkeypatch.setattr(commands.Command, "needs_database", False)

    def call(*words):
        out = io.StringIO()
        call_command("operator", *words, "--json", stdout=out)
        return json.loads(out.getvalue())

    return call


def test_the_command_makes_lists_and_removes_operators(run):
    email = f"{uuid4().hex}@operator.test"
    made = run("add", email)
    person = User.objects.get(email=email)
    assert (person.is_operator, person.has_usable_password()) == (True, False)
    found = next(one for one in run("list") if one["email"] == email)
    assert found["second_factors"] == []
    _choose_password(made["url"])
    person.refresh_from_db()
    assert person.has_usable_password()
    with pytest.raises(AssertionError):
        _choose_password(made["url"])
    assert run("remove", email) == {"removed": email}
    assert not User.objects.filter(email=email).exists()
    with pytest.raises(Problem):
        run("remove", email)


def _choose_password(url):
    browser = Client(SERVER_NAME="localhost")
    form = browser.get(url.partition("localhost:8000")[2], follow=True)
    words = f"three tortoises {uuid4().hex}"
    done = browser.post(form.request["PATH_INFO"], {"password1": words, "password2": words})
    assert done.status_code == 302


def test_an_address_that_somebody_has_is_refused(run, made):
    with pytest.raises(Problem, match="an address of their own"):
        run("add", made.member.email)
    made.member.refresh_from_db()
    assert made.member.is_operator is False


def test_times_are_said_as_people_say_them():
    now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    from_ = {3: "3 min ago", 150: "2 h ago", 60 * 24 * 3: "3 days ago", -5: "0 min ago"}
    for minutes, words in from_.items():
        assert presenting.ago(now - timedelta(minutes=minutes), now) == words


def test_a_name_that_nobody_can_have_finds_nothing(console):
    for typed in ("after=%00", "search=%00a"):
        assert console.get(f"/operator/?{typed}").status_code == 200
