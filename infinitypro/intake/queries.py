"""Reading raw events."""

from infinitypro.intake.models import RawEvent


def not_understood(*, limit: int = 100) -> list[RawEvent]:
    """Events with a part that was not understood, newest first, their bodies left sealed."""
    return list(RawEvent.objects.exclude(problem="").defer("body").order_by("-received_at", "-id")[:limit])


def count_not_understood() -> int:
    """How many there are."""
    return RawEvent.objects.exclude(problem="").count()
