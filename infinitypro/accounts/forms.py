"""What people say of themselves."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from infinitypro.accounts import notices
from infinitypro.accounts.models import User
from infinitypro.core import pictures

LARGEST_PICTURE = 8 * 1024 * 1024
PICTURE_SIDE = 256
LANGUAGES = (("en", "English"), ("es", "Español"))


def _zones() -> list[tuple[str, str]]:
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


class ProfileForm(forms.Form):
    """A person's profile."""

    name = forms.CharField(
        label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    picture = forms.FileField(
        label="Picture",
        required=False,
        help_text="JPEG, PNG or WebP. What is hidden in it, such as where it was taken, is dropped.",
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    is_picture_removed = forms.BooleanField(label="Remove the picture", required=False)
    bio = forms.CharField(
        label="About you",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For your colleagues.",
    )
    language = forms.ChoiceField(
        label="Language", choices=LANGUAGES, help_text="Pages are in English so far."
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=_zones)
    wanted = forms.MultipleChoiceField(
        label="Tell me by email when",
        required=False,
        choices=notices.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """The form as the profile stands."""
        wanted = [mark for mark, _text in notices.choices() if mark not in user.muted]
        same = {name: getattr(user, name) for name in ("name", "bio", "language", "time_zone")}
        return cls(initial=same | {"wanted": wanted})

    def clean_picture(self) -> bytes | None:
        """The picture, encoded anew."""
        given: UploadedFile[Any] | None = self.cleaned_data["picture"]
        if given is None:
            return None
        if (given.size or 0) > LARGEST_PICTURE:
            raise ValidationError("The picture is larger than 8 MB. Choose a smaller one.")
        try:
            return pictures.webp(given.read(), longest=PICTURE_SIDE, is_square=True)
        except pictures.Unusable as error:
            raise ValidationError(str(error)) from None

    def muted(self) -> list[str]:
        """The notices that were left unchecked."""
        return [mark for mark, _text in notices.choices() if mark not in self.cleaned_data["wanted"]]

    def profile(self) -> dict[str, Any]:
        """What `services.change_profile` takes."""
        same = ("name", "bio", "language", "time_zone", "picture", "is_picture_removed")
        return {name: self.cleaned_data[name] for name in same} | {"muted": self.muted()}
