"""What people say of themselves, and who sees it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from infinitypro.accounts import notices
from infinitypro.accounts.models import Portrait, User
from infinitypro.core.vault.fields import Sealed
from tests import studio

PROFILE = "/accounts/profile/"


@pytest.fixture
def person(new_workspace):
    return studio.a_member(new_workspace())


@pytest.fixture
def browser(person):
    made = Client(SERVER_NAME="localhost")
    made.force_login(person)
    return made


def given(**changed):
    same = {"name": "Carmen Ruiz", "bio": "Colour", "language": "es", "time_zone": "Europe/Madrid"}
    return same | {"wanted": ["new-sign-in:email"]} | changed


def photo():
    image, written = Image.new("RGB", (900, 600), "red"), io.BytesIO()
    tags = image.getexif()
    tags[0x010E] = "at 218 Water Street"
    image.save(written, "JPEG", exif=tags)
    return SimpleUploadedFile("me.jpg", written.getvalue(), "image/jpeg")


def test_a_profile_is_kept_sealed(browser, person):
    assert browser.post(PROFILE, given(wanted=[])).status_code == 302
    person = User.objects.get(id=person.id)
    assert (person.name, person.bio, person.language) == ("Carmen Ruiz", "Colour", "es")
    assert (person.time_zone, person.muted) == (
        "Europe/Madrid",
        ["new-sign-in:email", "support-asks:email", "alarm:email"],
    )
    assert isinstance(User.objects.values_list("bio", flat=True).get(id=person.id), Sealed)
    page = browser.get(PROFILE).content.decode()
    assert "Carmen Ruiz" in page


def test_a_picture_is_square_small_and_tells_nothing_else(browser, person):
    browser.post(PROFILE, given(picture=photo()))
    answer = browser.get(f"/accounts/picture/{person.id}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    with Image.open(io.BytesIO(answer.content)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("WEBP", (256, 256), {})
    assert b"Water Street" not in answer.content
    assert isinstance(Portrait.objects.values_list("picture", flat=True).get(id=person.id), Sealed)

    browser.post(PROFILE, given(is_picture_removed="on"))
    assert browser.get(f"/accounts/picture/{person.id}/").status_code == 404


def test_a_picture_stands_where_their_initials_would(browser, person):
    space = person.memberships.get().workspace
    assert "<img src" not in browser.get(f"/app/{space.slug}/team/").content.decode()
    browser.post(PROFILE, given(picture=photo()))
    page = browser.get(f"/app/{space.slug}/team/").content.decode()
    assert page.count(f'<img src="/accounts/picture/{person.id}/" alt="">') == 2, "the list and the menu"


def test_a_picture_is_shown_to_colleagues_alone(browser, person, new_workspace):
    browser.post(PROFILE, given(picture=photo()))
    colleague = studio.a_member(person.memberships.get().workspace)
    for other, seen in ((colleague, 200), (studio.a_member(new_workspace()), 404)):
        theirs = Client(SERVER_NAME="localhost")
        theirs.force_login(other)
        assert theirs.get(f"/accounts/picture/{person.id}/").status_code == seen
    assert Client(SERVER_NAME="localhost").get(f"/accounts/picture/{person.id}/").status_code == 302


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice."),
        (
            {"picture": SimpleUploadedFile("me.jpg", b"<svg onload=alert(1)>")},
            "of a kind that cannot be shown",
        ),
    ],
)
def test_what_cannot_be_kept_changes_nothing(browser, person, changed, said):
    page = browser.post(PROFILE, given(**changed))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert User.objects.get(id=person.id).name == "Maya Lindqvist"


def test_what_is_muted_is_not_told_and_what_must_be_told_cannot_be_muted(db):
    user = User(
        muted=[notices.mark(notices.NEW_SIGN_IN, "email"), notices.mark(notices.ACCOUNT_CHANGED, "email")]
    )
    assert not notices.is_wanted(user=user, event=notices.NEW_SIGN_IN, channel="email")
    assert notices.is_wanted(user=user, event=notices.ACCOUNT_CHANGED, channel="email")
    assert not notices.is_wanted(user=user, event=notices.NEW_SIGN_IN, channel="pigeon")
