"""Codes, tokens and the signing key of the stand-in, in one SQLite file that survives a kill.

Codes and tokens are kept as SHA-256 digests: who reads the file cannot use what is in it.
Times are seconds since the epoch.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS code (
  digest TEXT PRIMARY KEY, sub TEXT NOT NULL, client TEXT NOT NULL, redirect_uri TEXT NOT NULL,
  scope TEXT NOT NULL, challenge TEXT NOT NULL, offline INTEGER NOT NULL, state TEXT NOT NULL,
  nonce TEXT NOT NULL, expires_at REAL NOT NULL, grant_id TEXT);
CREATE TABLE IF NOT EXISTS token (
  digest TEXT PRIMARY KEY, kind TEXT NOT NULL, sub TEXT NOT NULL, client TEXT NOT NULL,
  resource_server TEXT NOT NULL, scope TEXT NOT NULL, issued_at REAL NOT NULL,
  expires_at REAL NOT NULL, grant_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS token_by_grant ON token (grant_id);
CREATE TABLE IF NOT EXISTS signing_key (id INTEGER PRIMARY KEY CHECK (id = 1), pem BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Code:
    """What a person agreed to; *grant_id* is empty until a program has exchanged the code."""

    digest: str
    sub: str
    client: str
    redirect_uri: str
    scope: str
    challenge: str
    offline: bool
    state: str
    nonce: str
    expires_at: float
    grant_id: str | None = None


@dataclass(frozen=True)
class Token:
    """A token for one resource server; *grant_id* ties together what one code brought."""

    digest: str
    kind: str
    sub: str
    client: str
    resource_server: str
    scope: str
    issued_at: float
    expires_at: float
    grant_id: str


def digest(secret: str) -> str:
    """Return what is kept of a code or token."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Store:
    """Keeps every answered request's effect, whatever happens to the process after the answer."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def add_code(self, code: Code) -> None:
        """Keep *code* until it is exchanged."""
        with self._transaction() as database:
            database.execute(_insert("code", Code), astuple(code))

    def code(self, secret: str) -> Code | None:
        """Return the agreement behind a code, used or not."""
        with self._lock:
            row = self._database.execute(
                "SELECT * FROM code WHERE digest = ?", (digest(secret),)
            ).fetchone()
        return Code(*row) if row else None

    def redeem(self, code: Code, grant_id: str, tokens: list[Token]) -> bool:
        """Use *code* up and keep *tokens* in one step; return False if it was used before."""
        with self._transaction() as database:
            used = database.execute(
                "UPDATE code SET grant_id = ? WHERE digest = ? AND grant_id IS NULL",
                (grant_id, code.digest),
            )
            if used.rowcount == 1:
                database.executemany(_insert("token", Token), map(astuple, tokens))
            return used.rowcount == 1

    def renew(self, refresh: Token, expires_at: float, access: Token) -> None:
        """Keep a renewed access token, and the refresh token until *expires_at*."""
        with self._transaction() as database:
            database.execute(
                "UPDATE token SET expires_at = ? WHERE digest = ?", (expires_at, refresh.digest)
            )
            database.execute(_insert("token", Token), astuple(access))

    def token(self, secret: str) -> Token | None:
        """Return what is known of a token, expired or not, unless it was revoked."""
        with self._lock:
            row = self._database.execute(
                "SELECT * FROM token WHERE digest = ?", (digest(secret),)
            ).fetchone()
        return Token(*row) if row else None

    def revoke(self, token: Token) -> None:
        """Forget *token*; with a refresh token go the access tokens that it could renew."""
        with self._transaction() as database:
            if token.kind == "refresh":
                database.execute(
                    "DELETE FROM token WHERE grant_id = ? AND resource_server = ?",
                    (token.grant_id, token.resource_server),
                )
            database.execute("DELETE FROM token WHERE digest = ?", (token.digest,))

    def revoke_grant(self, grant_id: str) -> None:
        """Forget all tokens that one code has brought."""
        with self._transaction() as database:
            database.execute("DELETE FROM token WHERE grant_id = ?", (grant_id,))

    def forget_expired(self, now: float) -> None:
        """Drop the codes and tokens that have expired by *now*."""
        with self._transaction() as database:
            database.execute("DELETE FROM code WHERE expires_at < ?", (now,))
            database.execute("DELETE FROM token WHERE expires_at < ?", (now,))

    def signing_key(self) -> rsa.RSAPrivateKey:
        """Return the key that signs id_tokens: the same one for the life of the file."""
        with self._transaction() as database:
            row = database.execute("SELECT pem FROM signing_key").fetchone()
            pem = row[0] if row else _new_key_pem()
            if row is None:
                database.execute("INSERT INTO signing_key VALUES (1, ?)", (pem,))
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("The stored signing key is not an RSA key.")
        return key

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            yield self._database


def _insert(table: str, row: type[Code | Token]) -> str:
    marks = ", ".join("?" for _ in fields(row))
    return f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - both parts are ours


def _new_key_pem() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
