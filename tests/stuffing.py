"""An attack with stolen passwords: wrong ones from many addresses against many accounts, as fast as it goes."""

from collections import Counter
from typing import ClassVar

from django.test import Client

from infinitypro.accounts.passwords import Argon2

LOGIN = "/accounts/login/"


class Counted(Argon2):
    """The product's way to keep passwords, made cheap; counts how often one is hashed."""

    time_cost, memory_cost = 1, 8
    hashed: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        """Hash a password."""
        Counted.hashed += 1
        return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Hash a password and compare."""
        Counted.hashed += 1
        return bool(super().verify(password, encoded))


def sign_in(email: str, password: str, *, network: int = 0, browser: Client | None = None) -> int:
    """The status of a sign-in from one of many addresses, each in a network of its own."""
    asking = browser or Client(SERVER_NAME="localhost")
    address = f"10.{network // 250}.{network % 250}.7"
    said = {"login": email, "password": password}
    return int(asking.post(LOGIN, said, REMOTE_ADDR=address).status_code)


def attack(emails: list[str], *, attempts: int, addresses: int) -> Counter[int]:
    """How so many guesses were answered, by status."""
    statuses: Counter[int] = Counter()
    browser = Client(SERVER_NAME="localhost")
    for number in range(attempts):
        email = emails[number % len(emails)]
        browser.cookies.clear()
        statuses[sign_in(email, f"guess {number}", network=number % addresses, browser=browser)] += 1
    return statuses
