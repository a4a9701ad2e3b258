"""What the pages about how members log in ask for."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from infinitypro.accounts.models import WorkspacePolicy
from infinitypro.config.team_forms import PlainForm

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
LONGEST_HOURS = 24 * 30


def domain(text: str) -> str:
    """A domain, in small letters. Raises ValidationError."""
    found = text.strip().lower().removeprefix("@").rstrip(".")
    try:
        found = found.encode("idna").decode()
    except UnicodeError:
        found = ""
    if not DOMAIN.fullmatch(found):
        raise ValidationError(f"“{text.strip()}” is not a domain. Write one like example.com.")
    return found


class PolicyForm(PlainForm):
    """How members must log in."""

    is_second_factor_required = forms.BooleanField(label="A second factor is required", required=False)
    is_sign_on_required = forms.BooleanField(
        label="Single sign-on is required; the owner named below keeps a way in without it", required=False
    )
    way_in = forms.ChoiceField(label="Owner who keeps a way in", required=False)
    session_hours = forms.IntegerField(
        label="Hours after which members log in again",
        required=False,
        min_value=1,
        max_value=LONGEST_HOURS,
        help_text="Empty: after two weeks.",
    )
    domains = forms.CharField(
        label="Domains of members' addresses",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line. Empty: any.",
    )

    def __init__(
        self,
        *args: Any,
        owners: list[tuple[str, str]],
        addresses: list[str],
        has_second_factor: bool,
        has_provider: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._owners, self._addresses = owners, addresses
        self._has_second_factor, self._has_provider = has_second_factor, has_provider
        self.fields["way_in"] = forms.ChoiceField(
            label="Owner who keeps a way in", required=False, choices=[("", "Choose …"), *owners]
        )

    @staticmethod
    def initial_of(policy: WorkspacePolicy | None) -> dict[str, Any]:
        """What stands."""
        if policy is None:
            return {}
        same = ("is_second_factor_required", "is_sign_on_required", "session_hours")
        return {name: getattr(policy, name) for name in same} | {
            "way_in": str(policy.way_in_id or ""),
            "domains": "\n".join(policy.domains),
        }

    def clean_is_second_factor_required(self) -> bool:
        """Whoever asks it of others has one."""
        wanted: bool = self.cleaned_data["is_second_factor_required"]
        if wanted and not self._has_second_factor:
            raise ValidationError(
                format_html(
                    "Set up your own second factor first, or you would lock yourself out. "
                    '<a class="link" href="{}">Set one up</a>',
                    reverse("mfa_index"),
                )
            )
        return wanted

    def clean_domains(self) -> list[str]:
        """Domains, those of whoever asks and of every owner among them."""
        found = [domain(line) for line in self.cleaned_data["domains"].split()]
        for address in self._addresses if found else ():
            if address.rpartition("@")[2].lower() not in found:
                raise ValidationError(f"{address}, yours or an owner's, is not in these domains.")
        return found

    def clean(self) -> dict[str, Any]:
        """Everything; single sign-on needs a provider, and somebody who keeps a way in."""
        found = super().clean() or self.cleaned_data
        if found.get("is_sign_on_required"):
            if not self._has_provider:
                self.add_error("is_sign_on_required", "Set up a provider first.")
            if not found.get("way_in"):
                self.add_error("way_in", "Choose an owner: should the provider fail, somebody must get in.")
        return found


class ProviderForm(PlainForm):
    """A workspace's sign-in provider."""

    issuer = forms.URLField(
        label="Issuer",
        max_length=500,
        assume_scheme="https",
        help_text="As the provider writes it, like https://login.example.com.",
    )
    client_id = forms.CharField(label="Client id", max_length=191)
    secret = forms.CharField(
        label="Client secret",
        max_length=191,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Kept sealed and never shown again. Empty: as it is.",
    )

    def __init__(self, *args: Any, standing: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._standing = standing

    def clean(self) -> dict[str, Any]:
        """Everything; a new issuer or client has a new secret."""
        found = super().clean() or self.cleaned_data
        same = {name: found.get(name) for name in ("issuer", "client_id")}
        if same != self._standing and not found.get("secret"):
            self.add_error("secret", "Type the secret that belongs to this client.")
        return found

    def clean_issuer(self) -> str:
        """Without a slash at its end."""
        found: str = self.cleaned_data["issuer"].rstrip("/")
        if urlsplit(found).query or urlsplit(found).fragment:
            raise ValidationError("An issuer has neither a question mark nor a hash in it.")
        return found


class DomainForm(PlainForm):
    """A domain to prove."""

    domain = forms.CharField(label="Domain", max_length=253)

    def clean_domain(self) -> str:
        """In small letters."""
        return domain(self.cleaned_data["domain"])
