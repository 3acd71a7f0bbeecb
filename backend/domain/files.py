"""Where a job's files are kept, and how they are named when a person downloads them.

Keys are made of our own ids only: nothing that a user typed reaches a key, and nothing is
ever read back out of a key.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

_SUFFIX = re.compile(r"\.(vcf|bcf)(\.b?gz)?$|\.b?gz$", re.IGNORECASE)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*;%`$&\'\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST_NAME = 120

MIN_PART_BYTES = 16 * 1024**2
MAX_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class FileKeys:
    """The keys of one job's objects."""

    input: str
    result: str
    index: str
    table: str
    report: str
    log: str
    summary: str


def file_keys(owner: str, job_id: str, generation: int = 0) -> FileKeys:
    """Return where the files of *owner*'s job are.

    A result that came back from the archive has other keys than the one that went into it: each
    *generation* its own.
    """
    base = f"{owner}/{job_id}"
    result = f"out/{base}/{generation}" if generation else f"out/{base}"
    return FileKeys(
        input=f"in/{base}/input",
        result=f"{result}/result.vcf.gz",
        index=f"{result}/result.vcf.gz.tbi",
        table=f"{result}/result.parquet",
        report=f"out/{base}/report.html",
        log=f"out/{base}/annotation.log",
        summary=f"out/{base}/summary.json",
    )


@dataclass(frozen=True, slots=True)
class ShardKeys:
    """The keys of one shard of a large file.

    Attributes:
        prefix: what all of them begin with, and no other shard's.
        source: its records, as they were uploaded.
        result: the same, annotated.
        tally: their counts; stored last, so where it is the shard is finished.
        error: why there is no result, and there will be none.
    """

    prefix: str
    source: str
    result: str
    tally: str
    error: str


def input_prefix(owner: str, job_id: str = "") -> str:
    """Return what the keys of *owner*'s uploads begin with, of one job or of all."""
    return f"in/{owner}/{job_id}/" if job_id else f"in/{owner}/"


def output_prefix(owner: str, job_id: str = "") -> str:
    """Return what the keys of all that was made for *owner* begin with, of one job or of all."""
    return f"out/{owner}/{job_id}/" if job_id else f"out/{owner}/"


def work_prefix(owner: str, job_id: str = "") -> str:
    """Return what the keys begin with of all that is kept only until *owner*'s job has ended.

    Without a job, those of all their jobs.
    """
    return f"work/{owner}/{job_id}/" if job_id else f"work/{owner}/"


def plan_prefix(owner: str, job_id: str, plan: str) -> str:
    """Return what the keys begin with of all shards of one *plan* for *owner*'s job."""
    return f"{work_prefix(owner, job_id)}{plan}/"


def recipe_key(owner: str, job_id: str, plan: str) -> str:
    """Return where it is kept how the shards of a *plan* are to be annotated."""
    return f"{plan_prefix(owner, job_id, plan)}recipe.json"


def shard_keys(owner: str, job_id: str, plan: str, shard: int) -> ShardKeys:
    """Return where number *shard* of a *plan* is, from 0."""
    base = f"{plan_prefix(owner, job_id, plan)}{shard:06d}."
    return ShardKeys(
        prefix=base,
        source=f"{base}in",
        result=f"{base}vcf.gz",
        tally=f"{base}tally.json",
        error=f"{base}error.json",
    )


def safe_name(name: str, fallback: str = "variants") -> str:
    """Return *name* as a single path component that every file system takes."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = _UNSAFE.sub("_", last).strip(" .")[:_LONGEST_NAME].rstrip(" .")
    if not clean or _DEVICES.match(clean):
        return f"{fallback}_{clean}" if clean else fallback
    return clean


def download_names(input_name: str) -> FileKeys:
    """Return the names under which a job's files are offered, after the input's own."""
    stem = _SUFFIX.sub("", safe_name(input_name)) or "variants"
    return FileKeys(
        input=safe_name(input_name),
        result=f"{stem}.annotated.vcf.gz",
        index=f"{stem}.annotated.vcf.gz.tbi",
        table=f"{stem}.annotated.parquet",
        report=f"{stem}.report.html",
        log=f"{stem}.annotation.log",
        summary=f"{stem}.summary.json",
    )


def part_size(size: int) -> int:
    """Return how many bytes each part of an upload of *size* bytes has (the last may have fewer).

    S3 takes at most 10,000 parts of at least 5 MiB; whole MiB keep the arithmetic readable.
    """
    mebibyte = 1024**2
    needed = math.ceil(size / MAX_PARTS / mebibyte) * mebibyte
    return max(MIN_PART_BYTES, needed)


def part_sizes(size: int) -> list[int]:
    """Return the length of every part, in bytes, in order."""
    whole, rest = divmod(size, part_size(size))
    return [part_size(size)] * whole + ([rest] if rest else [])
