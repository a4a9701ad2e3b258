"""A workspace's own page for support: who asks, what they may see, for how long, and the end of it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from infinitypro.accounts import operators as accounts
from infinitypro.accounts.models import Membership, SupportGrant, SupportReason
from infinitypro.accounts.permissions import BuiltIn
from infinitypro.core import tenancy
from infinitypro.core.audit.models import AuditEntry, SecurityEvent
from tests import mailbox, operators, reach, studio

WHY = "The reminders of Tuesday did not go out."


@pytest.fixture
def made(new_workspace):
    return studio.open_studio(new_workspace)


@pytest.fixture
def operator(db):
    return operators.an_operator()


@pytest.fixture
def console(operator):
    return operators.browser_of(operator)


@pytest.fixture
def owner(made):
    return made.client()


def ask(console, made, reason=WHY):
    return console.post(f"/operator/workspaces/{made.space.slug}/ask/", {"reason": reason})


def the_grant(made):
    return SupportGrant.objects.get(workspace=made.space)


def answer(owner, made, act, **said):
    return owner.post(made.path(f"security/support/{the_grant(made).id}/{act}/"), said)


def page(owner, made, place="security/support/"):
    return owner.get(made.path(place)).content.decode()


def test_the_owner_sees_who_asks_and_why_and_lets_them_look(console, owner, made, operator):
    assert "Nobody looks in" in page(owner, made)
    assert ask(console, made).status_code == 302
    (letter,) = mailbox.messages(made.member.email)
    assert mailbox.link(made.member.email) == made.path("security/support/")
    assert WHY not in letter
    said = page(owner, made)
    assert "Olive Operator asks to look in" in said
    assert WHY in said
    assert "of support asks to look in" in page(owner, made, "business/")
    assert console.get(made.path("inbox/")).status_code == 404

    assert answer(owner, made, "allow", scope="all", hours="24").status_code == 302
    found = the_grant(made)
    assert found.decided_by == made.member.id
    assert found.ends_at - found.decided_at == timedelta(hours=24)
    assert console.get(made.path("inbox/")).status_code == 200
    for place in ("inbox/", "calendar/", "business/", "channels/", "audit/"):
        assert "Olive Operator of support may look until" in page(owner, made, place), place
    assert "See it or end it" in page(owner, made, "inbox/")
    assert "You look at this workspace as the operator" in console.get(made.path("inbox/")).content.decode()

    assert answer(owner, made, "end").status_code == 302
    assert console.get(made.path("inbox/")).status_code == 404
    assert "of support may look" not in page(owner, made, "inbox/")


def test_the_workspaces_log_tells_of_all_of_it(console, owner, made, operator):
    ask(console, made)
    answer(owner, made, "allow", scope="settings", hours="1")
    console.get(made.path("business/"))
    answer(owner, made, "end")
    log = page(owner, made, "audit/")
    assert "Olive Operator (support)" in log
    assert "facts, services, channels and team, and nothing of a customer" in log
    with tenancy.workspace(made.space.id):
        told = list(AuditEntry.objects.order_by("id").values_list("actor", "actor_id", "action"))
    assert told[-4:] == [
        ("operator", operator.id, "operator.ask"),
        ("member", made.member.id, "support:allow"),
        ("operator", operator.id, "looked.business:facts"),
        ("member", made.member.id, "support:end"),
    ]


def test_who_is_refused_sees_nothing_and_may_ask_again(console, owner, made):
    ask(console, made)
    assert answer(owner, made, "refuse").status_code == 302
    assert console.get(made.path("inbox/")).status_code == 404
    assert "Refused" in console.get("/operator/support/").content.decode()
    late = answer(owner, made, "allow", scope="all", hours="1")
    assert late.status_code == 422
    assert the_grant(made).scope == ""
    assert ask(console, made).status_code == 302


def test_nobody_asks_twice_or_without_a_reason(console, made):
    assert ask(console, made, reason="  ").status_code == 422
    assert ask(console, made).status_code == 302
    again = ask(console, made)
    assert again.status_code == 422
    assert "You have asked already" in again.content.decode()
    assert SupportGrant.objects.filter(workspace=made.space).count() == 1


def test_the_operator_may_take_a_request_back(console, owner, made):
    ask(console, made)
    assert console.post(f"/operator/support/{the_grant(made).id}/end/").status_code == 302
    assert "Nobody looks in" in page(owner, made)
    assert answer(owner, made, "allow", scope="all", hours="1").status_code == 422


@pytest.mark.parametrize(
    "said",
    [
        {"scope": "all", "hours": "73"},
        {"scope": "all", "hours": "0"},
        {"scope": "all", "hours": "-1"},
        {"scope": "all"},
        {"scope": "everything", "hours": "1"},
        {"scope": "conversations", "hours": "1"},
        {"scope": "contact", "hours": "1"},
        {"hours": "1"},
    ],
)
def test_what_makes_no_sense_lets_nobody_in(console, owner, made, said):
    ask(console, made)
    assert answer(owner, made, "allow", **said).status_code == 422
    assert the_grant(made).decided_at is None


def test_conversations_are_ticked_or_their_addresses_pasted(console, owner, made):
    with tenancy.workspace(made.space.id):
        talk = studio.a_conversation(studio.a_contact("Carmen"))
    ask(console, made)
    assert "Carmen" in page(owner, made)
    pasted = f"see http://localhost:8000{made.path(f'inbox/{talk.id}/')} please"
    answer(owner, made, "allow", scope="conversations", hours="1", addresses=pasted)
    assert the_grant(made).conversation_ids == [talk.id]
    assert console.get(made.path(f"inbox/{talk.id}/")).status_code == 200


def test_one_customer_is_chosen_by_a_conversation_of_theirs(console, owner, made):
    with tenancy.workspace(made.space.id):
        contact_id = studio.a_contact("Carmen")
        talk = studio.a_conversation(contact_id)
    ask(console, made)
    answer(owner, made, "allow", scope="contact", hours="1", conversation=[talk.id])
    assert the_grant(made).contact_id == contact_id
    assert the_grant(made).conversation_ids == []


def test_a_conversation_of_another_workspace_cannot_be_named(console, owner, made, new_workspace):
    other = new_workspace()
    with tenancy.workspace(other.id):
        talk = studio.a_conversation(studio.a_contact("Otto"))
    ask(console, made)
    assert (
        answer(owner, made, "allow", scope="conversations", hours="1", conversation=[talk.id]).status_code
        == 422
    )


@pytest.mark.parametrize("act", ["allow", "refuse", "end"])
def test_another_workspaces_request_is_not_there(console, made, new_workspace, act):
    ask(console, made)
    other = studio.open_studio(new_workspace)
    where = other.path(f"security/support/{the_grant(made).id}/{act}/")
    assert other.client().post(where, {"scope": "all", "hours": "1"}).status_code == 404
    assert the_grant(made).decided_at is None


@pytest.mark.parametrize("act", ["end"])
def test_another_operators_grant_is_not_there(console, made, act):
    ask(console, made)
    other = operators.browser_of(operators.an_operator())
    assert other.post(f"/operator/support/{the_grant(made).id}/{act}/").status_code == 404
    assert the_grant(made).ended_at is None


def test_the_database_refuses_more_than_72_hours(made, operator):
    now = datetime.now(UTC)
    values = {"workspace": made.space, "operator_id": operator.id, "asked_at": now, "decided_at": now}
    for ends_at in (now + timedelta(hours=72, seconds=1), None):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportGrant.objects.create(scope="all", ends_at=ends_at, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportGrant.objects.create(scope="all", ends_at=now, **(values | {"decided_at": None}))


def test_the_reason_is_sealed_and_stands_in_no_console_page(console, made):
    ask(console, made)
    with reach.superuser() as admin:
        stored = admin.execute(
            "SELECT text FROM accounts_supportreason WHERE workspace_id = %s", [made.space.id]
        )
        assert all(WHY.encode() not in bytes(text) for (text,) in stored.fetchall())
    for place in ("", "support/", "log/", f"workspaces/{made.space.slug}/"):
        assert WHY not in console.get(f"/operator/{place}").content.decode()
    with tenancy.workspace(made.space.id):
        assert SupportReason.objects.get().text == WHY


def test_a_viewer_reads_that_somebody_looks_and_cannot_end_it(made, operator):
    viewer = studio.a_member(made.space)
    Membership.objects.filter(user=viewer).update(built_in=BuiltIn.VIEWER)
    browser = studio.Studio(made.space, viewer, "").client()
    grant_id = operators.let_look(operator, made.space, made.member, to="all")
    said = page(browser, made, "business/")
    assert "of support may look" in said
    assert "See it or end it" not in said
    assert browser.post(made.path(f"security/support/{grant_id}/end/")).status_code == 403
    assert the_grant(made).ended_at is None


def test_removing_an_operator_ends_what_they_were_let_see(made, operator):
    operators.let_look(operator, made.space, made.member, to="all")
    browser = operators.browser_of(operator)
    accounts.remove(email=operator.email, now=datetime.now(UTC))
    assert the_grant(made).ended_at is not None
    assert browser.get(made.path("inbox/"))["Location"].startswith("/accounts/login/")
    assert SecurityEvent.objects.filter(kind="operator.removed", user_id=operator.id).count() == 1


def test_a_member_who_is_made_an_operator_enters_no_workspace_by_their_membership(made):
    made.member.is_operator = True
    made.member.save()
    browser = operators.browser_of(made.member)
    assert browser.get(made.path("inbox/")).status_code == 404
    assert browser.get(made.path(f"inbox/{uuid4()}/")).status_code == 404
