"""The signed manifest that tells apps of a newer version: its keys, and the signing.

`.venv/bin/python packaging/desktop/manifest.py new-key release.key` makes a key once; `sign` is for
each release.  What the app makes of the manifest is in `desktop/update/manifest.py`.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from desktop.update.manifest import ManifestError, read_manifest
from desktop.update.source import ReleaseSource, check_manifest_address


class KeyFileError(Exception):
    """A file cannot be used as a private key; the message says why."""


def make_key(path: Path) -> str:
    """Put a new private key at *path*, for its owner only, and return the public key in base64.

    Raises:
        FileExistsError: there is something already; a key that apps know must not be lost.
    """
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
    return public_key(key)


def read_key(path: Path) -> Ed25519PrivateKey:
    """Return the private key at *path*.

    Raises:
        KeyFileError: there is none, or one of another kind.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, TypeError, ValueError) as error:
        raise KeyFileError(f"{path} cannot be read as a private key: {error}.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is no Ed25519 key; make one by new-key.")
    return key


def public_key(key: Ed25519PrivateKey) -> str:
    """Return what belongs into the app's settings."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def signed(content: bytes, key: Ed25519PrivateKey) -> bytes:
    """Return the document that carries *content*, signed."""
    parts = {"manifest": content, "signature": key.sign(content)}
    told = {name: base64.b64encode(part).decode("ascii") for name, part in parts.items()}
    return json.dumps(told, indent=2).encode("ascii") + b"\n"


def make_manifest(
    key: Ed25519PrivateKey,
    source: ReleaseSource,
    *,
    version: str,
    released: date,
    page: str,
    summary: str,
) -> bytes:
    """Return the signed manifest of a release, as an app that asks *source* takes it.

    Raises:
        ManifestError: such an app would not take it.
    """
    told = {
        "app": "gas-desktop",
        "version": version,
        "released": released.isoformat(),
        "page": page,
        "summary": summary,
    }
    document = signed(json.dumps(told, ensure_ascii=False, indent=2).encode("utf-8"), key)
    read_manifest(document, source)
    return document


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the process's exit code."""
    told = _parser().parse_args(arguments)
    try:
        said = _sign(told) if told.command == "sign" else _show_key(told)
    except (KeyFileError, ManifestError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{said}\n")
    return 0


def _show_key(told: argparse.Namespace) -> str:
    return make_key(told.key) if told.command == "new-key" else public_key(read_key(told.key))


def _sign(told: argparse.Namespace) -> str:
    key = read_key(told.key)
    document = make_manifest(
        key,
        ReleaseSource(check_manifest_address(told.address), public_key(key), tuple(told.host)),
        version=told.version,
        released=told.released,
        page=told.page,
        summary=told.summary,
    )
    told.out.write_bytes(document)
    return f"{told.out}: version {told.version} of {told.released}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="manifest.py", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new-key", help="make a private key; prints the public one")
    show = commands.add_parser("public-key", help="print the public key of a private one")
    sign = commands.add_parser("sign", help="make and sign the manifest of a release")
    for each in (new, show):
        each.add_argument("key", type=Path, help="file of the private key (PEM)")
    sign.add_argument("--key", type=Path, required=True, help="file of the private key (PEM)")
    sign.add_argument("--address", required=True, help="where the manifest will be served")
    sign.add_argument("--version", required=True, help="as 1.2.0")
    sign.add_argument("--page", required=True, help="where the release is downloaded; https")
    sign.add_argument("--summary", required=True, help="a sentence of what is new")
    sign.add_argument(
        "--released", type=date.fromisoformat, default=_today(), help="today if left out"
    )
    sign.add_argument(
        "--host",
        action="append",
        default=[],
        help="of the page, where the apps' settings list it besides the address's own",
    )
    sign.add_argument("--out", "-o", type=Path, default=Path("manifest.json"), help="the file")
    return parser


def _today() -> date:
    return datetime.now(UTC).date()


if __name__ == "__main__":
    sys.exit(main())
