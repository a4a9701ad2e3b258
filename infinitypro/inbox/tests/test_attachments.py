"""Files that customers send never run in our pages, whatever they call themselves."""

import contextlib
import io
import struct
import zipfile
import zlib
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from PIL import Image

from infinitypro.accounts.models import Workspace
from infinitypro.channels.errors import ChannelError
from infinitypro.core import files, home, pictures
from infinitypro.core.vault import cipher, keyring
from infinitypro.inbox import attachments
from infinitypro.inbox.models import File, Message
from tests import line, served, studio
from tests import vendor as vendors

NOW = line.NOON + timedelta(minutes=1)
MAYA = line.person("12125550111", name="Maya")
SCRIPT = b"<script>alert(document.cookie)</script>"


def picture(kind="PNG", size=(40, 30), **more):
    written = io.BytesIO()
    Image.new("RGB", size, (200, 30, 60)).save(written, kind, **more)
    return written.getvalue()


def bomb():
    """A PNG of a few hundred bytes that says it has 50,000 × 50,000 points."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def archive():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as one:
        one.writestr("index.html", SCRIPT)
    return written.getvalue()


HOSTILE = {
    "html": b"<!doctype html><html><body>" + SCRIPT,
    "html with spaces before": b"  \n\t<html>" + SCRIPT,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
    "svg behind an xml line": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">'
    + SCRIPT
    + b"</svg>",
    "xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    "script": b"alert(document.cookie)",
    "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "program": b"MZ" + b"\0" * 200,
    "zip": archive(),
    "nothing known": bytes(range(256)),
    "text": b"just words",
    "gif header before a script": b"GIF89a=1;" + SCRIPT,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_page_could_run_is_never_shown_in_one(name):
    try:
        kept = attachments.make_harmless(HOSTILE[name])
    except pictures.Unusable:
        return
    assert not kept.is_inline
    assert kept.content == HOSTILE[name]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_picture_is_encoded_anew_and_carries_nothing_else(kind):
    found = attachments.make_harmless(picture(kind) + SCRIPT)

    assert (found.content_type, found.is_inline) == ("image/webp", True)
    assert b"script" not in found.content
    with Image.open(io.BytesIO(found.content)) as shown:
        assert (shown.format, shown.size) == ("WEBP", (40, 30))


def test_where_a_picture_was_taken_is_not_kept():
    exif = Image.Exif()
    exif[0x010E] = "canary-at-home"
    exif.get_ifd(0x8825)[1] = "N"
    kept = attachments.make_harmless(picture("JPEG", exif=exif))
    assert b"canary" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as shown:
        assert not shown.getexif()


def test_a_picture_that_would_fill_the_memory_is_refused_unread():
    with pytest.raises(pictures.Unusable, match=r"too large|damaged"):
        attachments.make_harmless(bomb())


@pytest.mark.parametrize(
    "content", [b"", picture()[:60], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0" + b"x" * 50]
)
def test_a_broken_file_is_refused_with_a_reason(content):
    with contextlib.suppress(pictures.Unusable):
        assert not attachments.make_harmless(content).is_inline


def test_a_large_picture_is_made_smaller():
    kept = attachments.make_harmless(picture(size=(4000, 3000)))
    with Image.open(io.BytesIO(kept.content)) as shown:
        assert shown.size == (1600, 1200)


# From the vendor to the file store


@pytest.fixture
def vendor(db):
    with vendors.standing_in() as one:
        yield one


@pytest.fixture
def own(new_workspace):
    line.begin()
    return line.business(new_workspace())


def receive(own, media_id="77", mime="image/png", kind="image"):
    part = {"id": media_id, "mime_type": mime, "filename": "cat.png"}
    value = line.said(MAYA, f"wamid.{media_id}", 1, type=kind, **{kind: part})
    line.ingest(own, line.body(line.change(own.number_id, value)), now=NOW)
    with own.entered():
        return Message.objects.get()


def fetch(own, message):
    attachments.fetch(workspace_id=own.workspace_id, message_id=message.id, now=NOW)
    with own.entered():
        return File.objects.get(message=message)


def test_a_file_is_fetched_sealed_and_opens_for_its_business(own, vendor):
    vendor.files["77"] = picture()
    message = receive(own)

    file = fetch(own, message)

    assert (file.content_type, file.is_inline, file.problem, file.name) == ("image/webp", True, "", "cat.png")
    stored = (home.path() / "files" / file.place).read_bytes()
    assert b"WEBP" not in stored
    opened = files.get(file.place, workspace_id=own.workspace_id, file_id=file.id)
    assert opened[8:12] == b"WEBP"
    with pytest.raises(cipher.DoesNotOpen):
        files.get(file.place, workspace_id=own.workspace_id, file_id=message.id)
    keyring.destroy_subject(own.workspace_id, file.contact_id)
    with pytest.raises(keyring.KeyDestroyed):
        files.get(file.place, workspace_id=own.workspace_id, file_id=file.id)


def test_what_calls_itself_a_picture_and_is_a_page_is_a_download(own, vendor):
    vendor.files["77"] = HOSTILE["html"]
    file = fetch(own, receive(own, mime="image/png"))
    assert not file.is_inline
    assert not file.content_type.startswith("image/")


def test_a_file_that_is_gone_or_too_large_says_why_and_is_not_asked_for_again(own, vendor, monkeypatch):
    message = receive(own)
    file = fetch(own, message)
    assert (file.place, file.is_inline) == ("", False)
    assert file.problem.endswith(".")

    monkeypatch.setattr(attachments, "LARGEST", 100)
    other = line.business(type("W", (), {"id": own.workspace_id}))
    vendor.files["78"] = b"x" * 101
    value = line.said(MAYA, "wamid.78", 2, type="document", document={"id": "78"})
    line.ingest(other, line.body(line.change(other.number_id, value)), now=NOW)
    with own.entered():
        second = Message.objects.get(kind="document")
    assert "larger" in fetch(own, second).problem


def test_a_vendor_that_is_away_is_asked_again(own):
    with vendors.standing_in() as gone:
        url = gone.url
    message = receive(own)
    with override_settings(WHATSAPP_API_URL=url), pytest.raises(ChannelError) as caught:
        attachments.fetch(workspace_id=own.workspace_id, message_id=message.id, now=NOW)
    assert not caught.value.permanent


def test_a_file_is_stored_once_however_often_its_job_runs(own, vendor):
    vendor.files["77"] = picture()
    message = receive(own)
    first = fetch(own, message)
    vendor.files["77"] = picture(size=(1, 1))
    assert fetch(own, message).size == first.size


# From the file store to the browser

KNOWN = {
    "ogg": (b"OggS" + bytes(60), "audio/ogg"),
    "mp4": (b"\0\0\0\x18ftypmp42" + bytes(60), "video/mp4"),
    "m4a": (b"\0\0\0\x18ftypM4A " + bytes(60), "audio/mp4"),
}


def served_to_a_member(own, message):
    space = Workspace.objects.get(id=own.workspace_id)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(studio.a_member(space))
    cookies = {name: one.value for name, one in browser.cookies.items()}
    return served.ask(
        f"/app/{space.slug}/inbox/{message.conversation_id}/media/{message.id}/", cookies=cookies
    )


def assert_cannot_run(answer):
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_picture_is_shown_from_a_path_that_cannot_run_script(own, vendor):
    vendor.files["77"] = picture()
    message = receive(own)
    fetch(own, message)
    answer = served_to_a_member(own, message)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert "Content-Disposition" not in answer.headers
    assert_cannot_run(answer)


@pytest.mark.parametrize("name", KNOWN)
def test_what_can_be_played_is_named_by_its_bytes_and_opens_as_a_download(own, vendor, name):
    vendor.files["77"], kind = KNOWN[name]
    message = receive(own, mime="text/html", kind="document")
    fetch(own, message)
    answer = served_to_a_member(own, message)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="file"'
    assert_cannot_run(answer)


@pytest.mark.parametrize(
    "name", sorted(set(HOSTILE) - {"svg", "svg behind an xml line", "gif header before a script"})
)
def test_everything_else_is_nothing_but_a_download(own, vendor, name):
    vendor.files["77"] = HOSTILE[name]
    message = receive(own, mime="text/html", kind="document")
    fetch(own, message)
    answer = served_to_a_member(own, message)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/octet-stream")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="file"'
    assert answer.content == HOSTILE[name]
    assert_cannot_run(answer)


def test_a_file_whose_person_was_erased_is_gone(own, vendor):
    vendor.files["77"] = picture()
    message = receive(own)
    file = fetch(own, message)
    keyring.destroy_subject(own.workspace_id, file.contact_id)
    with own.entered():
        assert File.objects.filter(id=file.id).exists()
    assert served_to_a_member(own, message).status_code == 404
