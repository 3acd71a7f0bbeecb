"""The specification's own files: of each that fails it, its very fault is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.conformance import Conformance, Fault
from annotator.form import check_form, records_of
from annotator.intake import Reader
from backend.domain.errors import RejectedError

RESERVED_FORMAT = {
    "004": ("DP", "Type=String", "Type=Integer"),
    "005": ("DP", "Number=2", "Number=1"),
    "006": ("EC", "Type=String", "Type=Integer"),
    "007": ("EC", "Number=1", "Number=A"),
    "008": ("FT", "Type=Float", "Type=String"),
    "009": ("FT", "Number=2", "Number=1"),
    "010": ("GL", "Type=String", "Type=Float"),
    "011": ("GL", "Number=A", "Number=G"),
    "012": ("GP", "Type=String", "Type=Float"),
    "013": ("GP", "Number=A", "Number=G"),
    "014": ("GQ", "Type=String", "Type=Integer"),
    "015": ("GQ", "Number=A", "Number=1"),
    "016": ("GT", "Type=Float", "Type=String"),
    "017": ("GT", "Number=G", "Number=1"),
    "018": ("HQ", "Type=Float", "Type=Integer"),
    "019": ("HQ", "Number=1", "Number=2"),
    "020": ("MQ", "Type=Float", "Type=Integer"),
    "021": ("MQ", "Number=A", "Number=1"),
    "022": ("PL", "Type=Float", "Type=Integer"),
    "023": ("PL", "Number=1", "Number=G"),
    "024": ("PQ", "Type=Float", "Type=Integer"),
    "025": ("PQ", "Number=G", "Number=1"),
    "026": ("PS", "Type=Float", "Type=Integer"),
    "027": ("PS", "Number=G", "Number=1"),
    "029": ("GLE", "Number=A", "Number=G"),
}
RESERVED_INFO = {
    "004": ("AA", "Type=Integer", "Type=String"),
    "005": ("AA", "Number=.", "Number=1"),
    "006": ("AC", "Type=Float", "Type=Integer"),
    "007": ("AC", "Number=1", "Number=A"),
    "008": ("AF", "Type=Integer", "Type=Float"),
    "009": ("AF", "Number=1", "Number=A"),
    "010": ("AN", "Type=Float", "Type=Integer"),
    "011": ("AN", "Number=A", "Number=1"),
    "012": ("BQ", "Type=Integer", "Type=Float"),
    "013": ("BQ", "Number=R", "Number=1"),
    "014": ("CIGAR", "Type=Float", "Type=String"),
    "015": ("CIGAR", "Number=1", "Number=A"),
    "016": ("DB", "Type=String", "Type=Flag"),
    "017": ("DB", "Number=1", "Number=0"),
    "018": ("DP", "Type=String", "Type=Integer"),
    "019": ("DP", "Number=0", "Number=1"),
    "020": ("END", "Type=String", "Type=Integer"),
    "021": ("END", "Number=A", "Number=1"),
    "022": ("H2", "Type=String", "Type=Flag"),
    "023": ("H2", "Number=1", "Number=0"),
    "024": ("H3", "Type=String", "Type=Flag"),
    "025": ("H3", "Number=1", "Number=0"),
    "026": ("MQ", "Number=R", "Number=1"),
    "027": ("MQ0", "Type=Float", "Type=Integer"),
    "028": ("MQ0", "Number=A", "Number=1"),
    "029": ("NS", "Type=Float", "Type=Integer"),
    "030": ("NS", "Number=A", "Number=1"),
    "031": ("SOMATIC", "Type=String", "Type=Flag"),
    "032": ("SOMATIC", "Number=1", "Number=0"),
    "033": ("VALIDATED", "Type=String", "Type=Flag"),
    "034": ("VALIDATED", "Number=1", "Number=0"),
    "035": ("1000G", "Type=String", "Type=Flag"),
    "036": ("1000G", "Number=1", "Number=0"),
}
FAULTS = {
    "body_alt_000": "4: ALT has 'R'; an allele has the bases",
    "body_alt_001": "4: ALT has 'A T'",
    "body_alt_002": "4: ALT has an empty allele",
    "body_alt_003": "4: ALT has '<INS>BLAH>'; an ID between < and > has no whitespace, commas or",
    "body_alt_005": "4: ALT has '[1:100['; a breakend has bases",
    "body_chrom_000": "4: CHROM is '<1'; a contig's name has no whitespace, commas or angle",
    "body_chrom_001": "4: CHROM is 'chr:1'; in VCF 4.2 a colon",
    "body_chrom_002": "4: CHROM is 'chr 1'; a contig's name has no whitespace",
    "body_chrom_003": "4: CHROM is 'chr,1'; a contig's name has no whitespace, commas",
    "body_contiguous_000": "9: Contig '1' comes back after other contigs",
    "body_contiguous_001": "9: Contig '2' comes back after other contigs",
    "body_duplicated_000": "5: C>G is the variant of line 4 again",
    "body_duplicated_001": "8: A>G is the variant of line 5 again",
    "body_duplicated_002": "5: T>A is the variant of line 4 again",
    "body_duplicated_003": "5: A>G is the variant of line 4 again",
    "body_filter_000": "4: FILTER is 'q10;.'; a dot stands alone",
    "body_filter_001": "4: FILTER is 'PASS;'; take out the semicolon",
    "body_filter_002": "4: FILTER is ';PASS'; take out the semicolon",
    "body_filter_003": "4: FILTER is 'my filter'; it must have no whitespace.",
    "body_filter_004": "4: FILTER has the code '0', which is reserved",
    "body_format_000": "refused: Line 5 is empty",
    "body_format_001": "4: FORMAT has the key 'G S'",
    "body_format_002": "4: FORMAT is 'GS:GT:GL'; GT must be its first key.",
    "body_format_003": "4: FORMAT has the key 'G_S'; in VCF 4.2 a key has letters and digits only.",
    "body_format_004": "4: Sample HG00096: GT is '0/|1'",
    "body_id_000": "4: ID is 'rs1807 id34498'; it must have no whitespace.",
    "body_id_001": "4: ID is ';rs180734498'; take out the semicolon",
    "body_id_002": "4: ID is 'rs180734498;'; take out the semicolon",
    "body_info_000": "4: INFO/AA has 2 values; it must have 1.",
    "body_info_001": "4: INFO/AC is '-1'; it must not be negative.",
    "body_info_002": "4: INFO/AC is '1.150'; it must be a whole number.",
    "body_info_003": "4: INFO/AC is 'AC1'; it must be a whole number.",
    "body_info_004": "4: INFO/AF is '-0.01'; a frequency is between 0 and 1.",
    "body_info_005": "4: INFO/AF is 'AF1'; it must be a number.",
    "body_info_006": "4: INFO/AN is '-1'; it must not be negative.",
    "body_info_007": "4: INFO/AN is '1.150'; it must be a whole number.",
    "body_info_008": "4: INFO/AN is 'AN1'; it must be a whole number.",
    "body_info_009": "4: INFO/BQ is 'BQ1'; it must be a number.",
    "body_info_010": "4: INFO/CIGAR is '123MYCIGAR'",
    "body_info_011": "4: INFO/CIGAR is '0.05'",
    "body_info_012": "4: INFO/DB is '2'; a flag has no value.",
    "body_info_013": "4: INFO/DP is '-1'; it must not be negative.",
    "body_info_014": "4: INFO/DP is '1.150'; it must be a whole number.",
    "body_info_015": "4: INFO/DP is 'DP1'; it must be a whole number.",
    "body_info_016": "4: INFO/END is '-1'; it must not be negative.",
    "body_info_017": "4: INFO/END is '1.150'; it must be a whole number.",
    "body_info_018": "4: INFO/END is 'END1'; it must be a whole number.",
    "body_info_019": "4: INFO/H2 is '2'; a flag has no value.",
    "body_info_020": "4: INFO/H3 is 'SOMETHING'; a flag has no value.",
    "body_info_021": "4: INFO/MQ0 is '-1'; it must not be negative.",
    "body_info_022": "4: INFO/MQ0 is '1.150'; it must be a whole number.",
    "body_info_023": "4: INFO/NS is '-1'; it must not be negative.",
    "body_info_024": "4: INFO/NS is '1.150'; it must be a whole number.",
    "body_info_025": "4: INFO/SOMATIC is '2'; a flag has no value.",
    "body_info_026": "4: INFO/VALIDATED is 'SOMETHING'; a flag has no value.",
    "body_info_027": "4: INFO/1000G is '2'; a flag has no value.",
    "body_info_028": "4: INFO has the key 'RS Q'; a key has no whitespace",
    "body_info_029": "5: INFO/MY is '9'; a flag has no value.",
    "body_info_030": "5: INFO/MY has 2 values; it must have 1.",
    "body_info_031": "5: INFO/MY has 1 value; it must have 2, one for each ALT allele.",
    "body_info_033": "5: INFO/MY has 3 values; it must have 2, one for each allele with REF.",
    "body_info_036": "10: INFO/AC is '-1'; it must not be negative.",
    "body_pos_000": "refused: Line 4: POS is '.'",
    "body_pos_001": "refused: Line 4: POS is '123abc'",
    "body_pos_002": "refused: Line 4: POS is '-1'",
    "body_qual_000": "4: QUAL is 'quality'; it must be a number or a dot.",
    "body_qual_001": "4: QUAL is '-100'; a Phred score is not negative.",
    "body_ref_000": "4: REF is 'C,A'; it must be one allele",
    "body_ref_001": "4: REF is 'B'; it must be one allele of the bases A, C, G, T and N.",
    "body_ref_002": "4: REF is '.'; it must be one allele",
    "body_sample_000": "4: Sample HG00096: GT is '1/C'",
    "body_sample_001": "4: Sample HG00096: GT is '0/3'; the record's last allele is number 2.",
    "body_sample_002": "4: Sample HG00096: GT is '0.000'",
    "body_sample_003": "4: Sample HG00096 has 4 values and FORMAT 3",
    "body_sample_004": "5: Sample HG00096: DS has 2 values; it must have 1.",
    "body_sample_005": "5: Sample HG00096: AL has 3 values; it must have 1, one for each ALT",
    "body_sample_006": "5: Sample HG00096: AL has 3 values; it must have 6, one for each possible",
    "body_sample_007": "5: Sample HG00096: DS is 'my_string'; it must be a number.",
    "body_sample_008": "5: Sample HG00096: DS is 'my_string'; it must be a whole number.",
    "body_sample_009": "5: Sample HG00096: DS is 'my_string'; it must be a single character.",
    "body_sample_010": "5: Sample HG00096: AL has 3 values; it must have 2, one for each allele",
    "body_sample_011": "3: Sample 'HG00096' is there 3 times",
    "body_samples_ploidy_000": "4: Sample HG00096: PL has 2 values; it must have 3, one for each",
    "body_samples_ploidy_001": "4: Sample HG00096: PL has 3 values; it must have 6, one for each",
    "body_samples_ploidy_002": "4: Sample HG00096: PL has 3 values; it must have 2, one for each",
    "body_samples_ploidy_003": "4: Sample HG00096: PL has 2 values; it must have 3, one for each",
    "body_unsorted_000": "8: POS 500 comes after 1,400; sort the records",
    "fileformat_000": "refused: Line 1 is not ##fileformat=VCFv4.x",
    "fileformat_001": "refused: Line 1 is not ##fileformat=VCFv4.x",
    "header_000": "refused: Line 2 should name the columns #CHROM, POS",
    "header_001": "2: The header names FORMAT but no sample",
    "meta_000": "3: '##Some random plain text' is not key=value",
    "meta_001": "3: ##ALT: Description goes on after its closing quote",
    "meta_002": "refused: Line 4 should begin with #CHROM and name the columns, after the lines",
    "meta_003": "3: ##INFO is not written between < and >",
    "meta_004": "refused: Line 3 should begin with #CHROM and name the columns, after the lines",
    "meta_005": "refused: Line 3 should begin with #CHROM and name the columns, after the lines",
    "meta_006": "3: ##ALT: the quote before Description is not closed",
    "meta_007": "3: ##FORMAT: the quote before Description is not closed",
    "meta_008": "3: ##INFO: the quote before Description is not closed",
    "meta_009": "3: ##reference has no value",
    "meta_alt_000": "3: ##ALT DEL1: in VCF 4.2 the ID's first part must be DEL, INS, DUP, INV or",
    "meta_alt_001": "3: ##ALT DEL has Number=B; in VCF 4.2 it must be a whole number, A, G, R or a",
    "meta_alt_002": "3: ##ALT DEL has Type=Text; it must be Flag, Integer",
    "meta_alt_003": "3: ##ALT DEL: Description must be in double quotes.",
    "meta_alt_004": "3: ##ALT DEL has its keys in another order; write ID, Number, Type,",
    "meta_alt_005": "3: ##ALT THIS:IS-NOT-VALID: in VCF 4.2 the ID's first part must be DEL",
    "meta_alt_006": "3: ##ALT has the ID 'DEL:A B'; it must have no whitespace",
    "meta_alt_007": "3: ##ALT: 'B' is not key=value; a comma in a value needs double quotes",
    "meta_alt_008": "3: ##ALT has the ID 'DEL:A<B'; it must have no whitespace, commas or angle",
    "meta_alt_009": "3: ##ALT has the ID 'DEL:A>B'; it must have no whitespace, commas or angle",
    "meta_assembly_000": "3: ##assembly has no value",
    "meta_assembly_001": "3: ##assembly is 'ftp://8080:8080/not-valid/host/to/file.fastq'; it",
    "meta_contig_000": "3: ##contig has no ID; add one.",
    "meta_contig_001": "3: ##contig has the ID '1 A'; it must have no whitespace",
    "meta_contig_002": "3: ##contig: 'A' is not key=value; a comma in a value needs double quotes",
    "meta_format_000": "3: ##FORMAT DP has Number=N; in VCF 4.2 it must be a whole number, A, G,",
    "meta_format_001": "3: ##FORMAT DP has Type=Int; it must be Integer, Float, Character or",
    "meta_format_002": "3: ##FORMAT DP: Description must be in double quotes.",
    "meta_format_003": "3: ##FORMAT DP has its keys in another order",
    "meta_format_028": "3: ##FORMAT GLE has Type=Flag; it must be Integer, Float, Character or",
    "meta_info_000": "3: ##INFO DP has Number=N; in VCF 4.2 it must be a whole number, A, G, R",
    "meta_info_001": "3: ##INFO DP has Type=Int; it must be Flag, Integer",
    "meta_info_002": "3: ##INFO DP: Description must be in double quotes.",
    "meta_info_003": "3: ##INFO DP has its keys in another order",
    "meta_pedigree_000": "3: ##PEDIGREE: Name_1 is 'Something wrong'; a genome's name has letters",
    "meta_pedigree_001": "3: ##PEDIGREE: Name_1 is 'Something:wrong'; a genome's name has letters",
    "meta_pedigreedb_000": "3: ##pedigreeDB has no value",
    "meta_pedigreedb_001": "3: ##pedigreeDB is '<>'; it must be a URL.",
    "meta_pedigreedb_002": "3: ##pedigreeDB is 'ftp://8080:8080/not-valid/host/to/pedigreeDB';",
    "meta_sample_000": "3: ##SAMPLE SAMPLE1 has no Genomes; add it.",
    "meta_sample_001": "3: ##SAMPLE SAMPLE1: Mixture must not be in quotes.",
    **{
        f"meta_{kind.lower()}_{number}": (
            f"3: ##{kind} {key} has {given}; VCF 4.2 reserves this key with {wanted}."
        )
        for kind, table in (("FORMAT", RESERVED_FORMAT), ("INFO", RESERVED_INFO))
        for number, (key, given, wanted) in table.items()
    },
}


def found(file: Path) -> list[Fault]:
    """The faults of a file that intake does not refuse."""
    reader = Reader(file)
    conformance = Conformance(reader.header)
    faults = conformance.header_faults()
    number = len(reader.header.meta) + 2
    for piece in reader.pieces():
        lines = records_of(piece.text, number, reader.header.width)
        check_form(lines)
        for index in range(len(lines)):
            faults += conformance.check(lines.line(index), number + index)
        number += len(lines)
    return faults


def said(file: Path) -> list[str]:
    """What a person is told of a file: each fault with its line, or the refusal."""
    try:
        return [f"{fault.line}: {fault.text}" for fault in found(file)]
    except RejectedError as error:
        return [f"refused: {error}"]


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_of_a_file_that_fails_the_specification_is_named(
    test_data: Path, name: str
) -> None:
    texts = said(test_data / "hts_specs_vcf" / "failed" / f"failed_{name}.vcf")
    assert any(text.startswith(FAULTS[name]) for text in texts), texts
    assert all(text.endswith(".") and text.isprintable() for text in texts)


def test_every_file_that_fails_the_specification_is_in_the_table(test_data: Path) -> None:
    files = test_data.glob("hts_specs_vcf/failed/failed_*.vcf")
    assert {file.stem.removeprefix("failed_") for file in files} == set(FAULTS)


def test_files_that_pass_the_specification_have_no_faults(test_data: Path) -> None:
    files = sorted(test_data.glob("hts_specs_vcf/passed/*.vcf"))
    assert len(files) == 25
    assert {file.name: said(file) for file in files} == {file.name: [] for file in files}


@pytest.mark.parametrize(
    "name",
    [
        "course/free_2.vcf",
        "course/premium_1.vcf",
        "course/test.vcf",
        "course/test.anntools-2017.vcf",
        "grch37_chr20/gatk_NA12878.20_10M.vcf.gz",
        "grch37_chr20/gonl.chr20.vcf.gz",
        "grch37_chr20/hail_1000G_100samples.chr20.vcf.gz",
        "grch38_chr21/NA12878.PG.chr21_25M.vcf.gz",
        "grch38_chr21/NA12878.split.VEP115.2_cache84.vcf.gz",
        "grch38_chr21/NA12878.split.VEP115.2_gff84.vcf.gz",
        "grch38_chr21/NA12878.split.vcf.gz",
    ],
)
def test_real_files_have_no_faults(test_data: Path, name: str) -> None:
    assert said(test_data / name) == []


def test_real_files_with_faults_have_these(test_data: Path) -> None:
    """AC>A at 16,183 and CC>C at 16,184 both take out the C of 16,184."""
    assert said(test_data / "course" / "free_1.vcf") == [
        "1061: CC>C is the variant of line 1060 again; keep one of the two."
    ]
    known = said(test_data / "grch38_chr21" / "known_sites.chr21_25M.vcf.gz")
    assert known[:2] == [
        "7: ##INFO AF has Number=1; VCF 4.2 reserves this key with Number=A.",
        "7: ##INFO AF has Type=String; VCF 4.2 reserves this key with Type=Float.",
    ]
    assert all(" is the variant of line " in text for text in known[2:])
