"""WhatsApp through Meta's Cloud API, v23 shapes. This module is the adapter (`channels.base.Adapter`)."""

from __future__ import annotations

from infinitypro.channels.adapters.whatsapp.access import FIELDS, SIGNATURE, handshake, verify
from infinitypro.channels.adapters.whatsapp.entries import entries
from infinitypro.channels.adapters.whatsapp.limits import LIMITS, window_closes_at
from infinitypro.channels.adapters.whatsapp.media import fetch_media
from infinitypro.channels.adapters.whatsapp.parse import parse
from infinitypro.channels.adapters.whatsapp.problems import problem
from infinitypro.channels.adapters.whatsapp.sending import mark_read, send, test

KIND = "whatsapp"
LABEL = "WhatsApp"

__all__ = [
    "FIELDS",
    "KIND",
    "LABEL",
    "LIMITS",
    "SIGNATURE",
    "entries",
    "fetch_media",
    "handshake",
    "mark_read",
    "parse",
    "problem",
    "send",
    "test",
    "verify",
    "window_closes_at",
]
