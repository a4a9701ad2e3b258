"""A whole workspace at once: made with its first member, and removed without a trace but for its backups."""

import itertools
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models, transaction

from infinitypro.accounts import erasure
from infinitypro.accounts import services as accounts
from infinitypro.accounts.models import User, Workspace
from infinitypro.accounts.permissions import BuiltIn
from infinitypro.booking import offer_file
from infinitypro.business import file as business_file
from infinitypro.business import queries as business
from infinitypro.business import schema
from infinitypro.business.file import BadBusinessFile
from infinitypro.business.schema import BusinessFile
from infinitypro.channels.models import ChannelRoute
from infinitypro.config import new_business
from infinitypro.core import audit, home, tenancy
from infinitypro.core.audit import chain
from infinitypro.core.audit.models import AuditEntry, AuditLink
from infinitypro.core.errors import Problem
from infinitypro.core.tenancy.models import TenantModel
from infinitypro.core.vault import keyring
from infinitypro.core.vault.models import SubjectKey, WorkspaceKey
from infinitypro.demo.prepare import SLUG as DEMO

PASSWORD_BYTES = 12
LONGEST_GUESS = 50  # of the letters of an address that is made of a name


@dataclass(frozen=True)
class Made:
    """A new workspace and how its first member gets in."""

    workspace: str
    name: str
    email: str
    password: str | None  # None: the caller knows it, or the person had an account before


def find(slug: str) -> Workspace:
    """The workspace of that name; raises Problem."""
    found = Workspace.objects.filter(slug=slug).first()
    if found is None:
        raise Problem(
            f"There is no workspace named {slug!r}. `infinitypro workspace list` shows those there are."
        )
    return found


def read(path: str) -> BusinessFile:
    """The business in a file; raises Problem with every sentence about what is wrong with it."""
    try:
        return business_file.read(Path(path))
    except BadBusinessFile as bad:
        raise Problem(f"{path} cannot be used:\n" + "\n".join(f"  {text}" for text in bad.problems)) from bad
    except OSError as error:
        raise Problem(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise Problem(f"{path} cannot be read (it is not UTF-8 text).") from error


def create(*, file: BusinessFile, slug: str, email: str, name: str, password: str | None) -> Made:
    """The workspace of a file with its first member; all of it, or nothing."""
    is_known = User.objects.filter(email__iexact=email).exists()
    if is_known and password is None:
        made = None
    else:
        made = password or secrets.token_urlsafe(PASSWORD_BYTES)
        _refuse_weak(made, User(email=email, name=name))
    with transaction.atomic():
        space = accounts.make_workspace(slug=slug)
        member = accounts.add_member(workspace=space, email=email, name=name, password=made)
        with tenancy.workspace(space.id), audit.by_operator("operator.created", member=str(member.id)):
            offer_file.load(file=file)
    return Made(slug, file.name, member.email, made if password is None else None)


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Problem(" ".join(error.messages)) from None


@transaction.atomic
def open_for(*, user: User) -> Workspace | None:
    """The workspace that this person signed up for, made now that their address is theirs; None where there is none."""
    owner = User.objects.select_for_update().get(id=user.id)
    if owner.opening is None:
        return None
    asked = owner.opening
    slug = free_slug(name=asked["name"])
    file = new_business.guess(**asked, owner=owner.name, phone=owner.phone or "", slug=slug)
    space = accounts.make_workspace(slug=slug)
    accounts.join(workspace=space, user=owner, role=BuiltIn.OWNER)
    with tenancy.workspace(space.id):
        offer_file.load(file=file)
    owner.opening, owner.time_zone, owner.language = None, file.timezone, file.languages[0]
    owner.save(update_fields=["opening", "time_zone", "language"])
    return space


def free_slug(*, name: str) -> str:
    """A name for addresses made of the business's own, numbered where it is taken."""
    wanted = schema.slug(name)[:LONGEST_GUESS].strip("-") or "business"
    names = (wanted if number == 1 else f"{wanted}-{number}" for number in itertools.count(1))
    return next(one for one in names if one != DEMO and not Workspace.objects.filter(slug=one).exists())


def load(*, slug: str, file: BusinessFile) -> list[dict[str, Any]]:
    """What taking the file over changed, list by list."""
    with tenancy.workspace(find(slug).id), audit.by_operator("operator.loaded"):
        changes = offer_file.changes(file)
        offer_file.load(file=file)
    return [
        {"list": one.title, "total": one.total, "new": list(one.new), "gone": list(one.gone)}
        for one in changes
    ]


def export(*, slug: str) -> BusinessFile:
    """The workspace's business as a file; raises Problem where it has none."""
    with tenancy.workspace(find(slug).id), audit.by_operator("operator.exported"):
        return offer_file.written(slug=slug)


def all_() -> list[dict[str, Any]]:
    """Every workspace, the oldest first."""
    return [_about(space) for space in Workspace.objects.order_by("made_at", "id")]


def _about(space: Workspace) -> dict[str, Any]:
    with tenancy.workspace(space.id):
        name = business.place().name
    return {
        "slug": space.slug,
        "name": name,
        "members": space.memberships.count(),
        "is_demo": space.is_demo,
        "made_at": space.made_at.isoformat(),
    }


def remove(*, slug: str) -> dict[str, int]:
    """How many rows of each table went. Keys go first: from then on every copy is unreadable, backups included."""
    space = find(slug)
    _destroy_keys(space.id)
    with transaction.atomic():
        with tenancy.workspace(space.id):
            counts = {"audit": chain.remove()}
            counts |= {model._meta.db_table: _empty(model) for model in _tenant_models()}
        counts[ChannelRoute._meta.db_table] = ChannelRoute.objects.filter(workspace_id=space.id).delete()[0]
        members = list(space.memberships.values_list("user_id", flat=True))
        audit.note_security("workspace.removed", workspace_id=space.id)
        counts["accounts"] = space.delete()[0]
    for user_id in members:
        erasure.remove_if_homeless(user_id=user_id)
    shutil.rmtree(home.path() / "files" / str(space.id), ignore_errors=True)
    return {table: count for table, count in counts.items() if count}


def _destroy_keys(workspace_id: UUID) -> None:
    with transaction.atomic(using="keyring"):
        SubjectKey.objects.filter(workspace_id=workspace_id).delete()
        WorkspaceKey.objects.filter(workspace_id=workspace_id).delete()
    keyring.forget()


def _empty(model: type[TenantModel]) -> int:
    rows = model.objects.all()
    return rows._raw_delete(rows.db)


def _tenant_models() -> Iterator[type[TenantModel]]:
    """Every table of a workspace's data but the audit log's, those that refer to others before those."""
    tenants = [
        model
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model not in (AuditEntry, AuditLink)
    ]
    order: TopologicalSorter[type[TenantModel]] = TopologicalSorter()
    for model in tenants:
        order.add(model)
        for field in model._meta.local_fields:
            target = field.related_model
            if isinstance(field, models.ForeignKey) and target in tenants and target is not model:
                order.add(target, model)
    yield from order.static_order()
