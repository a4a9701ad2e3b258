"""What people write, are called and can be reached by is in no dump, log or file: neither in the clear nor re-coded."""

import base64
import io
import logging
import os
import random
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection
from PIL import Image

from infinitypro.accounts.models import User
from infinitypro.contacts import services as contacts
from infinitypro.contacts.models import Contact
from infinitypro.core import clock, home
from infinitypro.core.postgres import address, embedded
from infinitypro.core.tenancy.models import new_id
from infinitypro.inbox import services as inbox
from infinitypro.inbox.models import Conversation, File, Message
from tests import line, reach
from tests import vendor as vendors

LETTERS = "bcdfghjklmnpqrstvwxz"


def word():
    return "".join(random.SystemRandom().choices(LETTERS, k=14))


def codings(canary):
    """The canary's bytes as they are, in hex, and in base64 wherever they may begin."""
    raw = canary.encode()
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for skipped in range(3):
        coded = base64.b64encode(b"\0" * skipped + raw + b"\0" * (-(skipped + len(raw)) % 3))
        inner = coded[-(-skipped * 8 // 6) : len(coded) - 4]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def found(canaries, content):
    return {name for name, canary in canaries.items() for coded in codings(canary) if coded in content}


@pytest.fixture
def canaries():
    number = "1212" + str(random.SystemRandom().randrange(10**7)).zfill(7)
    names = (
        "text",
        "caption",
        "name",
        "reply",
        "note",
        "failing",
        "filename",
        "emoji",
        "summary",
        "edit",
        "user",
    )
    return {name: word() for name in names} | {"number": number, "said_name": word(), "password": word()}


@pytest.fixture
def told(canaries, new_workspace, caplog):
    """A conversation full of canaries, all the way in and out; gives where the log of changes began."""
    caplog.set_level(logging.DEBUG)
    line.begin()
    with reach.superuser() as admin:
        (began,) = admin.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
    own = line.business(new_workspace(), access_token=canaries["password"])
    with vendors.standing_in() as vendor:
        written = io.BytesIO()
        Image.new("RGB", (4, 4)).save(written, "PNG")
        vendor.files["77"] = written.getvalue()
        vendor.files["78"] = canaries["caption"].encode()
        _write(own, canaries)
        line.work()
        _answer(own, canaries)
        line.work()
        assert canaries["reply"] in vendor.texts()
        vendor.answers = [vendors.refusal(131026)]
        with own.entered():
            row = Conversation.objects.get()
            inbox.send(conversation_id=row.id, author="member", text=canaries["failing"], now=clock.now())
        line.work()
        _fail_in_sql(canaries)
    with own.entered():  # all of it is there to be found
        assert {message.body for message in Message.objects.filter(direction="in")} >= {canaries["edit"]}
        assert File.objects.filter(fetched_at=None).count() == 0
        assert Contact.objects.get().name == canaries["said_name"]
    return began


def _write(own, canaries):
    who = line.person(canaries["number"], name=canaries["name"])
    ids = [
        "wamid." + base64.b64encode(f"{kind}{canaries['number']}".encode()).decode()
        for kind in ("a", "ab", "abc")
    ]
    now = int((clock.now() - line.NOON).total_seconds())
    picture = {"id": "77", "caption": canaries["caption"], "mime_type": "image/png"}
    document = {"id": "78", "filename": canaries["filename"]}
    edit = {"original_message_id": ids[0], "message": {"type": "text", "text": {"body": canaries["edit"]}}}
    reaction = {"message_id": ids[0], "emoji": canaries["emoji"]}
    early = {
        "original_message_id": ids[2] + "later",
        "message": {"type": "text", "text": {"body": canaries["edit"]}},
    }
    for value in (
        line.said(who, ids[0], now, text=canaries["text"]),
        line.said(who, ids[1], now, type="image", image=picture),
        line.said(who, ids[2], now, type="document", document=document),
        line.said(who, "wamid.E" + ids[0], now, type="edit", edit=edit),
        line.said(who, "wamid.L" + ids[0], now, type="edit", edit=early),
        line.said(who, "wamid.R" + ids[0], now, type="reaction", reaction=reaction),
        {"surprise": canaries["text"]},
    ):
        assert line.post(line.body(line.change(own.number_id, value))).status_code == 200


def _answer(own, canaries):
    member = User.objects.create(email=f"{new_id()}@example.com", name=canaries["user"])
    now = clock.now()
    with own.entered():
        row = Conversation.objects.get()
        inbox.hand_over(
            conversation_id=row.id, reason="asked", summary=canaries["summary"], is_upset=True, now=now
        )
        inbox.send(
            conversation_id=row.id, author="member", text=canaries["reply"], now=now, member_id=member.id
        )
        inbox.add_note(conversation_id=row.id, member_id=member.id, text=canaries["note"], now=now)
        contacts.rename(contact_id=row.contact_id, name=canaries["said_name"])


def _fail_in_sql(canaries):
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [canaries["text"]])
    with reach.as_role("run") as sql, pytest.raises(psycopg.Error):
        sql.execute(f"SELECT no_such_function('{canaries['text']}')")


def dump(alias="default"):
    reached = (
        address.of("default", role="backup") if alias == "default" else address.of("keyring", role="owner")
    )
    words = reached.words() | {"dbname": reach.name(alias)}
    password = words.pop("password")
    command = [str(embedded.binaries() / "pg_dump"), "-d", psycopg.conninfo.make_conninfo("", **words)]
    result = subprocess.run(
        command, capture_output=True, check=True, env={**os.environ, "PGPASSWORD": password}, cwd="/"
    )
    return result.stdout


def test_the_canaries_would_be_found(canaries):
    for name, canary in canaries.items():
        for shape in (canary, f"x{canary}", f"xx{canary}y"):
            for content in (
                shape.encode(),
                shape.encode().hex().encode(),
                base64.b64encode(shape.encode() + b"zzz"),
            ):
                assert found(canaries, b"...." + content + b"....") == {name}


def test_no_dump_no_log_of_changes_and_no_file_holds_what_people_wrote(told, canaries, caplog, capfd):
    whole = dump()
    assert b"inbox_message" in whole
    assert whole.count(b"\n") > 500
    assert found(canaries, whole) == set()

    with reach.superuser() as admin:
        admin.execute("CHECKPOINT")
        admin.execute("SELECT pg_switch_wal()")
    segments = sorted((embedded.data_folder() / "data/pg_wal").glob("0*"))
    since = [segment for segment in segments if segment.name >= told and segment.is_file()]
    assert since
    for segment in since:
        assert found(canaries, segment.read_bytes()) == set(), segment.name

    logs = (
        said_in(caplog) + (embedded.data_folder() / "log").read_bytes() + "".join(capfd.readouterr()).encode()
    )
    assert b"not sent" in logs
    assert found(canaries, logs) == set()

    places = [
        place for place in home.path().rglob("*") if place.is_file() and "postgres" not in place.parts[-3:]
    ]
    kept = [place for place in places if not _is_servers(place)]
    assert any("files" in place.parts for place in kept)
    for place in kept:
        assert found(canaries, place.read_bytes()) == set(), place.name


def _is_servers(place: Path) -> bool:
    return embedded.data_folder() in place.parents


def test_a_job_holds_ids_alone(told, canaries):
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args::text, queueing_lock, lock FROM procrastinate_jobs")
        jobs = cursor.fetchall()
        cursor.execute("SELECT name, arguments::text, why FROM core_failedjob")
        jobs += cursor.fetchall()
    assert found(canaries, repr(jobs).encode()) == set()


def said_in(caplog):
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    return "\n".join(logging.Formatter().format(record) for record in records).encode()
