"""Every kind of channel, one line each."""

from __future__ import annotations

from infinitypro.channels.adapters import whatsapp
from infinitypro.channels.base import Adapter

ADAPTERS: dict[str, Adapter] = {
    "whatsapp": whatsapp,
}
