"""What the stand-in vendor is told at its start."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One business number at the stand-in, the door its webhooks go to, and how fast its customers are."""

    phone_number_id: str
    access_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    webhook_url: str
    webhook_certificate: Path | None = None  # the one that answers there, whoever signed it
    port: int
    host: str = "127.0.0.1"
    account_id: str = "900100200300"
    number: str = "+12125550142"
    business_name: str = "Harbor & Pine Hair Studio"
    templates: frozenset[str] = frozenset({"hello_world", "appointment_reminder", "reopen_conversation"})
    delivered_after: float = 0.15
    read_after: float = 0.6
    always_reads: bool = False

    @property
    def base_url(self) -> str:
        """Where the product finds it (`WHATSAPP_API_URL`)."""
        return f"http://{self.host}:{self.port}"
