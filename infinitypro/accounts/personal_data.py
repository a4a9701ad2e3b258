"""What accounts hold about the people who log in."""

from infinitypro.core.personal_data import Column

KEPT = "while the account is kept"
UNANSWERED = "until it is answered, taken back or 30 days old"
COLUMNS = (
    Column("accounts.Invitation", "email", "member", "to let them in", UNANSWERED, "invitation", "key"),
    Column("accounts.User", "name", "member", "to show colleagues who did what", KEPT, "name", "key"),
    Column(
        *("accounts.User", "email", "member", "to log in", KEPT, "email", "row", False),
        why_clear="it is searched for at the log-in, before a key or a workspace is known",
    ),
    Column(
        *(
            "accounts.User",
            "last_login",
            "member",
            "to notice a stranger's log-in",
            KEPT,
            "last_login",
            "row",
        ),
        is_sealed=False,
        why_clear="a time alone",
    ),
)
