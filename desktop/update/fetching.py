"""Asking for the manifest: of one server, once, and no more bytes than it may have."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import httpx2

from desktop.update.manifest import MOST_BYTES, ManifestError
from desktop.update.source import check_manifest_address

PATIENCE_SECONDS = 60.0
"""How long the whole answer may take, however slowly its bytes come."""

_OK = 200
# What is unpacked could be larger than what was sent.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class UnreachedError(Exception):
    """Nobody was asked: there is no way to the server just now."""


async def fetch_manifest(http: httpx2.AsyncClient, address: str) -> bytes:
    """Return what is at *address*; the request says nothing of the person or of the app's use.

    Raises:
        UnreachedError: nobody could be asked.
        ManifestError: the answer is none that can be used.
    """
    try:
        check_manifest_address(address)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await _ask(http, address)
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError) as error:
        raise UnreachedError from error
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
        raise ManifestError(f"The manifest could not be read: {type(error).__name__}.") from error
    except ValueError as error:
        raise ManifestError(f"The manifest's address cannot be used: {error}.") from error


async def _ask(http: httpx2.AsyncClient, address: str) -> bytes:
    async with http.stream("GET", address, headers=_HEADERS, follow_redirects=False) as answer:
        if answer.has_redirect_location:
            # Another server is not the one that somebody chose.
            raise ManifestError(
                "The manifest is at another address, which is not followed; put it in the settings."
            )
        if answer.status_code != _OK:
            raise ManifestError(f"The manifest's server answered {answer.status_code}.")
        return await _read(answer)


async def _read(answer: httpx2.Response) -> bytes:
    document = bytearray()
    async with aclosing(answer.aiter_raw()) as chunks:
        async for chunk in chunks:
            document += chunk
            if len(document) > MOST_BYTES:
                raise ManifestError(f"The manifest has more than {MOST_BYTES:,} bytes.")
    return bytes(document)
