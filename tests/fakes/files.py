"""A bucket in memory."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from backend.domain.errors import NotFoundError, RejectedError
from backend.services.ports import Part, PartRequest


def base64_sha256(data: bytes) -> str:
    """Return the checksum of *data* as S3 wants it."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


@dataclass
class _Upload:
    key: str
    parts: dict[int, bytes] = field(default_factory=dict)


class FakeFiles:
    """The port `Files`.

    Args:
        base_url: what the signed addresses begin with; nothing listens there.

    Attributes:
        objects: what is stored, by key.
        uploads: those not finished, by id.
        validities: how long each signed address would be good for, by address.
    """

    def __init__(self, base_url: str = "https://files.test") -> None:
        self.base_url = base_url
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, _Upload] = {}
        self.validities: dict[str, timedelta] = {}
        self._started = 0

    def start_upload(self, key: str) -> str:
        self._started += 1
        upload_id = f"upload-{self._started}"
        self.uploads[upload_id] = _Upload(key)
        return upload_id

    def part_requests(
        self, key: str, upload_id: str, parts: Iterable[Part], *, valid: timedelta
    ) -> tuple[PartRequest, ...]:
        return tuple(self._part_request(key, upload_id, part, valid) for part in parts)

    def _part_request(self, key: str, upload_id: str, part: Part, valid: timedelta) -> PartRequest:
        query = urlencode({"uploadId": upload_id, "partNumber": part.number})
        url = self._signed(f"{self.base_url}/{quote(key)}?{query}", valid)
        headers = {"Content-Length": str(part.size), "x-amz-checksum-sha256": part.sha256}
        return PartRequest(part.number, url, headers)

    def _signed(self, url: str, valid: timedelta) -> str:
        self.validities[url] = valid
        return url

    def put(self, url: str, data: bytes, headers: dict[str, str]) -> str:
        """Do what S3 does with a PUT to a signed address; return the ETag."""
        query = parse_qs(urlsplit(url).query)
        assert len(data) == int(headers["Content-Length"])
        assert base64_sha256(data) == headers["x-amz-checksum-sha256"]
        self.uploads[query["uploadId"][0]].parts[int(query["partNumber"][0])] = data
        return _etag(data)

    def finish_upload(self, key: str, upload_id: str, etags: Sequence[tuple[int, str, str]]) -> int:
        upload = self.uploads.get(upload_id)
        if upload is None:
            if key not in self.objects:
                raise RejectedError("The uploaded parts do not make up the file. Send it again.")
            return len(self.objects[key])
        for number, etag, sha256 in etags:
            data = upload.parts.get(number)
            if data is None or (_etag(data), base64_sha256(data)) != (etag, sha256):
                raise RejectedError("The uploaded parts do not make up the file. Send it again.")
        self.objects[key] = b"".join(upload.parts[number] for number, _, _ in sorted(etags))
        del self.uploads[upload_id]
        return len(self.objects[key])

    def abort_upload(self, key: str, upload_id: str) -> None:
        self.uploads.pop(upload_id, None)

    def size(self, key: str) -> int | None:
        return len(self.objects[key]) if key in self.objects else None

    def link(self, key: str, *, name: str, valid: timedelta) -> str:
        return self._signed(f"{self.base_url}/{quote(key)}?name={quote(name)}", valid)

    def get(self, url: str) -> bytes:
        """Do what S3 does with a GET of a signed address."""
        return self.objects[unquote(urlsplit(url).path.removeprefix("/"))]

    def fetch(self, key: str, to: Path) -> None:
        if key not in self.objects:
            raise NotFoundError("The file is not in the file store.")
        to.write_bytes(self.objects[key])

    def store(self, key: str, source: Path, *, content_type: str) -> None:
        self.objects[key] = source.read_bytes()

    def read(self, key: str) -> Iterator[bytes]:
        if key not in self.objects:
            raise NotFoundError("The file is not in the file store.")
        data = self.objects[key]
        half = len(data) // 2
        yield data[:half]
        yield data[half:]

    def write(self, key: str, content: Iterable[bytes], *, content_type: str) -> None:
        self.objects[key] = b"".join(content)

    def keys(self, prefix: str) -> Sequence[str]:
        return sorted(key for key in list(self.objects) if key.startswith(prefix))

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.objects.pop(key, None)


def _etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'
