"""What the security events are called, by the groups of the security page's filter."""

GROUPS = {
    "Alarms": {
        "alarm.stuffing": "passwords were tried at many accounts",
        "alarm.tripwire": "a tripwire token was used",
        "alarm.export": "unusually much was read",
        "alarm.hooks": "forged messages arrived at a channel",
    },
    "Log-ins": {
        "sign_in.done": "logged in",
        "sign_in.disowned": "said that a log-in was not theirs: every session was ended",
        "sign_out.done": "logged out",
    },
    "Failures": {
        "sign_in.failed": "could not log in: the password was wrong",
        "second_factor.failed": "could not log in: the code was wrong",
    },
    "Accounts": {
        "account.password_changed": "changed their password",
        "account.password_set": "set a password",
        "account.password_reset": "set a new password by email",
        "account.email_changed": "changed their address",
        "account.email_confirm": "proved an address",
        "account.email_deleted": "removed an address",
        "account.totp_activated": "added an authenticator app",
        "account.totp_deactivated": "removed an authenticator app",
        "account.recovery_codes_generated": "made new recovery codes",
        "account.webauthn_added": "added a passkey",
        "account.webauthn_removed": "removed a passkey",
        "account.account_connected": "connected another way to log in",
        "account.account_disconnected": "removed another way to log in",
    },
    "Tokens": {
        "team:new_token": "made an API token",
        "team:revoke_token": "revoked an API token",
        "security:tripwire": "set a tripwire",
        "security:remove_tripwire": "removed a tripwire",
        "security:alerts": "changed where alarms are sent",
    },
}
WORDS = {kind: words for group in GROUPS.values() for kind, words in group.items()}
# Of the audit log, where acts of a workspace's members stand; all else are security events.
ACTS = tuple(GROUPS["Tokens"])
EVENTS = tuple(kind for kind in WORDS if kind not in ACTS)
