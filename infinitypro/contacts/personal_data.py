"""What the contact records hold about people."""

from infinitypro.core.personal_data import Column

KEPT = "while the business keeps the contact"
COLUMNS = (
    Column("contacts.Contact", "name", "contact", "to address the customer", KEPT, "name", "key"),
    Column(
        *(
            "contacts.Contact",
            "language",
            "contact",
            "to answer in the customer's language",
            KEPT,
            "language",
            "row",
        ),
        is_sealed=False,
        why_clear="a language code alone names nobody",
    ),
    Column("contacts.Identity", "value", "contact", "to write back to the customer", KEPT, "address", "key"),
    Column(
        *("contacts.Identity", "fingerprint", "contact", "to find the customer again", KEPT, None, "row"),
        is_sealed=False,
        why_clear="a keyed hash from which the address cannot be had",
    ),
)
