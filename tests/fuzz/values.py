"""What stands in the columns and meta lines of files to try: true, odd and broken."""

from __future__ import annotations

FIXED = [b"#CHROM", b"POS", b"ID", b"REF", b"ALT", b"QUAL", b"FILTER", b"INFO"]
LAST = (1 << 29) - 1
"""The last position that a tabix index can hold."""

CONTIGS = [
    b"20", b"chr20", b"NC_000020.10", b"MT", b"chrM", b"M", b"21", b"X", b"<20>", b"<ctg1>",
    b"chr:20", b"2 0", b"", b".", b"20\x00", b"\xc3\xbc", b"\xff", b"CHR20", b"-20", b"20;",
    b"a" * 300, b"chr20 ", b"HLA-A*01:01:01:01", b"=20", b"__proto__", b"nan", b"../20",
]  # fmt: skip
POSITIONS = [
    b"0", b"1", b"-1", b"+5", b"60001", b"60000", b"60309", b"4680251", b"5000000", b"5000001",
    b"63025520", b"63025521", b"16569", b"16570", b"3107", str(LAST).encode(),
    str(LAST + 1).encode(), b"536870912", b"2147483647", b"2147483648", b"4294967296", b"9" * 20,
    b"9" * 5_000, b"1.5", b"1e5", b"0x10", b" 5", b"5 ", b"", b".", b"\xd9\xa5", b"00060309",
    b"60,309", b"nan",
]  # fmt: skip
BASES = [
    b"A", b"C", b"G", b"T", b"N", b"a", b"c", b"n", b"AC", b"acgt", b"AN", b"R", b"ARYK", b"*",
    b".", b"-", b"", b"A" * 70, b"ACGT" * 300, b"N" * 200, b"A,C", b"<DEL>", b"U", b"\xff", b"A C",
    b"A\x00", b"AA",
]  # fmt: skip
ALTS = [
    *BASES, b"A,*", b"<DEL>,A", b"<*>", b"<NON_REF>", b"C,<NON_REF>", b"<DUP:TANDEM>",
    b"<INS:ME:ALU>", b"A[20:70000[", b"]20:70000]A", b"A.", b".A", b"[20:5[", b"A[<ctg1>:7[", b"A,",
    b",A", b"A,,C", b",", b"A,A", b"C,T,G,A", b".,.", b"A,.", b"<", b">", b"<>", b"<A", b"A>",
    b",".join([b"A"] * 60), b"<A B>", b"A]20:70000", b"]", b"[", b"*,*", b"<CNV>,<CNV>,<CNV>", b"|",
    b"A|C", b"A&C", b"A;C", b"A=C", b"A%2CC",
]  # fmt: skip
IDS = [
    b".", b"rs1", b"rs1;rs1", b";", b"", b"a b", b"\xff\xfe", b"=cmd()", b"x" * 2_000, b"%",
    b'rs"1',
]  # fmt: skip
QUALS = [
    b".", b"100", b"-1", b"nan", b"inf", b"1e999", b"x", b"", b"1e-400", b"9" * 500,
]  # fmt: skip
FILTERS = [
    b".", b"PASS", b"q10;q20", b";", b"", b"0", b"a b", b"PASS;.", b"\xff",
]  # fmt: skip
INFOS = [
    b".", b"", b"DP=1", b"DP", b"DP=", b"=1", b"=", b";", b";;", b"DP=1;", b";DP=1", b"END=70000",
    b"END=1", b"END=99999999999", b"END=" + b"9" * 5_000, b"END=12345678-", b"END=--12345678",
    b"END=1,2", b"END=12345678.5", b"END=-99999999", b"SVLEN=-99999999",
    b"SVLEN=99999999,99999999,-536870912", b"SVLEN=.", b"SVLEN=" + b"1," * 200,
    b"SVTYPE=DEL;END=3200000;SVLEN=-10000", b"CSQ=A|x|y", b"CSQ", b"CSQ=", b"CSQ=" + b"|" * 500,
    b"ANN=A|b", b"BCSQ=missense|x", b"BCSQ=@60309", b"GAS_STATUS=star", b"GAS_CSQ=x", b"GAS_STATUS",
    b"CSQ=a;CSQ=b", b"CSQ=a,b,c;GAS_CSQ=a;GAS_CSQ_2=b", b"X=CSQ=", b"X=ANN=1", b"AF=0.5;AF=0.6",
    b"AC=1,2,3;AN=x", b"A b=c d", b"X=\xc3\xbc\xff", b"X=%3B%2C", b'X="a;b"', b"X=\r",
    b"DP=1;DB;H2=0;AA=.", b"X=" + b"y" * 3_000, b"K" * 1_000, b"CSQ=\xff", b"X=a=b=c",
    b"X=\x01\x7f", b"gas_status=x", b"CSQQ=1", b"XCSQ=1;DP=2", b"ANN=" + b"A|" * 100,
]  # fmt: skip
FORMATS = [
    b"GT", b"GT:DP", b"GT:AD:DP:GQ:PL", b"DP:GT", b".", b"", b"GT::DP", b":", b"GT:PS", b"gt",
    b"GT:GT", b"GT:FT:" + b":".join(b"K%d" % number for number in range(50)),
]  # fmt: skip
SAMPLES = [
    b"0/1", b"0|1", b"1|1", b"1|0:5", b"./.", b".", b"", b"0", b"1", b"0/1/2", b"9/9", b"|", b"/",
    b"0|", b"|1", b"0/1:3,4:7:99:10,0,90", b"0|1:1,2:3", b"a|b", b"1|99999999999999999999",
    b"0/1:::", b":", b"-1|1", b"0|1|0|1|0|1|1|1", b"\xff|1", b"1|2", b"2|1:x",
    b"0|1:" + b"1," * 300, b".|1", b"1|.", b"9999999999|1",
]  # fmt: skip
VERSIONS = [
    *[b"4.2"] * 6, b"4.0", b"4.1", b"4.3", b"4.4", b"4.5", b"4.6", b"3.3", b"5.0", b"4.2 ", b"4",
    b"", b"x", b"4.02", b"04.2", b"4." + b"9" * 5_000, b"9" * 5_000 + b".1", b"4.2\r", b" 4.2",
]  # fmt: skip
METAS = [
    b"##reference=GRCh37", b"##reference=GRCh38", b"##reference=file:///x/hs37d5.fa",
    b"##reference=", b"##contig=<ID=20,length=63025520>",
    b"##contig=<ID=chr20,length=63025520,assembly=b37>", b"##contig=<ID=20,length=64444167>",
    b"##contig=<ID=20,length=" + b"9" * 5_000 + b">", b"##contig=<ID=MT,length=16569>",
    b"##contig=<ID=chrM,length=16571>", b"##contig=<ID=20,length=-5>", b"##contig=<ID=20,length=0>",
    b"##contig=<length=5>", b"##contig=<ID=>", b"##contig=<>", b"##contig=",
    b'##contig=<ID=20,length="63025520">', b"##contig=<ID=20,length=\xd9\xa5>",
    b"##contig=<ID=\xff>", b'##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    b"##INFO=<ID=DP>", b"##INFO=<>", b"##INFO=", b"##INFO", b"##", b"###", b"##=", b"##x",
    b"##\xff=\xfe", b"## spaces = here",
    b'##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence. Format: Allele|Consequence">',
    b'##INFO=<ID=CSQ,Number=.,Type=String,Description="no format">', b"##INFO=<ID=CSQ",
    b'##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: \'Allele\'">',
    b'##INFO=<ID=GAS_STATUS,Number=.,Type=String,Description="x">', b"##INFO=<ID=GAS_CSQ,Number=0>",
    b'##INFO=<ID=X,Number=1,Type=String,Description="a \\"nested\\" \\\\ quote, and <b>">',
    b'##INFO=<ID=X,Number=1,Type=String,Description="a "nested" quote">',
    b'##INFO=<ID=X,Description="a>', b'##INFO=<ID="X",Number=1,Type=Float>',
    b"##INFO=<ID=X,Number=99999999999999999999,Type=Integer>",
    b'##INFO=<ID=END,Number=1,Type=String,Description="">', b"##INFO=<Number=1,ID=DP,Type=Flag>",
    b'##INFO=<ID=DP,Number=A,Type=Flag,Description="">', b"##INFO=<ID=DP,Number=R,Type=Whole>",
    b'##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    b"##FORMAT=<ID=GT,Number=G,Type=Flag>", b'##FILTER=<ID=q10,Description="Quality below 10">',
    b"##FILTER=<ID=PASS>", b'##ALT=<ID=DEL,Description="">',
    b'##GAS=<Version="1",Keys="DP,END">', b'##GAS=<Keys="', b"##GAS_source=<x>",
    b'##GAS=<Keys=",,,">', b"##SAMPLE=<ID=S1>", b"##PEDIGREE=<Child=S1>",
    b"##" + b"x" * 3_000 + b"=1", b"##fileformat=VCFv4.1", b"##assembly=GRCh38",
    b"##assembly=http://x/y", b"##source=<script>alert(1)</script>", b"##x=\x00",
    b'##contig=<ID=20,length=63025520,URL="a,b",md5=x>',
    b"##note=\xc3\xbc \xe2\x80\x9cquoted\xe2\x80\x9d",
]  # fmt: skip
COLUMNS = [
    b"\t".join(FIXED)[1:], b" ".join(FIXED), b"\t".join(FIXED[:7]), b"\t".join(FIXED) + b"\t",
    b"\t".join(FIXED).lower(), b"\t".join(FIXED) + b"\tFORMAT\t",
    b"\t".join(FIXED) + b"\tformat\tS1", b"\t".join(FIXED) + b"\tFORMAT\tS1\tS1",
    b"\t".join(FIXED) + b"\tFORMAT\t\xff", b"#CHROM", b"", b"#" + b"\t".join(FIXED),
    b"\t".join(FIXED) + b"\r",
]  # fmt: skip
PIECES = [
    b"\n", b"\r", b"\r\n", b"\t", b"\t\t", b"\x00", b"\xff", b"\xef\xbb\xbf", b" ", b"#", b"##",
    b"##x=1\n", b";", b"=", b",", b"|", b"\n\n", b"\x1f\x8b", b"\x1a", b"\x0c", b"\x85",
    b"\xe2\x80\xa8", b"20\t60309\t.\tG\tT\t.\t.\t.\n", b"CSQ=x;", b"END=99999999999;",
    b"\n#CHROM\tPOS\n",
]  # fmt: skip
