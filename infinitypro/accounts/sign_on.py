"""Logging in by a provider: the installation's (Google), which opens an account, and a workspace's, which opens it alone."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import dns.exception
import dns.resolver
import orjson
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from infinitypro.accounts.models import Membership, ProvenDomain, SignInProvider, User, Workspace
from infinitypro.core import outbound
from infinitypro.core.errors import Problem
from infinitypro.core.vault import keyring

KIND = "openid_connect"  # allauth's name for such providers
GOOGLE = "google"
DISCOVERY = "/.well-known/openid-configuration"
RECORD = "infinitypro-verification="
DNS_SECONDS = 5.0
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
BY_PROVIDER = "socialaccount"  # allauth's name for a log-in of this kind
# allauth's own records of how this session was opened, the newest last.
RECORDS = "account_authentication_methods"
OPENS = "opens"  # in a session: the one workspace that it opens


class NotAProvider(Problem):
    """The address does not answer as a sign-in provider does."""


@dataclass(frozen=True)
class Way:
    """A way in by a provider, for a page."""

    provider_id: str
    name: str


def google() -> Way | None:
    """Google, where the operator set it up."""
    return Way(GOOGLE, "Google") if settings.GOOGLE_CLIENT_ID else None


def way(row: SignInProvider) -> Way:
    """A workspace's provider, by the name of its host."""
    return Way(row.id.hex, urlsplit(row.issuer).hostname or row.issuer)


def by_provider_id(provider_id: str) -> SignInProvider | None:
    """The workspace's provider of that id, or None where it is not a workspace's."""
    try:
        wanted = UUID(hex=provider_id)
    except ValueError:
        return None
    return SignInProvider.objects.select_related("workspace").filter(id=wanted).first()


def app(provider_id: str) -> SocialApp | None:
    """What allauth must know of a provider."""
    if provider_id == GOOGLE and settings.GOOGLE_CLIENT_ID:
        return _app(
            GOOGLE,
            "Google",
            settings.GOOGLE_OAUTH_URL,
            settings.GOOGLE_CLIENT_ID,
            settings.GOOGLE_CLIENT_SECRET,
        )
    row = by_provider_id(provider_id)
    return None if row is None else _app(row.id.hex, way(row).name, row.issuer, row.client_id, row.secret)


def app_of_client(client_id: str) -> SocialApp | None:
    """The same by the id we have there, which several workspaces may share: for what a log-in under way no longer asks."""
    if client_id == settings.GOOGLE_CLIENT_ID:
        return app(GOOGLE)
    row = SignInProvider.objects.filter(client_id=client_id).order_by("id").first()
    return None if row is None else app(row.id.hex)


def _app(provider_id: str, name: str, issuer: str, client_id: str, secret: str) -> SocialApp:
    return SocialApp(
        provider=KIND,
        provider_id=provider_id,
        name=name[:40],
        client_id=client_id,
        secret=secret,
        settings={"server_url": issuer, "oauth_pkce_enabled": True},
    )


def member_by_address(*, row: SignInProvider, addresses: Iterable[str]) -> User | None:
    """The workspace's member with one of these addresses, if the workspace proved its domain and they their address."""
    domains = set(row.workspace.proven_domains.exclude(proved_at=None).values_list("domain", flat=True))
    usable = [one.lower() for one in addresses if one.lower().rpartition("@")[2] in domains]
    found = EmailAddress.objects.filter(email__in=usable, verified=True).select_related("user").first()
    return found.user if found and is_member(row=row, user=found.user) else None


def is_member(*, row: SignInProvider, user: User) -> bool:
    """Whether this person belongs to the provider's workspace."""
    return Membership.objects.filter(workspace_id=row.workspace_id, user=user).exists()


def is_linked(*, workspace: Workspace, user: User) -> bool:
    """Whether the workspace's provider knows this person."""
    row = SignInProvider.objects.filter(workspace=workspace).first()
    return row is not None and SocialAccount.objects.filter(user=user, provider=row.id.hex).exists()


# Sessions


def mark(request: HttpRequest) -> None:
    """Keep in a session that just began which one workspace it opens, if a workspace's provider opened it."""
    request.session.pop(OPENS, None)
    records: list[dict[str, Any]] = request.session.get(RECORDS, [])
    for record in records:
        row = by_provider_id(record.get("provider", "")) if record.get("method") == BY_PROVIDER else None
        if row is not None:
            request.session[OPENS] = str(row.workspace_id)


# A workspace's provider and domains


def look_up(*, issuer: str) -> None:
    """Nothing; raises NotAProvider, or outbound's errors, where no provider answers for that issuer."""
    answer = outbound.get(issuer + DISCOVERY)
    try:
        found = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        found = None
    if answer.status_code != 200 or not isinstance(found, dict) or not all(found.get(key) for key in NEEDED):
        raise NotAProvider(
            f"{issuer}{DISCOVERY} does not answer as a sign-in provider does. Check the issuer."
        )
    if not all(outbound.is_sealed_in_transit(str(found[key])) for key in NEEDED):
        raise NotAProvider(
            "All addresses of a provider begin with https://: a log-in must not travel in the clear."
        )
    if str(found["issuer"]).rstrip("/") != issuer:
        raise NotAProvider(f"The provider calls itself {found['issuer']}. Write the issuer just like that.")


@transaction.atomic
def set_provider(*, workspace: Workspace, issuer: str, client_id: str, secret: str) -> SignInProvider:
    """The workspace's provider; with another issuer all links to the last one are gone. An empty secret keeps the one."""
    row = SignInProvider.objects.select_for_update().filter(workspace=workspace).first()
    if row is not None and (row.issuer, row.client_id) != (issuer, client_id):
        _drop(row)
        row = None
    if row is None:
        row = SignInProvider(workspace=workspace, issuer=issuer, client_id=client_id)
    if secret:
        row.secret = secret
    row.save()
    return row


@transaction.atomic
def remove_provider(*, workspace: Workspace) -> None:
    """Forget the workspace's provider, and who is who there."""
    for row in SignInProvider.objects.filter(workspace=workspace):
        _drop(row)


def _drop(row: SignInProvider) -> None:
    SocialAccount.objects.filter(provider=row.id.hex).delete()
    name = str(row.id)
    row.delete()
    transaction.on_commit(
        lambda: keyring.destroy_rooted("account", name)
    )  # else what stays could not be read


def claim(*, workspace: Workspace, domain: str) -> ProvenDomain:
    """The workspace's claim of a domain, and what its DNS must say."""
    return ProvenDomain.objects.get_or_create(
        workspace=workspace, domain=domain, defaults={"token": secrets.token_urlsafe(24)}
    )[0]


def prove(*, row: ProvenDomain, now: datetime) -> bool:
    """Whether the domain's DNS says what it must; asks it."""
    if RECORD + row.token not in records(row.domain):
        return False
    row.proved_at = now
    row.save(update_fields=["proved_at"])
    return True


def records(domain: str) -> list[str]:
    """The texts that a domain's DNS holds; none where it does not answer."""
    try:
        answer = dns.resolver.resolve(domain, "TXT", lifetime=DNS_SECONDS)
    except (dns.exception.DNSException, OSError):
        return []
    return [b"".join(row.strings).decode(errors="replace") for row in answer]
