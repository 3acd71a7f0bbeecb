"""Saying what is wrong with a VCF file by the specification, 4.0 to 4.5.

Intake refuses what cannot be read. What can be read and is wrong all the same is named here, with
its line and a remedy, and the file is annotated. A rule applies to the versions that state it.
"""

from annotator.conformance.checking import Conformance
from annotator.conformance.fault import Fault
from annotator.conformance.looking import LOOKED_AT, find_faults

__all__ = ["LOOKED_AT", "Conformance", "Fault", "find_faults"]
