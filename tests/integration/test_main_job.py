"""The main job on a real local stack: every process, real files."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from backend.assets import asset
from backend.domain.errors import ConflictError
from backend.local.stack import Stack
from tests.stack import Person, running_stack, until

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack"), annotators=2) as stack:
        yield stack


@pytest.fixture(scope="module")
def ada(stack: Stack) -> Person:
    return Person.signed_in(stack.api_url, stack.aws_url)


def records(data: bytes) -> list[list[str]]:
    text = gzip.decompress(data).decode() if data[:2] == b"\x1f\x8b" else data.decode()
    return [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]


@pytest.mark.parametrize("name", ["test.vcf", "free_1.vcf"])
def test_all_records_come_back_with_their_genes(ada: Person, test_data: Path, name: str) -> None:
    data = (test_data / "course" / name).read_bytes()
    job_id = ada.submit(data, name)
    job = ada.ended(job_id)

    assert job["status"] == "completed", job["failure"]
    back = records(ada.download(job_id, "result"))
    assert [r[:7] for r in back] == [r[:7] for r in records(data)]
    assert job["counts"]["variants_in"] == job["counts"]["variants_out"] == len(back)
    csq = [entry for r in back for entry in r[7].partition("CSQ=")[2].split(",") if entry]
    within = {entry.split("|")[3] for entry in csq if "stream_gene" not in entry}
    assert {"MT-ND1", "MT-ND2", "MT-RNR2"} <= within
    assert b"written" in ada.download(job_id, "log")


@pytest.mark.parametrize(
    ("name", "words"),
    [("free_2.vcf", ("NCBI36", "demo (GRCh37: 20, MT)")), ("premium_1.vcf", ("demo",))],
)
def test_file_of_another_reference_is_refused_in_words(
    ada: Person, test_data: Path, name: str, words: tuple[str, ...]
) -> None:
    job_id = ada.submit((test_data / "course" / name).read_bytes(), name)
    job = ada.ended(job_id, patience=30)

    assert job["status"] == "failed"
    assert all(word in job["failure"] for word in words), job["failure"]
    assert job["failure"].endswith(".")
    assert job["failure"].encode() in ada.download(job_id, "log")


def test_malformed_files_get_a_clear_answer_and_the_worker_lives(
    ada: Person, test_data: Path
) -> None:
    ids = {
        path.name: ada.submit(path.read_bytes(), path.name)
        for path in sorted((test_data / "malformed").iterdir())
    }
    jobs = {name: ada.ended(job_id) for name, job_id in ids.items()}

    for name, job in jobs.items():
        assert job["status"] in {"completed", "failed"}, name
        assert job["status"] == "completed" or job["failure"].endswith("."), name
    for name in ("short.vcf", "badpos.vcf", "inj.vcf", "blank.vcf"):
        assert "ine 3" in jobs[name]["failure"], jobs[name]["failure"]
    demo = asset("demo/demo.vcf")
    assert ada.ended(ada.submit(demo.read_bytes(), demo.name))["status"] == "completed"


def test_owner_is_mailed_once(ada: Person) -> None:
    demo = asset("demo/demo.vcf")
    job_id = ada.submit(demo.read_bytes(), demo.name)
    ada.ended(job_id)
    (mail,) = until(lambda: ada.mails(job_id), "the mail")

    assert mail["subject"] == f"Results available for job {job_id}"
    assert f"{ada.api_url}/jobs/{job_id}" in mail["text"]


def test_job_of_another_looks_like_none(stack: Stack, ada: Person) -> None:
    grace = Person.signed_in(stack.api_url, stack.aws_url, "grace@local.test")
    job_id = ada.submit(asset("demo/demo.vcf").read_bytes(), "demo.vcf")

    for path in ("", "/result", "/log", "/input"):
        assert grace.ask("GET", f"/v1/jobs/{job_id}{path}").status_code == 404
    assert grace.ask("POST", f"/v1/jobs/{job_id}/cancel").status_code == 404
    assert grace.ask("DELETE", f"/v1/jobs/{job_id}").status_code == 404
    assert ada.ended(job_id)["status"] == "completed"


def test_deleted_job_leaves_no_file(stack: Stack, ada: Person) -> None:
    job_id = ada.submit(asset("demo/demo.vcf").read_bytes(), "demo.vcf")
    ada.ended(job_id)
    link = ada.ask("GET", f"/v1/jobs/{job_id}/result").json()["url"]

    assert ada.ask("DELETE", f"/v1/jobs/{job_id}").status_code == 204
    assert ada.ask("GET", f"/v1/jobs/{job_id}").status_code == 404
    # Half of the time for which the address is good.
    until(lambda: httpx2.get(link).is_error, "the deletion of the result", patience=30)


def test_live_events_tell_the_whole_story_in_order(ada: Person) -> None:
    cursor = ada.ask("GET", "/v1/jobs").json()["cursor"]
    job_id = ada.submit(asset("demo/demo.vcf").read_bytes(), "demo.vcf")
    ada.ended(job_id)

    def story() -> list[dict] | None:  # type: ignore[type-arg]
        answer = ada.ask("GET", f"/v1/events/poll?after={cursor}&wait=0").json()
        told = [e for e in answer["events"] if e["data"]["job"]["id"] == job_id]
        return told if told and told[-1]["data"]["job"]["status"] == "completed" else None

    events = until(story, "the event of completion")
    versions = [event["data"]["job"]["version"] for event in events]
    assert versions == sorted(set(versions))
    numbers = [event["seq"] for event in events]
    assert numbers == sorted(set(numbers))


def test_one_stack_a_folder(stack: Stack, tmp_path: Path) -> None:
    data = Path(stack.environ["GAS_WORK_FOLDER"]).parent

    with pytest.raises(ConflictError, match="running already"), running_stack(data):
        pass


def test_everything_listens_on_this_machine_only(stack: Stack) -> None:
    pids = [stack.supervisor.pid(name) for name in stack.supervisor.names]
    listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
    inodes = {f.split()[9]: f.split()[1] for f in listening if f.split()[3] == "0A"}
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            target = handle.readlink().name if handle.is_symlink() else ""
            inode = target.removeprefix("socket:[").removesuffix("]")
            if inode in inodes:
                assert inodes[inode].startswith("0100007F:"), (pid, inodes[inode])


def test_demo_command_is_right_on_its_own_file(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "backend.cli", "demo", "--json", "--out", str(tmp_path)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=180, check=False)

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["ok"]
    assert report["variants_in"] == report["variants_out"] > 100
    assert report["known_variants"] >= 12
    assert Path(report["result"]).exists()
    assert Path(report["log"]).exists()
    assert report["mail_subject"] == f"Results available for job {report['job_id']}"
    assert set(report["seconds"]) >= {"start", "sign_in", "upload", "annotate", "mail", "download"}


def test_demo_command_says_why_a_file_cannot_be_annotated(tmp_path: Path) -> None:
    bad = tmp_path / "bad.vcf"
    bad.write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nMT\t1\n")
    argv = [sys.executable, "-m", "backend.cli", "demo", "--input", str(bad), "--json"]
    done = subprocess.run(
        [*argv, "--out", str(tmp_path)], capture_output=True, text=True, timeout=180, check=False
    )

    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert not report["ok"]
    assert report["failure"].startswith("Line 3 has 2 columns")
