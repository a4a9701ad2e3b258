"""What the databases hold after the storm, read as the program reads it. Prints one JSON document."""

import importlib
import json
import os
import sys
from collections import Counter
from typing import Any

import django


def main() -> None:
    """Compare with the vendor ids on standard input."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "infinitypro.config.settings"
    django.setup()
    commands = importlib.import_module("infinitypro.config.commands")
    with commands.database():
        sys.stdout.write(json.dumps(_compare(json.load(sys.stdin))) + "\n")


def _compare(accepted: list[str]) -> dict[str, Any]:
    desk = importlib.import_module("infinitypro.core.jobs.desk")
    models = importlib.import_module("infinitypro.inbox.models")
    tenancy = importlib.import_module("infinitypro.core.tenancy")
    workspaces = importlib.import_module("infinitypro.accounts.models").Workspace
    with tenancy.workspace(workspaces.objects.get(slug="demo").id):
        return {
            **_inbound(models.Message, accepted),
            **_outbound(models.Message),
            "unanswered": models.Message.objects.filter(direction="in", is_answered=False).count(),
            "waiting": models.Conversation.objects.exclude(waiting_since=None).count(),
            "queue": desk.state().as_dict(),
            "failed": [(row.name, row.why) for row in desk.failures()],
        }


def _inbound(messages: Any, accepted: list[str]) -> dict[str, Any]:
    receiving = importlib.import_module("infinitypro.inbox.receiving")
    channel = importlib.import_module("infinitypro.channels.models").Channel.objects.get()
    stored = Counter(
        bytes(mark) for mark in messages.objects.filter(direction="in").values_list("vendor_mark", flat=True)
    )
    wanted = {receiving.mark(channel, vendor_id) for vendor_id in accepted}
    return {
        "missing": len(wanted - stored.keys()),
        "unknown": len(stored.keys() - wanted),
        "stored_twice": sum(count > 1 for count in stored.values()),
    }


def _outbound(messages: Any) -> dict[str, Any]:
    sent = messages.objects.filter(direction="out", author="assistant", withdrawn_at=None)
    latest: dict[Any, dict[str, Any]] = {}
    for way, conversation, at in messages.objects.order_by("received_at").values_list(
        "direction", "conversation_id", "received_at"
    ):
        latest.setdefault(conversation, {})[way] = at
    return {
        "replies": [str(one) for one in sent.values_list("id", flat=True)],
        "unsent": sent.filter(sent_at=None).count(),
        "failed_replies": sent.exclude(failed_at=None).count(),
        "customers": len(latest),
        "not_answered_last": sum(one.get("out", one["in"]) <= one["in"] for one in latest.values()),
    }


if __name__ == "__main__":
    main()
