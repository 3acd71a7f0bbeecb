"""Paths and templates: how a state picks from its data and puts something into them.

Source: "Amazon States Language", sections "Paths", "Reference Paths" and "Payload Template".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from backend.local.aws.private import Json
from backend.local.aws.step_functions.errors import DefinitionError, StateError

STEP = re.compile(r"\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Path:
    """A place in the data of a state, or in the context of its execution (``$$``)."""

    text: str
    of_context: bool
    steps: tuple[str | int, ...]

    @classmethod
    def parse(cls, text: Json) -> Self:
        """Return the path that *text* writes.

        Raises:
            DefinitionError: it is none, or one that picks several places.
        """
        root = re.match(r"\$\$?", text) if isinstance(text, str) else None
        if root is None:
            raise DefinitionError(f"{text!r} is no path; one begins with $, as $.due")
        steps: list[str | int] = []
        place = root.end()
        while place < len(text):
            found = STEP.match(text, place)
            if found is None:
                raise DefinitionError(f"{text}: the local stack knows names and numbers in a path")
            name, quoted, number = found.groups()
            steps.append(int(number) if number is not None else name or quoted)
            place = found.end()
        return cls(text, root.group() == "$$", tuple(steps))

    def find(self, data: Json, context: Json) -> Json:
        """Return what is at this place.

        Raises:
            StateError: nothing is.
        """
        found = context if self.of_context else data
        for step in self.steps:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError) as error:
                raise StateError("States.Runtime", f"No results for path: {self.text}") from error
        return found

    def is_present(self, data: Json, context: Json) -> bool:
        """Return whether there is anything at this place."""
        try:
            self.find(data, context)
        except StateError:
            return False
        return True

    def put(self, data: Json, value: Json) -> Json:
        """Return *data* with *value* at this place, which is made if it is not there.

        Raises:
            StateError: something that has no fields is in the way.
        """
        return self._put(data, self.steps, value)

    def _put(self, data: Json, steps: tuple[str | int, ...], value: Json) -> Json:
        if not steps:
            return value
        if not isinstance(data, dict):
            cause = f"The result does not fit into the input at {self.text}"
            raise StateError("States.ResultPathMatchFailure", cause)
        first, *rest = steps
        return {**data, first: self._put(data.get(first, {}), tuple(rest), value)}


def paths_of(template: Json) -> Iterator[Path]:
    """Yield the paths of a template's fields whose names end in ``.$``.

    Raises:
        DefinitionError: one of them is no path, or a call of an intrinsic function.
    """
    if isinstance(template, list):
        for each in template:
            yield from paths_of(each)
    elif isinstance(template, dict):
        for name, value in template.items():
            if not name.endswith(".$"):
                yield from paths_of(value)
            elif isinstance(value, str) and value.startswith("States."):
                raise DefinitionError(f"{name}: the local stack knows no intrinsic functions")
            else:
                yield Path.parse(value)


def fill(template: Json, data: Json, context: Json) -> Json:
    """Return *template* with what its paths pick from *data* and *context*.

    Raises:
        StateError: there is nothing at one of the paths.
    """
    if isinstance(template, list):
        return [fill(each, data, context) for each in template]
    if not isinstance(template, dict):
        return template
    return {
        name.removesuffix(".$"): (
            Path.parse(value).find(data, context)
            if name.endswith(".$")
            else fill(value, data, context)
        )
        for name, value in template.items()
    }
