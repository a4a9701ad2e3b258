"""Where each conversation stands, and why each answer was given."""

from django.db import models

from infinitypro.contacts.models import Contact
from infinitypro.core.tenancy.models import TenantModel
from infinitypro.core.vault.fields import SealedJSON
from infinitypro.inbox.models import Conversation, Message


class DialogueState(TenantModel):
    """What the assistant keeps of a conversation between two messages: `state.Dialogue` as JSON."""

    sealed_for = "contact_id"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    state = SealedJSON("dialogue.state")
    changed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "conversation"], name="assistant_one_dialogue")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Trace(TenantModel):
    """Why an answer was given: `trace.Trace` as JSON."""

    sealed_for = "contact_id"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    trace = SealedJSON("trace.trace")
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "message"], name="assistant_one_trace")
        ]

    def __str__(self) -> str:
        return str(self.id)
