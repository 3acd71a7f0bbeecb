"""Which of two versions is newer."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}")


def release_numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a released *version*, which compare as it does.

    Up to four numbers between dots and nothing else, so there are no releases to try out. Zeros at
    the end do not count: "1.2" and "1.2.0" are the same.

    Raises:
        ValueError: it is not of that form.
    """
    if not _NUMBERS.fullmatch(version):
        raise ValueError(f'"{version}" is no version like 1.2.0')
    return _numbers(version)


def is_newer(version: str, running: str) -> bool:
    """Whether a released *version* is newer than the *running* one.

    What follows the numbers of the running one does not count: whoever tries out 1.2.0rc1 is told
    of 1.2.1, and nobody of what may be older than theirs.
    """
    begin = _NUMBERS.match(running)
    return release_numbers(version) > _numbers(begin.group() if begin else "0")


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
