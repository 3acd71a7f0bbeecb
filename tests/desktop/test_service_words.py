"""Whatever a service says, looking for it among what is known does no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sentences import Sentence
from desktop.ui.error_words import in_words
from desktop.ui.service_words import PLAIN, WITH_VALUES, recognized

MOVED = "At character 1 of the query "
ASSEMBLY = "The contig lengths in the header are those of "
PIECES = st.sampled_from(
    [piece for text in WITH_VALUES for piece in text.replace("}", "{").split("{")]
)
SPOKEN = st.lists(PIECES | st.sampled_from([*PLAIN, ",", "1,000", "٣"]) | st.text()).map("".join)


def depth(words: object) -> int:
    """Return how many sentences are within one another."""
    if not isinstance(words, Sentence):
        return 0
    return 1 + max((depth(value) for _, value in words.values), default=0)


@pytest.mark.usefixtures("qapp")
@given(SPOKEN)
def test_nothing_that_is_said_raises(words: str) -> None:
    assert isinstance(in_words(words), str)
    assert depth(recognized(words)) <= 3


@pytest.mark.parametrize("number", [",", ",,,", "", "x"])
def test_commas_alone_are_no_number(number: str) -> None:
    words = f"Line 9: POS is 'x'; it must be a whole number of at most {number}."
    assert recognized(words) is None


def test_a_number_is_read_with_its_groups_and_without() -> None:
    words = "Line 9: POS is 'x'; it must be a whole number of at most {}."
    for number in ("536,870,912", "536870912"):
        found = recognized(words.format(number))
        assert found is not None
        assert dict(found.values)["most"] == 536_870_912


@pytest.mark.parametrize("times", [10, 60, 10_000])
def test_what_is_nested_without_end_is_not_followed(times: int) -> None:
    assert depth(recognized(MOVED * times)) <= 3
    assert in_words(MOVED * times) == MOVED * times


def test_a_text_that_is_too_long_is_not_looked_through() -> None:
    assert recognized(f"{ASSEMBLY}GRCh37. {'x' * 1900}") is not None
    assert recognized(f"{ASSEMBLY}GRCh37. {'x' * 2000}") is None
