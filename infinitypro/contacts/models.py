"""A business's customers and the addresses they write from."""

from django.db import models

from infinitypro.core.tenancy.models import TenantModel
from infinitypro.core.vault.fields import SealedText


class Contact(TenantModel):
    """A customer. They never log in: they write, book and exercise their rights."""

    sealed_for = "id"

    name = SealedText("contact.name", null=True)  # None: no channel gave one and nobody wrote one
    named_at = models.DateTimeField(
        null=True
    )  # when the channel gave the name: a late webhook brings an old one
    is_name_confirmed = models.BooleanField(default=False)  # said by the person or a member, not by a channel
    language = models.CharField(max_length=8, blank=True)
    stopped_at = models.DateTimeField(null=True)  # they asked for no more automated messages
    made_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["workspace_id", "-last_seen_at", "-id"], name="contacts_by_activity")]


class Identity(TenantModel):
    """An address of a contact; found by its fingerprint, readable only when opened."""

    sealed_for = "contact_id"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=32)
    fingerprint = models.BinaryField(max_length=16)
    value = SealedText("identity.value")
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_id", "kind", "fingerprint"], name="contacts_one_identity"
            )
        ]
