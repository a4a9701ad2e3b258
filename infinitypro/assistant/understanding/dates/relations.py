"""What the words around an item make of it: a bound, an exclusion, an end of a range, or given up."""

from __future__ import annotations

from dataclasses import dataclass

from infinitypro.assistant.understanding.dates.specs import (
    BoundSpec,
    DaySpec,
    FlagSpec,
    Item,
    OffsetSpec,
    PartSpec,
    SpanSpec,
    TimeSpec,
)
from infinitypro.assistant.understanding.dates.tokens import Token

_FILLERS = frozenset({"THE", "LA", "ON", "AT", "IN", "OF", "FOR", "EDGE", "WHICH"})
_SIDES = {"BEFORE": "before", "UNTIL": "until", "AFTER": "after", "FROM": "from", "LATEST": "until"}
_ONWARD = {"ONWARD": "from", "BACKWARD": "until"}
_OPPOSITE = {"before": "after", "after": "before", "until": "after", "from": "before"}
_RANGE_LINKS = frozenset({"TO", "UNTIL", "DASH"})
_ALTERNATIVES = frozenset({"OR", "AND", "COMMA"})
_ASKING = frozenset({"i", "we", "you", "u"})
_SENTENCE_ENDS = frozenset({"STOP", "COMMA"})


@dataclass(slots=True)
class Role:
    """How an item counts: alone, one side of a bound, excluded, replaced, void; `start` is its first word."""

    name: str = "alone"
    start: int | None = None
    is_around: bool = False
    is_today: bool = False
    is_instead: bool = False
    is_list: bool = False


def roles(tokens: list[Token], items: list[Item]) -> list[Role]:
    """The role of each item, in order."""
    found = [_own_role(tokens, items, index) for index in range(len(items))]
    for index in range(1, len(items)):
        _join(tokens, items, found, index)
    _give_up(tokens, items, found)
    return found


def are_linked(tokens: list[Token], first: Item, second: Item) -> bool:
    """Whether only a link ("to", "and", "or", "-") and articles stand between two items."""
    return _link(tokens, first, second) is not None


def are_beside(tokens: list[Token], first: Item, second: Item) -> bool:
    """Whether only articles and commas stand between two items ("in two weeks, on the Tuesday")."""
    between = tokens[first.end : second.start]
    return all(token.kind in _FILLERS or token.text == "," for token in between)


def _link(tokens: list[Token], first: Item, second: Item) -> str | None:
    between = ["TO" if token.norm == "al" else token.kind for token in tokens[first.end : second.start]]
    links = [kind for kind in between if kind in _RANGE_LINKS | _ALTERNATIVES]
    has_only_fillers = all(kind in _FILLERS or kind in _RANGE_LINKS | _ALTERNATIVES for kind in between)
    return links[-1] if links and has_only_fillers else None


def _own_role(tokens: list[Token], items: list[Item], index: int) -> Role:
    item = items[index]
    floor = items[index - 1].end if index else 0
    at = item.start - 1
    while at >= floor and tokens[at].kind in _FILLERS:
        at -= 1
    role = Role(_ONWARD.get(tokens[item.end].kind, "alone"))
    role.is_today = tokens[item.start].kind in ("PART", "THISMORNING") and _is_today(tokens, item)
    if at < floor:
        return _refused(tokens, item, floor, role)
    lead = tokens[at]
    role.is_around = lead.kind == "AROUND"
    if lead.kind == "BETWEEN":
        role.name, role.start = "from", at
    elif lead.kind in _SIDES and not isinstance(item.spec, PartSpec):
        role.name, role.start = _SIDES[lead.kind], at
        if isinstance(item.spec, TimeSpec) and _is_denied(tokens, at, floor):
            role.name = _OPPOSITE[role.name]
    elif lead.norm == "no" and isinstance(item.spec, TimeSpec):
        pass  # an answer ("no 4pm"), not an exclusion
    elif lead.kind in ("NOT", "EXCEPT", "MINUS"):
        role.name, role.start, role.is_instead = "excluded", at, lead.value == "instead"
        role.is_list = lead.kind != "NOT"
    elif lead.kind == "TO" and index:
        role.start = at
    return _refused(tokens, item, floor, role)


def _is_today(tokens: list[Token], item: Item) -> bool:
    before = tokens[item.start - 1]
    return tokens[item.start].kind == "THISMORNING" or (before.kind == "WHICH" and before.value == "this")


def _is_denied(tokens: list[Token], at: int, floor: int) -> bool:
    """ "I cannot do anything before 9" asks for 9 or later."""
    clause = _clause(tokens, at, floor, 6)
    return any(token.kind in ("CANNOT", "NOT") or token.norm in ("but not", "pero no") for token in clause)


def _clause(tokens: list[Token], at: int, floor: int, reach: int) -> list[Token]:
    """The tokens before this one in its clause, nearest first."""
    found: list[Token] = []
    for place in range(at - 1, max(floor, at - reach) - 1, -1):
        if tokens[place].kind in _SENTENCE_ENDS or tokens[place].norm in ("but", "pero", "so"):
            break
        found.append(tokens[place])
    return found


def _refused(tokens: list[Token], item: Item, floor: int, role: Role) -> Role:
    """What the customer says cannot be ("can't do friday", "3 doesn't work") is excluded."""
    if role.name != "alone" or isinstance(item.spec, (BoundSpec, FlagSpec)):
        return role
    clause = _clause(tokens, item.start, floor, 5)
    for place, token in enumerate(clause):
        follower = clause[place - 1] if place else tokens[item.start]
        if token.kind == "CANNOT" and follower.norm not in _ASKING:
            role.name, role.is_instead = "excluded", True
    follower = tokens[item.end]
    if follower.kind == "REFUSED" or (follower.kind == "CANNOT" and follower.norm.startswith("no pu")):
        role.name, role.is_instead = "excluded", True
    return role


def _join(tokens: list[Token], items: list[Item], found: list[Role], index: int) -> None:
    """Let a link to the item before decide: the other end of a range, or one more of what was excluded."""
    first, second = items[index - 1], items[index]
    before, role = found[index - 1], found[index]
    if _sort(first) != _sort(second):
        if before.name == "excluded" and _sort(first) == "day" and _touch(tokens, first, second):
            role.name = "void"
        elif before.is_instead and role.name == "alone" and _touch(tokens, first, second):
            role.name, role.is_instead = "excluded", True
        return
    link = _link(tokens, first, second)
    if link in _RANGE_LINKS and before.name in ("alone", "from"):
        before.name, role.name = "from", "until"
    elif link == "AND" and before.name == "from" and tokens[_lead(tokens, first)].kind == "BETWEEN":
        role.name = "until"
    elif link in _ALTERNATIVES and before.name == "excluded" and role.name == "alone":
        is_same_list = link != "COMMA" or before.is_list
        role.name, role.is_list = "excluded" if is_same_list else "alone", before.is_list


def _touch(tokens: list[Token], first: Item, second: Item) -> bool:
    """Whether two items are one expression ("2pm on the 10th")."""
    return all(token.kind in _FILLERS for token in tokens[first.end : second.start])


def _lead(tokens: list[Token], item: Item) -> int:
    at = item.start - 1
    while tokens[at].kind in _FILLERS and at > 0:
        at -= 1
    return at


def _sort(item: Item) -> str:
    if isinstance(item.spec, (DaySpec, SpanSpec)) or (
        isinstance(item.spec, OffsetSpec) and not item.spec.is_clock
    ):
        return "day"
    return "time" if isinstance(item.spec, (TimeSpec, OffsetSpec)) else type(item.spec).__name__


def _give_up(tokens: list[Token], items: list[Item], found: list[Role]) -> None:
    """Mark what a later word replaces: "move it from friday to saturday", "March 9th? Make it March 8th"."""
    targets: set[int] = set()
    for index, item in enumerate(items):
        at, sort = _lead(tokens, item), _sort(item)
        is_target = sort in ("day", "time") and _moves_to(tokens, items, index)
        if is_target and (move := _move_before(tokens, at)) is not None:
            for earlier in range(index):
                is_kept = earlier in targets and _sort(items[earlier]) != sort
                if items[earlier].start > move and _sort(items[earlier]) in ("day", "time") and not is_kept:
                    found[earlier].name = "replaced"
                    found[index].name = "alone"
            targets.add(index)
        elif (clause := _correction(tokens, item)) is not None:
            for earlier in range(index):
                if (
                    items[earlier].end <= clause
                    and _sort(items[earlier]) == _sort(item)
                    and found[earlier].name == "alone"
                ):
                    found[earlier].name = "replaced"


def _moves_to(tokens: list[Token], items: list[Item], index: int) -> bool:
    between = tokens[items[index - 1].end : items[index].start] if index else []
    return any(token.kind == "TO" or token.norm in ("al", "para", "a las", "a la") for token in between[-3:])


def _move_before(tokens: list[Token], at: int) -> int | None:
    for place in range(at - 1, -1, -1):
        if tokens[place].kind == "STOP":
            return None
        if tokens[place].kind == "MOVE":
            return place
    return None


def _correction(tokens: list[Token], item: Item) -> int | None:
    """Where the clause of an item begins, when it says that it corrects what came before."""
    begin = item.start
    while begin > 0 and tokens[begin - 1].kind not in _SENTENCE_ENDS and tokens[begin - 1].norm != "but":
        begin -= 1
    if any(token.kind == "CORRECTION" for token in tokens[begin : item.start]):
        return begin
    for token in tokens[item.end : item.end + 6]:
        if token.kind in ("STOP", "END"):
            break
        if token.kind == "INSTEAD" and not token.norm.endswith("of"):
            return begin
    return None
