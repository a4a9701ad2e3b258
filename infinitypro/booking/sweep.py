"""When a service can start: sorted intervals are swept once, instead of trying one slot after another.

Everything here is plain integers, minutes since 1970 in UTC (see infinitypro.business.spans); no database.
For a service of `minutes` with buffers `before` and `after`, a start s means

- work [s, s + minutes), which must lie inside one stretch of working time (staff and business hours), and
- busy [s - before, s + minutes + after), which must not touch any block: another appointment's busy range,
  a break, time off. Tidying up may thus run past closing time, but never into a break or another appointment.

Solved for s, both are intervals of possible starts, so one pass over the sorted working stretches and blocks
of a person gives all of them; the grid of offered starts is then cut out by bisection.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from math import gcd
from typing import TypeVar

from infinitypro.business.spans import Interval, Span

_QUARTER = 15
Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Need:
    """How long a service takes: minutes of work and the buffers around them."""

    minutes: int
    before: int = 0
    after: int = 0

    def busy(self, start: int) -> Interval:
        """What an appointment that starts then keeps busy."""
        return start - self.before, start + self.minutes + self.after


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same minutes as sorted intervals that neither overlap nor touch."""
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        elif start < end:
            result.append((start, end))
    return result


def common(first: Sequence[Interval], second: Sequence[Interval]) -> list[Interval]:
    """The minutes in both of two sorted lists of disjoint intervals."""
    result, i, j = [], 0, 0
    while i < len(first) and j < len(second):
        start = max(first[i][0], second[j][0])
        end = min(first[i][1], second[j][1])
        if start < end:
            result.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return result


def without(intervals: Sequence[Interval], gaps: Sequence[Interval]) -> list[Interval]:
    """Sorted disjoint intervals less the sorted gaps, which may overlap one another."""
    result, rest, covered = [], iter(gaps), 0
    gap = next(rest, None)
    for start, end in intervals:
        reached = covered if covered > start else start
        while gap and gap[0] < end:
            if gap[0] > reached:
                result.append((reached, gap[0]))
            if gap[1] > reached:
                reached = covered = gap[1]
            gap = next(rest, None)
        if reached < end:
            result.append((reached, end))
    return result


def starts(work: Sequence[Interval], blocks: Sequence[Interval], need: Need) -> list[Interval]:
    """Intervals of possible starts within sorted stretches of work, clear of the sorted blocks."""
    last = need.minutes - 1
    possible = [(start, end - last) for start, end in work if end - start >= need.minutes]
    return without(possible, forbidden(blocks, need))


def forbidden(blocks: Sequence[Interval], need: Need) -> list[Interval]:
    """The starts whose busy range would touch a block; sorted as the blocks are, and they may overlap."""
    reach = need.minutes + need.after - 1
    return [(start - reach, end + need.before) for start, end in blocks]


def unit_starts(units: Sequence[Sequence[Interval]], window: Interval, need: Need) -> list[Interval]:
    """Intervals of starts in the window for which at least one unit of a resource is free throughout."""
    return joined(found for busy in units for found in without([window], forbidden(busy, need)))


def free_units(units: Sequence[Sequence[Interval]], start: int, need: Need) -> list[int]:
    """The positions of the units that are free for a start, in order."""
    first, last = need.busy(start)
    return [i for i, busy in enumerate(units) if not any(a < last and b > first for a, b in busy)]


def anchored(span: Span, step: int) -> range:
    """The wall-clock minutes at which something may start: every `step` from the opening on.

    The first is rounded up to a quarter of an hour (or to what divides both): an opening at 9:10 offers 9:15.
    """
    round_to = gcd(step, _QUARTER)
    return range(-(-span.start // round_to) * round_to, span.end, step)


def openings(
    grid: Sequence[int], people: Sequence[Sequence[Interval]], names: Sequence[Name]
) -> Iterator[tuple[int, tuple[Name, ...]]]:
    """The starts of the sorted grid at which somebody is free, in order, each with the names of all who are.

    Lazy: who wants the first three does not pay for the rest. Who is free is kept as bits that flip where somebody's
    possible starts begin and end, so that the names are only spelt out where they change.
    """
    flips = [0] * (len(grid) + 1)
    for who, possible in enumerate(people):
        bit, last = 1 << who, 0
        for start, end in possible:
            first = bisect_left(grid, start, last)
            last = bisect_left(grid, end, first)
            flips[first] ^= bit
            flips[last] ^= bit
    free = 0
    spelt: tuple[Name, ...] = ()
    for start, flip in zip(grid, flips, strict=False):
        if flip:
            free ^= flip
            spelt = _spelt(free, names)
        if free:
            yield start, spelt


_ZERO_AND_ONE = bytes.maketrans(b"01", b"\x00\x01")


def _spelt(bits: int, names: Sequence[Name]) -> tuple[Name, ...]:
    """The names whose bit is set."""
    return tuple(compress(names, f"{bits:b}"[::-1].encode().translate(_ZERO_AND_ONE)))
