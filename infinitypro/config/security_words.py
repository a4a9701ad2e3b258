"""What the security events are called, by the groups of the page's filter."""

GROUPS = {
    "Alarms": {
        "alarm.stuffing": "",
        "alarm.tripwire": "",
        "alarm.export": "",
        "alarm.hooks": "",
    },
    "Log-ins": {
        "sign-in.done": "logged in",
        "sign-out.done": "logged out",
    },
    "Failures": {
        "sign-in.failed": "could not log in: the password was wrong",
        "second-factor.failed": "could not log in: the code was wrong",
    },
    "Accounts": {
        "password.changed": "changed their password",
        "password.set": "set a password",
        "password.reset": "set a new password by e-mail",
        "email.changed": "changed their address",
        "second-factor.added": "added a second factor",
        "second-factor.removed": "removed a second factor",
        "second-factor.new-codes": "made new recovery codes",
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
