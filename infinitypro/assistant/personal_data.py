"""What the assistant keeps of people."""

from infinitypro.core.personal_data import Column

_KEPT = "while the business keeps the conversation"

COLUMNS = (
    Column(
        "assistant.DialogueState",
        "state",
        "contact",
        "to go on where the conversation stands",
        _KEPT,
        None,
        "key",
    ),
    Column(
        "assistant.Trace", "trace", "contact", "to show a member why an answer was given", _KEPT, "why", "key"
    ),
)
