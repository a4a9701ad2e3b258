"""Conversations and what is in them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from infinitypro.accounts.models import User
from infinitypro.channels.models import Channel
from infinitypro.contacts.models import Contact
from infinitypro.core.tenancy.models import TenantModel
from infinitypro.core.vault.fields import SealedJSON, SealedText


class Conversation(TenantModel):
    """All that one contact and the business say to each other in one channel. Its row is the lock for its work."""

    class Status(models.TextChoices):
        OPEN = "open"
        PENDING = "pending"  # waits for the customer
        SNOOZED = "snoozed"
        RESOLVED = "resolved"

    sealed_for = "contact_id"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="conversations")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="conversations")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    snoozed_until = models.DateTimeField(null=True)
    assignee = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    is_assistant_on = models.BooleanField(default=True)
    stopped_assistant_at = models.DateTimeField(
        null=True
    )  # what the assistant wrote before is not sent after
    handed_over_at = models.DateTimeField(null=True)
    hand_over_reason = models.CharField(max_length=40, blank=True)
    hand_over_summary = SealedText("conversation.summary", null=True)
    is_upset = models.BooleanField(default=False)
    last_message_at = models.DateTimeField()
    last_message_id = models.UUIDField(null=True)
    last_inbound_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(
        null=True
    )  # when the first message that is not answered yet was received
    unread_count = models.PositiveIntegerField(default=0)
    bucket_level = models.FloatField(default=0)  # messages in the vendor's bucket for this person
    bucket_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_id", "contact", "channel"], name="inbox_one_conversation"
            )
        ]
        # One index a tab of the inbox, each in the order of the list, and one for what the rail counts.
        indexes = [
            models.Index(
                fields=["workspace_id", "status", "-last_message_at", "-id"], name="inbox_by_activity"
            ),
            models.Index(
                fields=["workspace_id", "assignee", "status", "-last_message_at", "-id"],
                condition=Q(assignee__isnull=False),
                name="inbox_of_member",
            ),
            models.Index(
                fields=["workspace_id", "status", "-last_message_at", "-id"],
                condition=Q(assignee=None, is_assistant_on=False),
                name="inbox_of_nobody",
            ),
            models.Index(
                fields=["workspace_id", "status", "-last_message_at", "-id"],
                condition=Q(is_assistant_on=True),
                name="inbox_of_assistant",
            ),
            models.Index(
                fields=["workspace_id", "assignee", "status", "unread_count"],
                condition=Q(is_assistant_on=False),
                name="inbox_unread",
            ),
        ]


class Message(TenantModel):
    """A message, a note or a line that says what happened."""

    class Author(models.TextChoices):
        CONTACT = "contact"
        ASSISTANT = "assistant"
        MEMBER = "member"
        PHONE = "phone"  # written by the business on its own telephone
        SYSTEM = "system"

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"
        NOTE = "note"
        EVENT = "event"

    sealed_for = "contact_id"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE)
    direction = models.CharField(max_length=5, choices=Direction.choices)
    author = models.CharField(max_length=10, choices=Author.choices)
    member = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    kind = models.CharField(max_length=20, default="text")
    body = SealedText("message.body")
    details = SealedJSON(
        "message.details"
    )  # media, place, cards, choice, buttons, menu, template, referral …
    vendor_id = SealedText("message.vendor_id", null=True)  # a vendor's id can hold the customer's number
    vendor_mark = models.BinaryField(max_length=16, null=True)
    reply_to_mark = models.BinaryField(max_length=16, null=True)
    at = models.DateTimeField()  # when it was written, by the writer's clock
    received_at = models.DateTimeField()  # when it reached us, by ours
    client_id = models.UUIDField(null=True)  # names a member's attempt: sent twice, it is one message
    is_answered = models.BooleanField(default=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)  # after a try that failed: not before then
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure_code = models.CharField(max_length=40, blank=True)
    failure = models.CharField(max_length=400, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_id", "vendor_mark"],
                condition=Q(vendor_mark__isnull=False),
                name="inbox_one_vendor_id",
            ),
            models.UniqueConstraint(
                fields=["workspace_id", "conversation", "client_id"],
                condition=Q(client_id__isnull=False),
                name="inbox_one_attempt",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace_id", "conversation", "-at", "-id"], name="inbox_in_order"),
            models.Index(
                fields=["workspace_id", "conversation", "id"],
                condition=Q(direction="out", sent_at=None, failed_at=None, withdrawn_at=None),
                name="inbox_to_send",
            ),
            models.Index(
                fields=["workspace_id", "conversation"],
                condition=Q(is_answered=False),
                name="inbox_to_answer",
            ),
        ]

    RANK: ClassVar[tuple[tuple[str, str], ...]] = (
        ("withdrawn_at", "withdrawn"),
        ("read_at", "read"),
        ("delivered_at", "delivered"),
        ("failed_at", "failed"),
        ("sent_at", "sent"),
        ("claimed_at", "sending"),
    )

    @property
    def status(self) -> str:
        """How far an outgoing message has come: waiting, sending, sent, delivered, read, failed or withdrawn."""
        return next((name for column, name in self.RANK if getattr(self, column)), "waiting")


class Reaction(TenantModel):
    """An emoji that one side put on a message, which may be known later than the reaction."""

    sealed_for = "contact_id"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE)
    target_mark = models.BinaryField(max_length=16)
    is_ours = models.BooleanField(default=False)
    emoji = SealedText("reaction.emoji", null=True)  # None: taken away
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_id", "contact", "target_mark", "is_ours"], name="inbox_one_reaction"
            )
        ]


class EarlyNews(TenantModel):
    """News of a message that is not known yet: a receipt, an edit, a deletion. Applied when it comes."""

    sealed_for = "contact_id"

    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE)
    target_mark = models.BinaryField(max_length=16)
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    code = models.CharField(max_length=40, blank=True)
    sentence = models.CharField(max_length=400, blank=True)
    content = SealedJSON("early.content", null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_id", "target_mark", "kind", "at"], name="inbox_one_early_news"
            )
        ]


class File(TenantModel):
    """A file of a conversation: sealed bytes, fetched from the vendor or refused with a reason."""

    sealed_for = "contact_id"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE)
    name = SealedText("file.name", null=True)
    content_type = models.CharField(max_length=80, blank=True)
    is_inline = models.BooleanField(default=False)  # an image of ours, encoded anew: may be shown in a page
    size = models.PositiveIntegerField(default=0)
    place = models.CharField(max_length=200, blank=True)  # in the file store
    problem = models.CharField(max_length=200, blank=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace_id", "message"], name="inbox_one_file")]
