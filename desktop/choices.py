"""What somebody chose in the settings, kept in a file that people may edit too."""

from __future__ import annotations

import json
import os
import ssl
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, ValidationError

from desktop.sentences import Sentence, quoted, reason_of, said
from desktop.update.source import check_key, check_manifest_address

MOST_PARTS = 16
LEAST_BANDWIDTH = 16 * 1024
"""Bytes a second; with less, a part takes longer than its address is good for."""


class Scheme(StrEnum):
    """Which colours the app is dressed in."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Language(StrEnum):
    """Which language the app speaks."""

    SYSTEM = "system"
    ENGLISH = "en"
    GERMAN = "de"


def check_address(address: str) -> str:
    """Return *address* if requests can go to it; "" stands for one that is chosen elsewhere.

    Raises:
        ValueError: they cannot; the message says why.
    """
    try:
        host = HttpUrl(address).host if address else None
        # As the lookup of a host does, which would raise it at every request.
        (host or "").encode("idna")
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"]) from None
    except UnicodeError:
        raise ValueError("No host can have this name") from None
    return address


Address = Annotated[str, AfterValidator(check_address)]
Host = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=253)]


class Choices(BaseModel):
    """What was chosen; what was not has its default.

    Keys of a newer app are kept as they are.

    Attributes:
        server: the service's address; "" for the standard one.
        downloads: where results go; None for the standard folder.
        uploads: where choosing files begins; None for the standard folder.
        parallel_parts: of one file that are sent at the same time.
        bandwidth: bytes a second that uploads may take, and downloads too; None for no limit.
        notifications: whether the system tells of what happens while nobody looks.
        proxy: an address; "" for the system's own.
        certificates: a file of further authorities (PEM) to trust.
        update_manifest: the address that tells of newer versions; "" for not asking.
        update_key: the public key that it is signed for (base64); without it nothing is asked.
        update_hosts: those that a download page may be on besides the manifest's own; they are
            chosen in the file only.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    server: Annotated[Address, Field(pattern=r"^(https?://[^\s/]+.*)?$", max_length=500)] = ""
    downloads: Path | None = None
    uploads: Path | None = None
    parallel_parts: Annotated[int, Field(ge=1, le=MOST_PARTS)] = 4
    bandwidth: Annotated[int, Field(ge=LEAST_BANDWIDTH)] | None = None
    notifications: bool = True
    scheme: Scheme = Scheme.SYSTEM
    language: Language = Language.SYSTEM
    proxy: Annotated[Address, Field(pattern=r"^(https?://[^\s/]+/?)?$", max_length=500)] = ""
    certificates: Path | None = None
    update_manifest: Annotated[
        Address,
        AfterValidator(check_manifest_address),
        Field(pattern=r"^(https?://[^\s/]+.*)?$", max_length=500),
    ] = ""
    update_key: Annotated[str, AfterValidator(check_key)] = ""
    update_hosts: tuple[Host, ...] = ()


def read_choices(path: Path) -> tuple[Choices, tuple[Sentence, ...]]:
    """Return what is in the file at *path*, and a sentence for each value that cannot be used.

    A value that cannot be used has its default; a file that is not there says nothing.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Choices(), ()
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else quoted(str(error))
        return Choices(), (said("{name} cannot be read: {reason}.", name=str(path), reason=reason),)
    if not isinstance(content, dict):
        return Choices(), (said("{path} does not hold settings.", path=str(path)),)
    try:
        return Choices.model_validate(content), ()
    except ValidationError as error:
        return _what_can_be_used(path, content, error)


def write_choices(path: Path, choices: Choices) -> None:
    """Put *choices* in place of what is in the file at *path*, all or nothing.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    content = choices.model_dump(mode="json", exclude_defaults=True)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _what_can_be_used(
    path: Path, content: dict[str, Any], error: ValidationError
) -> tuple[Choices, tuple[Sentence, ...]]:
    wrong = {str(fault["loc"][0]): fault["msg"] for fault in error.errors()}
    good = {name: value for name, value in content.items() if name not in wrong}
    problems = (
        said("{path}: {name} cannot be used: {reason}.", path=str(path), name=name, reason=words)
        for name, words in wrong.items()
    )
    return Choices.model_validate(good), tuple(problems)


def check_certificates(path: Path) -> Sentence | None:
    """Return why the file at *path* holds no authorities, or None if it does."""
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError as error:
        return quoted(str(error.strerror or error))
    except OSError as error:
        return reason_of(error)
    return None
