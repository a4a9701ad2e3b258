"""Workspaces made, filled, exported and removed from the command line."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from infinitypro.accounts.models import Invitation, Membership, User, Workspace, WorkspacePolicy
from infinitypro.business import file as business_file
from infinitypro.business.models import Profile
from infinitypro.channels import services as channels
from infinitypro.channels.models import ChannelRoute
from infinitypro.config import commands, workspaces
from infinitypro.config.tasks import prune_log
from infinitypro.core import clock, jobs, tenancy
from infinitypro.core.audit import security
from infinitypro.core.audit.models import AuditEntry
from infinitypro.core.errors import Problem
from infinitypro.core.jobs.models import FailedJob
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import keyring, rotation
from infinitypro.core.vault.models import RootedKey, SubjectKey, WorkspaceKey

SMALL = """
workspace: oak
name: Oak Street Clinic
timezone: America/Chicago
currency: USD
hours: {monday: ["09:00-17:00"]}
services: [{name: Checkup, minutes: 30, price: 80}, {name: Talk, minutes: 15}]
staff: [{name: Dr Kim}]
"""
DEMO = Path(__file__).parents[2] / "demo" / "business.yaml"


@pytest.fixture
def run(db, monkeypatch):
    """Runs the command in this process and returns what it prints."""
    monkeypatch.setattr(commands.Command, "needs_database", False)

    def call(*words):
        out = io.StringIO()
        call_command("workspace", *words, stdout=out)
        return out.getvalue()

    return call


@pytest.fixture
def slug():
    return f"w-{new_id().hex[:12]}"


@pytest.fixture
def made(run, slug):
    text = run("create", str(DEMO), "--email", f"{slug}@x.example", "--name", "Ana", "--slug", slug, "--json")
    return json.loads(text)


def test_a_workspace_is_made_from_a_file_with_a_member_who_can_log_in(made, slug):
    space = Workspace.objects.get(slug=slug)
    user = User.objects.get(email=f"{slug}@x.example")
    assert (made["workspace"], made["name"], user.name) == (slug, "Harbor & Pine Hair Studio", "Ana")
    assert user.check_password(made["password"])
    assert Membership.objects.filter(user=user, workspace=space).exists()


def test_what_was_understood_of_the_file_is_said_with_the_way_in(run, slug, tmp_path):
    small = tmp_path / "small.yaml"
    small.write_text(SMALL)
    said = run("create", str(small), "--email", f"{slug}@x.example", "--name", "Ana", "--slug", slug)
    assert "Checkup: 30 minutes, $0.80" in said
    assert "Talk: 15 minutes, no price" in said
    assert f"/app/{slug}/inbox/" in said
    password = said.split(f"{slug}@x.example  with  ")[1].strip()
    assert User.objects.get(email=f"{slug}@x.example").check_password(password)


def test_a_person_who_is_known_keeps_their_password(run, made, slug):
    second = f"{slug}-2"
    text = run("create", str(DEMO), "--email", made["email"], "--name", "Ana", "--slug", second, "--json")
    assert "password" not in json.loads(text)
    assert User.objects.get(email=made["email"]).check_password(made["password"])


def test_a_name_that_is_taken_makes_nothing(run, made, slug):
    with pytest.raises(Problem, match="already"):
        run("create", str(DEMO), "--email", f"new-{slug}@x.example", "--name", "Bo", "--slug", slug)
    assert not User.objects.filter(email=f"new-{slug}@x.example").exists()


def test_a_bad_file_is_refused_with_every_sentence(run, slug, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: X\ncurrency: QQQ\n")
    with pytest.raises(Problem) as refused:
        run("create", str(bad), "--email", "a@x.example", "--name", "A", "--slug", slug)
    assert "timezone: is missing" in str(refused.value)
    assert '"QQQ" is not a currency' in str(refused.value)
    assert not Workspace.objects.filter(slug=slug).exists()


def test_what_is_exported_loads_as_the_same_business(run, made, slug, tmp_path):
    kept = tmp_path / "kept.yaml"
    kept.write_text(run("export", slug))
    changes = json.loads(run("load", slug, str(kept), "--json"))["changes"]
    assert all(not one["new"] and not one["gone"] for one in changes)
    exported = business_file.read(kept)
    assert exported.model_copy(update={"workspace": "demo"}) == business_file.read(DEMO)


def test_workspaces_are_listed(run, made, slug):
    found = {one["slug"]: one for one in json.loads(run("list", "--json"))}
    assert (found[slug]["name"], found[slug]["members"]) == ("Harbor & Pine Hair Studio", 1)


def test_removing_needs_to_be_meant(run, made, slug):
    with pytest.raises(Problem, match="--yes"):
        run("remove", slug)
    assert Workspace.objects.filter(slug=slug).exists()


def test_removing_leaves_no_row_no_key_no_route_and_no_homeless_account(run, made, slug):
    space, user = Workspace.objects.get(slug=slug), User.objects.get(email=made["email"])
    with tenancy.workspace(space.id):
        credentials = {
            "phone_number_id": str(space.id.int)[:18],
            "access_token": "t",
            "waba_id": str(space.id.int)[:15],
        }
        channels.connect(
            kind="whatsapp", name="Desk", external_id=credentials["phone_number_id"], credentials=credentials
        )
    run("remove", slug, "--yes")
    with tenancy.workspace(space.id):
        left = {model.__name__ for model in workspaces._tenant_models() if model.objects.exists()}
    assert left == set()
    assert not ChannelRoute.objects.filter(workspace_id=space.id).exists()
    assert not SubjectKey.objects.filter(workspace_id=space.id).exists()
    assert not WorkspaceKey.objects.filter(workspace_id=space.id).exists()
    assert not RootedKey.objects.filter(purpose="account", name=str(user.id)).exists()
    assert not User.objects.filter(id=user.id).exists()


def test_removing_one_leaves_the_other_and_who_belongs_to_both(run, made, slug):
    second = f"{slug}-2"
    run("create", str(DEMO), "--email", made["email"], "--name", "Ana", "--slug", second)
    run("remove", slug, "--yes")
    other = Workspace.objects.get(slug=second)
    with tenancy.workspace(other.id):
        assert Profile.objects.count() == 1
    assert User.objects.get(email=made["email"]).name == "Ana"


def test_whoever_invited_others_elsewhere_goes_with_their_last_workspace(run, made, slug, new_workspace):
    user, space = User.objects.get(email=f"{slug}@x.example"), new_workspace()
    guest = Invitation(
        workspace=space,
        digest=new_id().bytes * 2,
        email="guest@example.test",
        built_in="viewer",
        invited_by=user,
        made_at=clock.now(),
        expires_at=clock.now(),
    )
    guest.save()
    WorkspacePolicy.objects.create(workspace=space, way_in=user)

    run("remove", slug, "--yes")

    assert not User.objects.filter(id=user.id).exists()
    assert Invitation.objects.get(id=guest.id).invited_by is None
    assert WorkspacePolicy.objects.get(workspace=space).way_in is None


def test_an_unknown_workspace_is_named(run):
    with pytest.raises(Problem, match="There is no workspace named 'nobody'"):
        run("export", "nobody")


def operators(space):
    with tenancy.workspace(space.id):
        rows = AuditEntry.objects.filter(actor="operator", subject_id=keyring.OWN).order_by("id")
        return [(row.action, row.details) for row in rows]


def test_what_the_operator_does_stands_in_the_workspaces_own_log(made, run, slug, tmp_path, monkeypatch):
    space = Workspace.objects.get(slug=slug)
    monkeypatch.setattr(rotation, "rotate", lambda: None)
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    run("load", slug, str(file))
    run("export", slug)
    with tenancy.workspace(space.id):
        jobs.enqueue(prune_log, workspace_id=space.id)
    number = gave_up(space)
    call_command("jobs", "--again", str(number), stdout=io.StringIO())
    call_command("keys", "rotate", stdout=io.StringIO())

    found = dict(operators(space))
    assert {"operator.created", "operator.loaded", "operator.exported"} <= found.keys()
    assert found["operator.job_again"] == {"job": number}
    assert "operator.keys_rotated" in found
    (business,) = [one for one in found["operator.loaded"]["changes"] if one["kind"] == "business"]
    assert business["fields"]["name"] == ["Harbor & Pine Hair Studio", "Oak Street Clinic"]


def gave_up(space):
    """The number of a job of that workspace, made to have failed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'audit.prune'"
            " AND args->>'workspace_id' = %s RETURNING id",
            [str(space.id)],
        )
        (number,) = cursor.fetchone()
    FailedJob.objects.create(
        job_id=number, name="audit.prune", arguments={}, why="", attempts=1, failed_at=clock.now()
    )
    return number


def test_that_a_workspace_was_removed_is_noted_where_it_outlives_it(made, run, slug):
    space = Workspace.objects.get(slug=slug)
    run("remove", slug, "--yes")
    assert [row.kind for row in security.events(workspace_id=space.id)] == ["workspace.removed"]
