"""Writes what a business says of itself; every change is checked as a business file is, and makes a new version."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from infinitypro.business import file, queries
from infinitypro.business.models import Edit, Faq, Profile
from infinitypro.business.schema import BusinessFile, Facts
from infinitypro.business.schema import Faq as FileFaq
from infinitypro.core import audit, live, tenancy


@transaction.atomic
@audit.changes(queries.settings)
def load(*, file: BusinessFile) -> Profile:
    """The workspace's business after taking over the file's facts; what it said before is replaced."""
    profile = Profile.objects.first() or Profile()
    _take_over(profile, file)
    Faq.objects.all().delete()
    Faq.objects.bulk_create(_faq(entry, position) for position, entry in enumerate(file.faqs))
    touch()
    return profile


@transaction.atomic
@audit.changes(queries.settings)
def update(*, changes: Mapping[str, object]) -> Profile:
    """The business with some facts changed, named and written as in a business file ("hours", "address", …).

    Parts of `address` and `booking` that are not given stay. Raises BadBusinessFile, and then changes nothing.
    """
    profile = Profile.objects.select_for_update().first() or queries.profile()
    plain = queries.as_plain(profile)
    _take_over(
        profile, file.check({**plain, **{name: _merged(plain, name, changes[name]) for name in changes}})
    )
    touch()
    return profile


def _merged(plain: Mapping[str, object], name: str, value: object) -> object:
    before = plain.get(name)
    if name in ("address", "booking") and isinstance(before, dict) and isinstance(value, dict):
        return {**before, **value}
    return value


def _take_over(profile: Profile, facts: Facts) -> None:
    plain = facts.model_dump(mode="json", by_alias=True, exclude_defaults=True, include={"closed_on"})
    for name in ("name", "kind", "timezone", "currency", "languages", "phone", "email", "website", "about"):
        setattr(profile, name, getattr(facts, name))
    for name in queries.ADDRESS:
        setattr(profile, name, getattr(facts.address, name))
    for name in queries.RULES:
        setattr(profile, name, getattr(facts.booking, name))
    profile.hours = {day: spans for day, spans in facts.hours.by_day().items() if spans}
    profile.closed_on = plain.get("closed_on", [])
    profile.save()


def _faq(entry: FileFaq, position: int) -> Faq:
    return Faq(question=entry.q, answer=entry.a, is_handed_over=entry.hand_over, position=position)


@transaction.atomic
@audit.changes(queries.settings)
def add_faq(*, question: str, answer: str, is_handed_over: bool = False) -> Faq:
    """The new question, last in the list. Raises BadBusinessFile."""
    entry = _checked_faq(question, answer, is_handed_over)
    last = Faq.objects.order_by("-position").values_list("position", flat=True).first()
    faq = _faq(entry, 0 if last is None else last + 1)
    faq.save()
    touch()
    return faq


@transaction.atomic
@audit.changes(queries.settings)
def update_faq(*, faq_id: UUID, question: str, answer: str, is_handed_over: bool = False) -> Faq:
    """The question as it now stands. Raises BadBusinessFile, Faq.DoesNotExist."""
    entry = _checked_faq(question, answer, is_handed_over)
    faq = Faq.objects.get(id=faq_id)
    faq.question, faq.answer, faq.is_handed_over = entry.q, entry.a, entry.hand_over
    faq.save()
    touch()
    return faq


@transaction.atomic
@audit.changes(queries.settings)
def remove_faq(*, faq_id: UUID) -> None:
    """Nothing; the question is gone."""
    Faq.objects.filter(id=faq_id).delete()
    touch()


@transaction.atomic
def move_faq(*, faq_id: UUID, by: int) -> None:
    """Nothing; the question stands so many places later (or earlier, below zero), as far as the list goes."""
    rows = list(queries.faqs())
    at = next((index for index, row in enumerate(rows) if row.id == faq_id), None)
    if at is None:
        return
    row = rows.pop(at)
    rows.insert(max(0, at + by), row)
    place_faqs(faq_ids=[row.id for row in rows])


@transaction.atomic
@audit.changes(queries.settings)
def place_faqs(*, faq_ids: Sequence[UUID]) -> None:
    """Nothing; the questions stand in that order."""
    for position, faq_id in enumerate(faq_ids):
        Faq.objects.filter(id=faq_id).exclude(position=position).update(position=position)
    touch()


def _checked_faq(question: str, answer: str, is_handed_over: bool) -> FileFaq:
    return file.check_part(FileFaq, {"q": question.strip(), "a": answer.strip(), "hand_over": is_handed_over})


def touch() -> None:
    """Make a new version: call it after a fact of this workspace was written, in the same transaction."""
    Profile.objects.update(version=uuid4())
    live.publish("facts", id=tenancy.current())


def lock() -> Profile | None:
    """The business, waited for: whoever edits a fact holds it until their transaction is over."""
    return Profile.objects.select_for_update().first()


def note_edit(*, thing: str, member_id: UUID, now: datetime) -> None:
    """Remember who changed that thing on its page."""
    Edit.objects.bulk_create(
        [Edit(thing=thing, member_id=member_id, at=now)],
        update_conflicts=True,
        unique_fields=["workspace_id", "thing"],
        update_fields=["member_id", "at"],
    )
