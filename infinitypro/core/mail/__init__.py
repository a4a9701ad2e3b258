"""E-mail to the people who log in: sealed until it is sent, sent by a job after what caused it was committed."""

from infinitypro.core.mail.outgoing import send

__all__ = ["send"]
