"""What accounts hold about the people who log in."""

from infinitypro.core.personal_data import Column

KEPT = "while the account is kept"
UNANSWERED = "until it is answered, taken back or 30 days old"
TIME = "a time alone"
COLUMNS = (
    Column("accounts.Invitation", "email", "member", "to let them in", UNANSWERED, "invitation", "key"),
    Column(
        *("accounts.SupportReason", "text", "workspace", "to say why an operator asks to look in"),
        *("while the workspace is kept", None, "key"),
    ),
    Column("accounts.User", "name", "member", "to show colleagues who did what", KEPT, "name", "key"),
    Column("accounts.User", "phone", "member", "to reach them about their account", KEPT, "phone", "key"),
    Column("accounts.User", "bio", "member", "to show colleagues who they are", KEPT, "bio", "key"),
    Column("accounts.Portrait", "picture", "member", "to show beside their name", KEPT, "picture", "key"),
    Column(
        *("accounts.User", "opening", "member", "to make the workspace they signed up for"),
        *("until they proved their address, a day at most", "sign-up", "key"),
    ),
    Column(
        *("accounts.User", "email", "member", "to log in", KEPT, "email", "row", False),
        why_clear="it is searched for at the log-in, before a key or a workspace is known",
    ),
    Column(
        *("accounts.User", "last_login", "member", "to notice a stranger's log-in"),
        *(KEPT, "last_login", "row", False),
        why_clear=TIME,
    ),
    Column(
        *("accounts.User", "of_age_at", "member", "to show that they declared to be 16 or older"),
        *(KEPT, "declared_of_age_at", "row", False),
        why_clear=TIME,
    ),
    Column(
        *("accounts.User", "time_zone", "member", "to tell times as they live them"),
        *(KEPT, "time_zone", "row", False),
        why_clear="shared by millions",
    ),
    Column(
        *("account.EmailAddress", "email", "member", "to prove that an address is theirs"),
        *(KEPT, "email", "row", False),
        why_clear="allauth's; it is searched for at the log-in",
    ),
    Column(
        *("mfa.Authenticator", "data", "member", "to check their second factor"),
        *(KEPT, None, "key", False),
        why_clear="allauth's; the secrets in it are sealed, a passkey's public key and name are not",
    ),
    Column(
        *("accounts.Device", "label", "member", "to tell their devices apart"),
        *("two years after it was last seen", "devices", "row", False),
        why_clear="the names of a browser and a system, shared by millions",
    ),
    Column(
        *("accounts.Device", "countries", "member", "to notice a log-in from elsewhere"),
        *("two years after it was last seen", "devices", "row", False),
        why_clear="countries alone",
    ),
    Column(
        *("usersessions.UserSession", "ip", "member", "to show where they are logged in"),
        *("while the session lasts", "sessions", "row", False),
        why_clear="a network, shared by hundreds",
    ),
    Column(
        *("usersessions.UserSession", "user_agent", "member", "to show where they are logged in"),
        *("while the session lasts", "sessions", "row", False),
        why_clear="allauth's; the names of a browser and a system",
    ),
    Column(
        *("accounts.SignInProvider", "secret", "workspace", "to log members in by the workspace's provider"),
        *("while the provider is set", None, "key"),
    ),
    Column(
        *("socialaccount.SocialAccount", "uid", "member", "to know them at a sign-in provider"),
        *(KEPT, "sign-in providers", "row", False),
        why_clear="allauth's; it is searched for at the log-in",
    ),
    Column(
        *("accounts.AlertHook", "url", "workspace", "to tell the business of alarms"),
        *("until it is removed", "alerts", "key"),
    ),
    Column(
        *("accounts.AlertHook", "secret", "workspace", "so that the receiver knows who calls"),
        *("until it is removed", None, "key"),
    ),
)
