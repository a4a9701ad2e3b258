"""What conversations hold about people."""

from infinitypro.core.personal_data import Column

KEPT = "while the business keeps the conversation"
ANSWER = "to answer the customer"
FOUND = "to know a message again when the vendor repeats it or speaks of it"
HASHED = "a keyed hash from which the vendor's id cannot be had"
COLUMNS = (
    Column(
        "inbox.Conversation",
        "hand_over_summary",
        "contact",
        "to brief who takes over",
        KEPT,
        "summary",
        "key",
    ),
    Column("inbox.Message", "body", "contact", ANSWER, KEPT, "text", "key"),
    Column("inbox.Message", "details", "contact", ANSWER, KEPT, "details", "key"),
    Column("inbox.Message", "vendor_id", "contact", FOUND, KEPT, None, "key"),
    Column("inbox.Message", "vendor_mark", "contact", FOUND, KEPT, None, "row", False, HASHED),
    Column("inbox.Message", "reply_to_mark", "contact", FOUND, KEPT, None, "row", False, HASHED),
    Column("inbox.Reaction", "emoji", "contact", ANSWER, KEPT, "reaction", "key"),
    Column("inbox.Reaction", "target_mark", "contact", FOUND, KEPT, None, "row", False, HASHED),
    Column(
        "inbox.EarlyNews", "content", "contact", ANSWER, "until the message it speaks of comes", None, "key"
    ),
    Column(
        "inbox.EarlyNews",
        "target_mark",
        "contact",
        FOUND,
        "until the message comes",
        None,
        "row",
        False,
        HASHED,
    ),
    Column("inbox.File", "name", "contact", ANSWER, KEPT, "file name", "key"),
)
