"""Counting attempts, for all processes together: who tries too often waits, a little longer each time."""

from infinitypro.core.throttle.attempts import Counter, Limit, attempt, forgive
from infinitypro.core.throttle.models import fingerprint
from infinitypro.core.throttle.rates import Allowance, Rate, spend
from infinitypro.core.throttle.sights import see

__all__ = ["Allowance", "Counter", "Limit", "Rate", "attempt", "fingerprint", "forgive", "see", "spend"]
