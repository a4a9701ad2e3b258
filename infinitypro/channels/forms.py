"""What connecting a channel asks for: its name here, and what its adapter needs."""

from collections.abc import Mapping
from typing import Any

from django import forms

from infinitypro.channels.registry import ADAPTERS
from infinitypro.channels.types import Field

LONGEST = 2000


class ChannelForm(forms.Form):
    """A channel's set-up. A secret that is kept already is never shown; left empty it stays."""

    use_required_attribute = False

    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="What your team calls it.",
        error_messages={"required": "Give it a name.", "max_length": "At most 120 letters."},
    )

    def __init__(self, *args: Any, kind: str, kept: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self._kind, self._kept = kind, dict(kept or {})
        for index, asked in enumerate(ADAPTERS[kind].FIELDS):
            self.fields[asked.name] = self._field(asked, is_address=index == 0)

    def _field(self, asked: Field, *, is_address: bool) -> forms.CharField:
        has_one = bool(self._kept.get(asked.name))
        hint = (
            f"{asked.help} Kept; type a new one to replace it." if asked.is_secret and has_one else asked.help
        )
        return forms.CharField(
            label=asked.label,
            help_text=hint,
            max_length=LONGEST,
            required=asked.is_required and not (asked.is_secret and has_one),
            initial="" if asked.is_secret else self._kept.get(asked.name, ""),
            disabled=is_address and has_one,
            widget=_secret() if asked.is_secret else forms.TextInput(attrs=_PLAIN),
            error_messages={
                "required": f"{asked.label} is missing.",
                "max_length": f"At most {LONGEST} letters.",
            },
        )

    def clean(self) -> dict[str, Any]:
        """Ids are digits, wherever they were copied from."""
        found = super().clean() or {}
        for asked in ADAPTERS[self._kind].FIELDS:
            value = "".join(str(found.get(asked.name, "")).split())
            if value and asked.name.endswith("_id") and not (value.isascii() and value.isdigit()):
                self.add_error(asked.name, f"{asked.label} has digits only.")
            found[asked.name] = value
        return found

    def optional(self) -> list[str]:
        """Names of the fields that may stay empty for good."""
        return [asked.name for asked in ADAPTERS[self._kind].FIELDS if not asked.is_required]

    def credentials(self) -> dict[str, str]:
        """What the channel is reached with: what was typed, over what is kept."""
        typed = {
            asked.name: self.cleaned_data[asked.name]
            for asked in ADAPTERS[self._kind].FIELDS
            if self.cleaned_data[asked.name] or not asked.is_secret
        }
        return {**self._kept, **typed}


_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def _secret() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={**_PLAIN, "autocomplete": "new-password"}, render_value=False)
