"""How a measured value stands against its target."""

from typing import Any


def at_most(value: float, target: float, unit: str) -> dict[str, Any]:
    """A value that must not be larger."""
    return _figure(value, f"≤ {target:g}", unit, value <= target)


def at_least(value: float, target: float, unit: str) -> dict[str, Any]:
    """A value that must not be smaller."""
    return _figure(value, f"≥ {target:g}", unit, value >= target)


def plain(value: float, unit: str) -> dict[str, Any]:
    """A value without a target."""
    return {"value": _rounded(value), "unit": unit}


def _figure(value: float, target: str, unit: str, is_met: bool) -> dict[str, Any]:
    return {"value": _rounded(value), "unit": unit, "target": target, "is_met": is_met}


def _rounded(value: float) -> float:
    return round(value, 3 if value < 10 else 1)
