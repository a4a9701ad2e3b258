"""The words of one business that understanding needs: its services, its people, its questions and answers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceWords:
    """A service, what it is called, and what else people call it."""

    key: str
    name: str
    also: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class StaffWords:
    """A member of staff and the full name."""

    key: str
    name: str


@dataclass(frozen=True)
class FaqWords:
    """A question the business has answered, and the answer."""

    key: str
    question: str
    answer: str


@dataclass(frozen=True)
class Vocabulary:
    """Everything named that a customer of this business may mean; hashable, so indexes can be kept by it."""

    services: tuple[ServiceWords, ...] = ()
    staff: tuple[StaffWords, ...] = ()
    faqs: tuple[FaqWords, ...] = ()
    languages: tuple[str, ...] = ("en",)
    kind: str = ""
