"""The keys of INFO and FORMAT under which a result has what we add."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.fields import Field

EARLIER = ("CSQ", "ANN", "BCSQ", "GAS_STATUS")
"""INFO keys of annotations that may be there already."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The INFO keys of ours, which are none of the input's.

    Attributes:
        status: why something is not annotated.
        consequences: the entries of all alleles; empty where these are not written.
        compound: bcftools' calls; empty where none are made.
        masks: the key of FORMAT that says which haplotype has which of bcftools' calls, if written.
        fields: of the sources, in order.
        renamed: the sources' own names of those that the input has already, with ours.
    """

    status: str
    consequences: str
    compound: str
    fields: tuple[Field, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    masks: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Every key, in the order in which they are written."""
        new = dict(self.renamed)
        named = (new.get(field.key, field.key) for field in self.fields)
        listed = (self.status, *named, self.consequences, self.compound)
        return tuple(filter(None, listed))
