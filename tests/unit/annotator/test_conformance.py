"""What is wrong with a file by its version of the specification."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.conformance import Conformance, Fault
from annotator.intake import Header

FIXED = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
PLAIN = {
    "chrom": "1", "pos": "5", "id": ".", "ref": "A", "alt": "C", "qual": ".", "filter": ".",
    "info": ".",
}  # fmt: skip


def header(*meta: str, version: str = "4.2", samples: str = "") -> Header:
    columns = FIXED + (f"\tFORMAT\t{samples}" if samples else "")
    lines = (f"##fileformat=VCFv{version}", *meta)
    return Header(tuple(line.encode() for line in lines), columns.encode(), version)


def header_texts(*meta: str, version: str = "4.2", samples: str = "") -> list[str]:
    faults = Conformance(header(*meta, version=version, samples=samples)).header_faults()
    return [f"{fault.line}: {fault.text}" for fault in faults]


def record_texts(
    *meta: str, version: str = "4.2", samples: tuple[str, ...] = (), **columns: str
) -> list[str]:
    """The faults of one record, plain but for *columns*; *samples* begin with FORMAT."""
    line = "\t".join([*(PLAIN | columns).values(), *samples])
    named = "\t".join(f"S{number}" for number in range(1, len(samples)))
    conformance = Conformance(header(*meta, version=version, samples=named))
    return [fault.text for fault in conformance.check(line.encode(), 5)]


def faults_of(*lines: str, version: str = "4.2") -> list[Fault]:
    conformance = Conformance(header(version=version))
    return [
        fault
        for number, line in enumerate(lines, 3)
        for fault in conformance.check(line.replace(" ", "\t").encode(), number)
    ]


def test_a_plain_record_has_no_faults() -> None:
    assert record_texts() == []


@pytest.mark.parametrize(
    ("version", "columns", "text"),
    [
        ("4.3", {"id": "rs1;rs1"}, "ID is 'rs1;rs1'; name each identifier once."),
        ("4.3", {"filter": "q10;q10"}, "FILTER is 'q10;q10'; name each code once."),
        ("4.2", {"id": ""}, "ID is empty; write a dot."),
        ("4.2", {"info": ""}, "INFO is empty; write a dot."),
        ("4.3", {"chrom": "*1"}, "CHROM is '*1'; a contig's name has no whitespace, quotes, "),
        ("4.2", {"alt": "a"}, "ALT 'a' equals REF; list other alleles only."),
        ("4.2", {"alt": "C,C"}, "ALT has 'C' more than once; list each allele once."),
        ("4.2", {"alt": "C,."}, "ALT has '.'; a dot stands alone, for no allele at all."),
        ("4.3", {"info": "AA=C;AA=G"}, "INFO/AA is there more than once; write its values once."),
        ("4.3", {"info": "1A=C"}, "INFO has the key '1A'; a key has letters, digits, dots and "),
        ("4.2", {"info": "DP=1;"}, "INFO has an item without a key; take out the semicolon or "),
        ("4.2", {"info": "X=a b"}, "INFO/X is 'a b'; in VCF 4.2 INFO has no whitespace"),
        ("4.2", {"info": "X=a=b"}, "INFO/X has an equals sign in its value; write %3D for it."),
        ("4.2", {"info": "DP"}, "INFO/DP has no value; give it one or write a dot."),
        ("4.2", {"info": "X="}, "INFO/X has no value; give it one or take out the equals sign."),
        ("4.2", {"info": "AF=1.5"}, "INFO/AF is '1.5'; a frequency is between 0 and 1."),
        ("4.2", {"info": "END=4"}, "INFO/END is '4', which is before POS 5; correct one."),
        ("4.3", {"info": "DP=2147483648"}, "INFO/DP is '2147483648'; it must be between "),
        ("4.3", {"info": "AC=-2147483648"}, "INFO/AC is '-2147483648'; it must be between "),
        ("4.4", {"info": "CN=x"}, "INFO/CN is 'x'; it must be a number."),
        ("4.3", {"info": "CN=1.5"}, "INFO/CN is '1.5'; it must be a whole number."),
    ],
)
def test_columns_are_checked_by_the_rules_of_their_version(
    version: str, columns: dict[str, str], text: str
) -> None:
    (found, *others) = record_texts(version=version, **columns)
    assert found.startswith(text)
    assert all(other.startswith("INFO/") for other in others)


@pytest.mark.parametrize(
    ("version", "columns"),
    [
        ("4.2", {"chrom": "<ctg1>"}),
        ("4.3", {"chrom": "HLA-A*01:01:01:01"}),
        ("4.2", {"pos": "0", "ref": "N", "alt": ".[13:123457["}),
        ("4.2", {"alt": "*"}),
        ("4.2", {"alt": "A[<ctg1>:7["}),
        ("4.2", {"alt": "]13:123456]AGTNNNNNCAT"}),
        ("4.2", {"alt": "<DUP:TANDEM>,<NON_REF>"}),
        ("4.3", {"alt": "C,."}),
        ("4.3", {"info": "X=a b"}),
        ("4.2", {"info": "DB;H2=1;SOMATIC=0"}),
        ("4.2", {"alt": ".", "info": "AC=1;AF=0.5"}),
        ("4.2", {"info": "AC=.;AF=.;DP=.;END=."}),
        ("4.2", {"alt": "C,G", "info": "AC=1,.;AF=.,1e-9"}),
        ("4.2", {"qual": "-0"}),
        ("4.2", {"qual": "1e-4"}),
        ("4.2", {"info": 'X="a=b,c"'}),
    ],
)
def test_what_a_version_allows_is_no_fault(version: str, columns: dict[str, str]) -> None:
    assert record_texts(version=version, **columns) == []


def test_a_colon_in_a_contig_is_no_fault_where_the_header_declares_the_contig() -> None:
    declared = "##contig=<ID=HLA-A*01:01:01:01,length=3503>"
    assert record_texts(declared, chrom="HLA-A*01:01:01:01") == []
    assert len(record_texts(chrom="HLA-A*01:01:01:01")) == 1


@pytest.mark.parametrize(
    ("version", "samples", "text"),
    [
        ("4.3", ("GT:DP:DP", "0/1:1:1"), "FORMAT is 'GT:DP:DP'; name each key once."),
        ("4.3", ("GT:A%B", "0/1:1"), "FORMAT has the key 'A%B'; a key has letters, digits"),
        ("4.2", ("GT::DP", "0/1::1"), "FORMAT is 'GT::DP'; it has an empty key"),
        ("4.5", ("GT:LAD", "0/1:1,1"), "FORMAT is 'GT:LAD'; LAA must stand before the"),
        ("4.3", ("GT", "|0/1"), "Sample S1: GT is '|0/1'; it must be numbers of alleles"),
        ("4.2", ("GT", ""), "Sample S1 is empty; write a dot."),
        ("4.2", ("", "."), "FORMAT is empty; write the samples' keys, or a dot."),
        ("4.2", ("GT:PL", "0/0/1:1,2,3"), "Sample S1: PL has 3 values; it must have 4, one for"),
        ("4.2", ("PL", "1,2"), "Sample S1: PL has 2 values; it must have 3, one for each"),
        ("4.3", ("GT:AD", "0/1:3"), "Sample S1: AD has 1 value; it must have 2, one for each"),
        ("4.3", ("GT:DP", "0/1:2147483648"), "Sample S1: DP is '2147483648'; it must be"),
        ("4.2", ("GT", "0/0", "0/2"), "Sample S2: GT is '0/2'; the record's last allele is"),
        ("4.2", ("GT", "0/0:1"), "Sample S1 has 2 values and FORMAT 1; take out those too"),
    ],
)
def test_samples_are_checked_by_the_rules_of_their_version(
    version: str, samples: tuple[str, ...], text: str
) -> None:
    (found,) = record_texts(version=version, samples=samples)
    assert found.startswith(text)


@pytest.mark.parametrize(
    ("version", "samples"),
    [
        ("4.4", ("GT", "|0/1")),
        ("4.5", ("LAA:LEC", ":")),
        ("4.5", ("LAA:LEC", "")),
        ("4.2", ("GT:DP:GQ", "0/1")),
        ("4.2", ("GT:PL", "./.:.")),
        ("4.2", ("GT:PL", ".:1,2,3")),
        ("4.2", ("GT:PL", "1:1,2")),
        ("4.2", ("GT:AD", "0/1:3")),
        ("4.2", (".", ".")),
        ("4.3", ("GT:CNL", "0/1:1,2,3,4,5")),
    ],
)
def test_samples_that_a_version_allows_are_no_fault(version: str, samples: tuple[str, ...]) -> None:
    assert record_texts(version=version, samples=samples) == []


def test_the_header_says_what_values_are() -> None:
    meta = '##INFO=<ID=X,Number=2,Type=Character,Description="">'
    assert record_texts(meta, info="X=a,%3B") == []
    assert record_texts(meta, info="X=ab,c") == ["INFO/X is 'ab'; it must be a single character."]


def test_in_4_0_a_key_may_have_any_number_of_values_that_later_goes_by_allele() -> None:
    assert record_texts(version="4.0", info="AC=1,2,3") == []
    assert record_texts(version="4.0", info="DP=1,2") == ["INFO/DP has 2 values; it must have 1."]


def test_the_order_of_records_is_told_once_a_file() -> None:
    lines = ["1 9 . A C . . .", "1 7 . A C . . .", "1 5 . A C . . .", "2 1 . A C . . ."]
    (fault,) = faults_of(*lines)
    assert (fault.line, fault.text[:20]) == (4, "POS 7 comes after 9;")


def test_a_contig_that_comes_back_is_told_once_each_time_it_does() -> None:
    contigs = "121132"
    faults = faults_of(*(f"{contig} {at} . A C . . ." for at, contig in enumerate(contigs, 1)))
    assert [(fault.line, fault.text[:10]) for fault in faults] == [
        (5, "Contig '1'"),
        (8, "Contig '2'"),
    ]


def test_faults_of_names_are_told_once_a_file() -> None:
    lines = [f"1 {at} . A C . my;;filter X=a=b" for at in range(1, 4)]
    assert [fault.line for fault in faults_of(*lines)] == [3, 3]


def test_a_long_allele_is_known_again() -> None:
    bases = "ACGT" * 100
    (fault,) = faults_of(f"1 5 . A A{bases} . . .", f"1 5 . AG A{bases}G . . .")
    assert fault.line == 4
    assert fault.text.endswith("... is the variant of line 3 again; keep one of the two.")


@pytest.mark.parametrize(
    ("version", "meta", "text"),
    [
        ("4.2", "##fileformat=VCFv4.2", "##fileformat stands in the first line already"),
        ("4.2", "##=x", "'##=x' is not key=value"),
        ("4.2", "##assembly=GRCh37", "##assembly is 'GRCh37'; it must be a URL."),
        ("4.2", "##INFO=x", "##INFO is not written between < and >"),
        ("4.2", '##INFO=<ID=X,Number=1,Type=String,Description="a>', "##INFO: the quote before"),
        ("4.2", "##FILTER=<ID=q10>", "##FILTER q10 has no Description; add it."),
        ("4.2", '##FILTER=<ID=0,Description="">', "##FILTER 0: a filter's ID is not 0"),
        ("4.2", '##INFO=<ID="X",Number=1,Type=String,Description="">', "##INFO X: ID must not be"),
        ("4.1", '##INFO=<ID=X,Number=R,Type=String,Description="">', "##INFO X has Number=R"),
        ("4.2", '##FORMAT=<ID=X,Number=LA,Type=String,Description="">', "##FORMAT X has Number=LA"),
        ("4.5", '##INFO=<ID=X,Number=LA,Type=String,Description="">', "##INFO X has Number=LA"),
        ("4.2", "##contig=<ID=1,length=x>", "##contig 1 has the length 'x'"),
        ("4.3", "##contig=<ID=*1>", "##contig *1: a contig's name has"),
        ("4.3", "##MINE=<Name=x>", "##MINE has no ID; add one."),
        ("4.3", "##PEDIGREE=<Original=x>", "##PEDIGREE has no ID; add one."),
        ("4.3", "##META=<ID=A,Type=String,Number=.,Values=x>", "##META A: Values must be between"),
        ("4.3", '##INFO=<ID=X,Number=1,Type=Flag,Description="">', "##INFO X has Number=1; a flag"),
        ("4.3", '##INFO=<ID=1X,Number=1,Type=String,Description="">', "##INFO has the ID '1X'"),
        ("4.3", "##note=a\x01b", "The line has bytes that are not printable UTF-8"),
        ("4.4", '##INFO=<ID=SVLEN,Number=.,Type=Integer,Description="">', "##INFO SVLEN has"),
    ],
)  # fmt: skip
def test_meta_lines_are_checked_by_the_rules_of_their_version(
    version: str, meta: str, text: str
) -> None:
    (found,) = header_texts(meta, version=version)
    assert found.startswith(f"2: {text}")


@pytest.mark.parametrize(
    ("version", "meta"),
    [
        ("4.2", '##MINE=<"free text, with commas">'),
        ("4.2", "##contig=<ID=1,length=5,md5=x,URL=ftp://host.example/file.fa>"),
        ("4.3", "##META=<ID=A,Type=String,Number=.,Values=[a, b]>"),
        ("4.3", '##INFO=<Type=String,Number=1,ID=X,Description="another order">'),
        ("4.5", '##FORMAT=<ID=X,Number=LA,Type=Integer,Description="">'),
        ("4.3", '##INFO=<ID=SVLEN,Number=1,Type=Integer,Description="">'),
        ("4.0", '##INFO=<ID=AF,Number=.,Type=Float,Description="">'),
        ("4.2", "##assembly=file:///data/contigs.fa"),
        ("4.3", '##ALT=<ID=NON_REF,Description="any other">'),
        ("4.2", '##INFO=<ID=MQ,Number=1,Type=Integer,Description="">'),
        ("4.2", '##INFO=<ID=MQ,Number=1,Type=Float,Description="">'),
    ],
)
def test_meta_lines_that_a_version_allows_are_no_fault(version: str, meta: str) -> None:
    assert header_texts(meta, version=version) == []


def test_an_id_is_defined_once() -> None:
    line = '##FILTER=<ID=q10,Description="">'
    assert header_texts(line, line) == ["3: ##FILTER q10 is in line 2 already; keep one of them."]
    assert header_texts("##contig=<ID=1>", "##contig=<ID=1>", version="4.2") == []
    assert len(header_texts("##contig=<ID=1>", "##contig=<ID=1>", version="4.3")) == 1


def test_samples_have_names_of_their_own() -> None:
    assert header_texts(samples="A\tB\tA") == [
        "2: Sample 'A' is there 2 times; rename or remove all but one."
    ]
    assert header_texts(samples="A\t")[0].startswith("2: A sample has no name")


def test_values_are_shown_printable_and_short() -> None:
    (text,) = record_texts(ref="\x1b[31m" + "Ü" * 100)
    assert text.isprintable()
    assert len(text) < 200


COLUMN = st.binary(max_size=12).map(lambda value: value.replace(b"\t", b" ").replace(b"\n", b""))
TELLING = st.sampled_from([
    b".", b"", b"0", b"1", b"-1", b"<DEL>", b"A[1:5[", b"A,C", b"GT:DP:PL", b"0/1:2:1,2,3",
    b"AF=0.1;AC=1", b"END=1;END=2", b"CIGAR=1M", b'X="a', b"a=b=c", b"\xff\xfe", b"9" * 5_000,
    b"|", b"/1|.", b"AF=nan", b"AF=" + b"9" * 400, b"DP=+-1", b"GT::", b"1e999", b"LAA:LAD",
])  # fmt: skip


@given(
    st.sampled_from(["4.0", "4.1", "4.2", "4.3", "4.4", "4.5", "4.99"]),
    st.lists(st.one_of(COLUMN, TELLING).map(lambda value: b"##" + value), max_size=5),
    st.lists(st.lists(st.one_of(COLUMN, TELLING), min_size=11, max_size=11), max_size=5),
)
def test_whatever_a_file_holds_its_check_ends_in_sentences(
    version: str, meta: list[bytes], records: list[list[bytes]]
) -> None:
    lines = (b"##fileformat=VCFv" + version.encode(), *meta)
    columns = FIXED.encode() + b"\tFORMAT\tS1\tS2"
    conformance = Conformance(Header(lines, columns, version))
    faults = conformance.header_faults()
    for number, record in enumerate(records, len(lines) + 2):
        faults += conformance.check(b"\t".join(record), number)
    assert all(fault.text.endswith(".") and fault.text.isprintable() for fault in faults)


@pytest.mark.parametrize(
    "columns",
    [
        {"info": b"AF=" + b"1" * 2_000_000 + b"x"},
        {"info": b"CIGAR=" + b"1M" * 1_000_000 + b"1"},
        {"qual": b"1" * 2_000_000 + b"x"},
        {"ref": b"A" * 2_000_000, "alt": b"A" * 2_000_000 + b"C"},
        {"alt": b"[" + b"1:" * 1_000_000},
    ],
)
def test_time_grows_with_the_length_of_a_value_and_no_faster(columns: dict[str, bytes]) -> None:
    """As a ratio: ten times the length takes far less than a hundred times as long."""
    short = {name: value[: len(value) // 10] for name, value in columns.items()}
    took = []
    for each in (short, columns):
        line = b"\t".join([*({k: v.encode() for k, v in PLAIN.items()} | each).values()])
        conformance = Conformance(header())
        start = time.process_time()
        conformance.check(line, 5)
        took.append(time.process_time() - start)
    assert took[1] < 40 * (took[0] + 0.005)
