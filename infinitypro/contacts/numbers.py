"""Telephone numbers as people write them."""

import phonenumbers

HIDDEN = "Number hidden for your role"


def spaced(number: str) -> str:
    """`+1 212-555-0111` for `+12125550111`."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
