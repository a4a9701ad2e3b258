"""What was mailed, to whom."""

import re

from django.core import mail

from infinitypro.core.jobs import worker


def messages(address: str) -> list[str]:
    """What that address got, subject and text, the oldest first; mail that waits is sent first."""
    worker.run(wait=False)
    return [f"{one.subject}\n{one.body}" for one in getattr(mail, "outbox", []) if address in one.to]


def code(address: str) -> str:
    """The newest code sent to that address."""
    found = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", messages(address)[-1], re.MULTILINE)
    assert found, messages(address)
    return found[1]


def link(address: str) -> str:
    """Where the newest link sent to that address leads, without the host."""
    found = re.search(r"https?://[^/\s]+(/\S+)", messages(address)[-1])
    assert found, messages(address)
    return found[1]
