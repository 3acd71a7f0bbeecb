"""The signed manifest: what is the newest version, by the word of whoever holds the key.

A document of 64 KiB at most::

    {"manifest": "<base64>", "signature": "<base64>"}

What is signed (Ed25519, RFC 8032) is bytes, those that the base64 stands for, so nobody has to
agree on how JSON is written. They are looked into only when the signature is right::

    {"app": "gas-desktop", "version": "1.2.0", "released": "2026-11-29",
     "page": "https://gas.example.org/download", "summary": "Results open twice as fast."}

Whoever takes over the web server of the manifest, and not the key, can

* keep silent, answer what it answered before, or learn which address asked at what time;

but cannot

* make up a version, a sentence or a page, as the signature would be wrong;
* use a manifest of another app that was signed with the same key: it names its app;
* go back to an older manifest, whose version may have a known fault: what this app has seen stays
  the least; only an app that asks for the first time takes one, if it is newer than itself;
* have the app download or start anything: it opens a page in the browser, if somebody clicks. The
  page itself may be on that server, so what is downloaded there is only as safe as the page, and
  packages are to be signed by themselves.

Whoever has the key can tell of any version, but lead only to the manifest's own host and those
that are listed beside it in the settings.
"""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated, Literal, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from desktop.update.release import Release
from desktop.update.source import ReleaseSource, host_of, key_bytes
from desktop.update.version import release_numbers

MOST_BYTES = 64 * 1024
"""How large the whole document may be."""

MOST_LETTERS = 200
"""How long the sentence may be."""

# Every browser reads it alike: no spaces, no backslashes, nobody's name before the host.
_PAGE = r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-\[\]-~]*)?$"
# One line, without what turns the direction of letters.
_SENTENCE = r"^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$"


class ManifestError(Exception):
    """A manifest cannot be used; the message says why, and quotes nothing that is not signed."""


def _check_version(version: str) -> str:
    release_numbers(version)
    return version


class _Envelope(BaseModel):
    """What is served."""

    model_config = ConfigDict(strict=True)

    manifest: str
    signature: str


class Manifest(BaseModel):
    """What is signed; keys of a newer form are left alone."""

    model_config = ConfigDict(strict=True)

    app: Literal["gas-desktop"]
    version: Annotated[str, AfterValidator(_check_version)]
    released: date
    page: Annotated[str, Field(pattern=_PAGE, max_length=500)]
    summary: Annotated[str, Field(pattern=_SENTENCE, max_length=MOST_LETTERS)]


def read_manifest(document: bytes, source: ReleaseSource) -> Release:
    """Return the release that a *document* from *source* tells of.

    Raises:
        ManifestError: it is too large, not signed for the key, or leads elsewhere.
    """
    if len(document) > MOST_BYTES:
        raise ManifestError(f"The manifest has more than {MOST_BYTES:,} bytes.")
    envelope = _read(_Envelope, document, "The answer is not a signed manifest")
    content = _verified(envelope, source.key)
    told = _read(Manifest, content, "The signed manifest cannot be used")
    _check_page(told.page, source)
    return Release(told.version, told.released, told.page, told.summary)


def _verified(envelope: _Envelope, key: str) -> bytes:
    """Return what is signed, as soon as that is sure."""
    try:
        content = base64.b64decode(envelope.manifest, validate=True)
        signature = base64.b64decode(envelope.signature, validate=True)
        Ed25519PublicKey.from_public_bytes(key_bytes(key)).verify(signature, content)
    except (binascii.Error, ValueError) as error:
        raise ManifestError("The manifest's signature or the key cannot be read.") from error
    except InvalidSignature as error:
        raise ManifestError(
            "The manifest is not signed for the key in the settings. Ask whoever gave you the key."
        ) from error
    return content


def _check_page(page: str, source: ReleaseSource) -> None:
    try:
        host = host_of(page)
        known = {host_of(source.address), *source.hosts}
    except ValueError as error:
        raise ManifestError("The download page has no usable address.") from error
    if host not in known:
        raise ManifestError(
            f"The download page is on {host}, which is neither the manifest's host nor listed."
        )


Form = TypeVar("Form", bound=BaseModel)


def _read(form: type[Form], content: bytes, otherwise: str) -> Form:
    try:
        return form.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        place = ".".join(map(str, fault["loc"])) or "JSON"
        raise ManifestError(f"{otherwise}: {place}: {fault['msg']}.") from error
