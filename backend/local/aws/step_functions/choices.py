"""The rules of a Choice.

Source: "Amazon States Language", section "Choice State".
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from backend.local.aws.private import Json
from backend.local.aws.step_functions.errors import DefinitionError
from backend.local.aws.step_functions.moments import moment
from backend.local.aws.step_functions.paths import Path

Test = Callable[[Json, Json], bool]
"""Whether a rule holds for the data of a state and the context of its execution."""


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _truth(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


# Each returns the value to compare, or None for a value of another kind: that equals nothing.
KINDS: dict[str, Callable[[Json], Any]] = {
    "String": _text, "Numeric": _number, "Timestamp": moment, "Boolean": _truth,
}  # fmt: skip
ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq, "LessThan": operator.lt, "LessThanEquals": operator.le,
    "GreaterThan": operator.gt, "GreaterThanEquals": operator.ge,
}  # fmt: skip
COMPARISONS = {
    kind + order: (KINDS[kind], ORDERS[order])
    for kind in KINDS
    for order in (ORDERS if kind != "Boolean" else ["Equals"])
}
NATURES: dict[str, Callable[[Json], bool]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: _number(value) is not None,
    "IsString": lambda value: isinstance(value, str),
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": lambda value: moment(value) is not None,
}


def parse(rule: dict[str, Any]) -> Test:
    """Return the test that *rule* writes; its Next and Comment are of no account here.

    Raises:
        DefinitionError: it is not understood.
    """
    fields = set(rule) - {"Next", "Comment"}
    if fields in ({"And"}, {"Or"}):
        together = all if fields == {"And"} else any
        tests = [parse(each) for each in rule[fields.pop()]]
        return lambda data, context: together(test(data, context) for test in tests)
    if fields == {"Not"}:
        denied = parse(rule["Not"])
        return lambda data, context: not denied(data, context)
    names = fields - {"Variable"}
    if "Variable" not in fields or len(names) != 1:
        raise DefinitionError(f"a rule has a Variable and one comparison, not {sorted(fields)}")
    name = names.pop()
    return _comparison(name, Path.parse(rule["Variable"]), rule[name])


def _comparison(name: str, variable: Path, wanted: Json) -> Test:
    if name == "IsPresent":
        return lambda data, context: variable.is_present(data, context) is wanted
    if name in NATURES:
        is_so = NATURES[name]
        return lambda data, context: is_so(variable.find(data, context)) is wanted
    by_path = name.endswith("Path")
    if name.removesuffix("Path") not in COMPARISONS:
        raise DefinitionError(f"the local stack does not know the comparison {name}")
    kind, holds = COMPARISONS[name.removesuffix("Path")]
    other = Path.parse(wanted) if by_path else None
    if other is None and kind(wanted) is None:
        raise DefinitionError(f"{name} does not compare with {wanted!r}")

    def test(data: Json, context: Json) -> bool:
        left = kind(variable.find(data, context))
        right = kind(other.find(data, context) if other else wanted)
        return left is not None and right is not None and holds(left, right)

    return test
