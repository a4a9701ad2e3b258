"""Sends the keyring's tables to the keyring's database, and all else to the other."""

from typing import Any

from django.db.models import Model


class KeyringRouter:
    """Django's database router."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """Where a model's rows are read."""
        return "keyring" if model._meta.app_label == "vault" else "default"

    db_for_write = db_for_read

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        """Nothing in one database refers to the other."""
        return (first._meta.app_label == "vault") == (second._meta.app_label == "vault")

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Whether an app's tables belong in a database."""
        return (app_label == "vault") == (db == "keyring")
