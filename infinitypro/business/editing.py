"""What the pages of the facts share: noticing that somebody else was faster, the way back, faults beside their fields."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest

from infinitypro.accounts import queries as accounts
from infinitypro.business import queries
from infinitypro.core import clock

_SALT = "facts.undo"
_UNDO_SECONDS = 600
_LONGEST_TOKEN = 3000  # it travels in an address
_PLACE = re.compile(r"([A-Za-z_][\w.\[\]]*): (.+)", re.DOTALL)


def seen(plain: object) -> str:
    """A short name for the state that a form was filled from; the same state has the same name."""
    text = json.dumps(plain, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def is_overtaken(request: HttpRequest, plain: object) -> bool:
    """Whether the thing is no longer as the posted form knew it."""
    return request.POST.get("seen", "") != seen(plain)


def overtaken(thing: str, *, me: object) -> str:
    """What to say to whoever came second."""
    edit = queries.last_edit(thing=thing)
    who = accounts.names(user_ids=[edit.member_id]).get(edit.member_id) if edit else None
    place = queries.place()
    when = f" at {clock.say_time(edit.at, zone=place.zone, region=place.region)}" if edit else ""
    name = "You" if edit and edit.member_id == me else who or "Somebody else"
    where = " in another tab" if name == "You" else ""
    return (
        f"{name} changed this{where}{when} while you were typing. Nothing of yours is saved yet and nothing is lost: "
        "save again to put yours in its place."
    )


def undo(data: dict[str, Any]) -> str:
    """A token that carries what was there before, or nothing where it would be too long for an address."""
    token = signing.dumps(data, salt=_SALT, compress=True)
    return token if len(token) <= _LONGEST_TOKEN else ""


def undone(token: str) -> dict[str, Any] | None:
    """What was there before; None for a token that is not ours, or too old."""
    try:
        found = signing.loads(token, salt=_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        return None
    return found if isinstance(found, dict) else None


def sentence(problem: str) -> tuple[str, str]:
    """The place of a problem with a business file, and what is wrong there, as a sentence."""
    found = _PLACE.fullmatch(problem)
    place, text = (found[1], found[2]) if found else ("", problem)
    text = text[:1].upper() + text[1:]
    return place, text if text.endswith((".", "?", "!", '"')) else f"{text}."


def put_faults(form: forms.Form, problems: Iterable[str], *, field_of: Callable[[str], str | None]) -> None:
    """Put each problem beside the field that it is about, or above the form where it has none."""
    for problem in problems:
        place, text = sentence(problem)
        name = field_of(place)
        form.add_error(name if name in form.fields else None, text)


def differences(form: forms.Form, now: dict[str, Any]) -> list[str]:
    """For whoever came second: what the saved state says where theirs says something else."""
    found = []
    for name, field in form.fields.items():
        saved, theirs = now.get(name), form.data.get(form.add_prefix(name), "")
        if isinstance(saved, str | int) and not isinstance(saved, bool) and str(saved) != str(theirs):
            found.append(f"{field.label} is now “{saved}”.")
    return found
