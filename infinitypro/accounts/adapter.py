"""What allauth asks us."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Nobody signs up by themselves yet: people are made by the operator's commands."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user names."""
