"""The certificates that SNS signs with, fetched from where SNS keeps them and nowhere else."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from backend.domain.errors import RejectedError, UnavailableError
from backend.services.ports import Clock

_FILE = r"/SimpleNotificationService-[0-9a-f]{16,64}\.pem"
_LONGEST = 16 * 1024
_SHORTEST_KEY_BITS = 2048
_TIMEOUT_SECONDS = 5
_MOST_KEPT = 8


def addresses(topic: str, local_aws: str | None = None) -> re.Pattern[str]:
    """Return what the whole address of a certificate looks like for messages of *topic*.

    Args:
        topic: the topic's ARN; SNS signs in the topic's own region.
        local_aws: address of the local AWS, whose certificates are taken instead of AWS's.
    """
    if local_aws is not None:
        return re.compile(re.escape(local_aws) + _FILE)
    _, partition, _, region, _ = topic.split(":", 4)
    domain = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    return re.compile(re.escape(f"https://sns.{region}.{domain}") + _FILE)


class Certificates:
    """Keys by the address of their certificate; the last few are kept. For one event loop.

    Args:
        http: fetches certificates; closed by who made it.
        addresses: what an address has to match, all of it.
        clock: the time.

    Attributes:
        addresses: as they were given.
    """

    def __init__(self, http: httpx2.AsyncClient, addresses: re.Pattern[str], clock: Clock) -> None:
        self._http = http
        self.addresses = addresses
        self._clock = clock
        self._kept: OrderedDict[str, x509.Certificate] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def key(self, address: str) -> RSAPublicKey:
        """Return the key of the certificate at *address*.

        Raises:
            RejectedError: it is not an address of SNS's, or there is no good certificate.
            UnavailableError: the certificate cannot be fetched now.
        """
        # What the address means is never asked: it has to be, to the letter, one of ours.
        if not self.addresses.fullmatch(address):
            raise RejectedError("The message names a certificate that is not one of SNS's.")
        if address not in self._kept:
            async with self._one_at_a_time:
                await self._keep(address)
        certificate = self._kept[address]
        if not certificate.not_valid_before_utc <= self._clock() <= certificate.not_valid_after_utc:
            raise RejectedError("The message's certificate is not valid at this time.")
        return _key(certificate)

    async def _keep(self, address: str) -> None:
        if address in self._kept:
            return
        certificate = _read(await self._fetch(address))
        self._kept[address] = certificate
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    async def _fetch(self, address: str) -> bytes:
        found = bytearray()
        try:
            async with self._http.stream(
                "GET", address, follow_redirects=False, timeout=_TIMEOUT_SECONDS
            ) as response:
                if response.is_server_error:
                    raise UnavailableError("SNS does not give its certificate now.")
                if response.status_code != httpx2.codes.OK:
                    raise RejectedError("SNS has no such certificate.")
                async for piece in response.aiter_bytes():
                    found += piece
                    if len(found) > _LONGEST:
                        raise RejectedError("What should be a certificate is too long for one.")
        except httpx2.HTTPError as error:
            raise UnavailableError("SNS's certificate cannot be fetched now.") from error
        return bytes(found)


def _read(pem: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        _key(certificate)
    except ValueError as error:
        raise RejectedError("What should be a certificate is none.") from error
    return certificate


def _key(certificate: x509.Certificate) -> RSAPublicKey:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < _SHORTEST_KEY_BITS:
        raise ValueError("not a key that SNS signs with")
    return key
