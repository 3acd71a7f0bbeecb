"""What a source of a bundle adds to a record: the keys in INFO, as a VCF header declares them."""

from __future__ import annotations

from dataclasses import dataclass

PER_ALLELE = "A"
PER_RECORD = "."


@dataclass(frozen=True, slots=True)
class Field:
    """A key of INFO.

    Attributes:
        key: such as ``clinvar_CLNSIG``: the source's name, an underscore, the source's own key.
        number: ``A``, a value an ALT allele, or ``.``, values that hold for the whole record.
        type: ``String``, ``Integer``, ``Float`` or ``Flag`` (a flag is always per record).
        description: for people, without quotation marks.
    """

    key: str
    number: str
    type: str
    description: str
