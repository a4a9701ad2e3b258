"""What raw events hold about people."""

from infinitypro.core.personal_data import Column

KEPT = "seven days"
WHY = "to read an event again that was not understood"
COLUMNS = (
    Column("intake.RawEvent", "body", "contact", WHY, KEPT, "raw event", "key"),
    Column(
        *("intake.RawEvent", "digest", "contact", "to shed instant repeats", KEPT, None, "row", False),
        why_clear="a keyed hash whose key is destroyed after seven days",
    ),
    Column(
        *(
            "intake.RawEvent",
            "contact_id",
            "contact",
            "to erase a person's events early",
            KEPT,
            None,
            "row",
            False,
        ),
        why_clear="an id",
    ),
)
