"""What Meta allows, as data (Meta: Cloud API throughput, pair rate limit, messages reference)."""

from __future__ import annotations

from datetime import datetime, timedelta

from infinitypro.channels.types import Limits

LIMITS = Limits(
    per_second=80,
    pair_burst=45,
    pair_refill=timedelta(seconds=6),
    window=timedelta(hours=24),
    text_length=4096,
    buttons=3,
    button_length=20,
    menu_text_length=1024,
    rows=10,
    row_length=24,
    row_description_length=72,
    media_bytes=100 * 1024 * 1024,
)


def window_closes_at(*, last_inbound_at: datetime) -> datetime:
    """Until when anything but a template may be sent to someone who last wrote then."""
    return last_inbound_at + LIMITS.window
