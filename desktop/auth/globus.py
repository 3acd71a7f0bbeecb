"""globus-sdk as this app uses it: one client, one `UserApp` over our storage, errors sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jwt
from globus_sdk import (
    AuthAPIError,
    GlobusAppConfig,
    GlobusError,
    IDTokenDecoder,
    NativeAppAuthClient,
    UserApp,
)
from globus_sdk.authorizers import RenewingAuthorizer
from globus_sdk.exc import NetworkError
from globus_sdk.token_storage import TokenValidationError
from globus_sdk.transport import RetryConfig

from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.errors import SignInError
from desktop.auth.flow import LoopbackSignIn
from desktop.auth.storage import VaultTokenStorage
from desktop.auth.transport import make_transport, trouble_of
from desktop.client.network import Network
from desktop.errors import OfflineError, SignedOutError
from desktop.sentences import said

_APP_NAME = "Genomics Annotation Service"
_HTTP_TIMEOUT_SECONDS = 15.0
_RETRIES = 1
_REFUSALS = {"invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client"}
"""What Globus says of a sign-in that has ended, or cannot be; all else may pass."""

_STANDARD = Network()
_UNREACHABLE = said("Globus, which knows who you are, cannot be reached. Check the network.")


class GlobusConnection:
    """Tokens of one person, got and renewed at Globus. Not thread-safe, as `UserApp` is not.

    Args:
        endpoints: where, and for what.
        storage: where the tokens come from and go to.
        open_url: gets the address for the browser; where it is missing, nobody can log in.
        seconds: how long a person may take to log in.
        network: how Globus is reached.
    """

    def __init__(
        self,
        endpoints: GlobusEndpoints,
        storage: VaultTokenStorage,
        open_url: Callable[[str], object] | None = None,
        seconds: float = 0,
        network: Network = _STANDARD,
    ) -> None:
        self._resource_server = endpoints.resource_server
        self._transport = make_transport(network, _HTTP_TIMEOUT_SECONDS)
        # The environment's name matters not, as the address is given; a set variable would.
        client = NativeAppAuthClient(
            endpoints.desktop_client_id,
            environment="production",
            base_url=endpoints.auth_url,
            transport=self._transport,
            retry_config=RetryConfig(max_retries=_RETRIES),
        )
        self._flow = (
            LoopbackSignIn(client, app_name=_APP_NAME, open_url=open_url, seconds=seconds)
            if open_url
            else None
        )
        self._app = UserApp(
            _APP_NAME,
            login_client=client,
            scope_requirements=endpoints.scopes,
            config=GlobusAppConfig(
                environment="production",
                request_refresh_tokens=True,
                token_storage=storage,
                login_flow_manager=self._flow,
                # Only a person starts a sign-in, never a call that finds a token missing.
                token_validation_error_handler=None,
                id_token_decoder=_Decoder(client, endpoints.issuer),
            ),
        )

    def close(self) -> None:
        """Close the connections; the tokens stay."""
        self._app.close()
        self._transport.close()

    def log_in(self) -> None:
        """Run the sign-in in the browser and store its tokens.

        Raises:
            SignInError: it did not come about; nothing is stored.
            OfflineError: Globus cannot be reached.
        """
        try:
            with _reachable():
                self._app.login(force=True)
        except (GlobusError, jwt.PyJWTError) as error:
            reason = type(error).__name__
            words = said("Globus did not sign you in ({reason}). Try again.", reason=reason)
            raise SignInError(words) from error

    def cancel(self) -> None:
        """End a sign-in that waits, from any thread."""
        if self._flow is not None:
            self._flow.cancel()

    def authorization_header(self, *, renew: bool) -> str:
        """Return a valid header for the service, with a new token if *renew* is set.

        Raises:
            SignedOutError: the stored tokens are not enough, or were revoked.
            OfflineError: Globus cannot be reached.
        """
        try:
            with _reachable():
                authorizer = self._app.get_authorizer(self._resource_server)
                if renew and isinstance(authorizer, RenewingAuthorizer):
                    authorizer.handle_missing_authorization()
                return str(authorizer.get_authorization_header())
        except (TokenValidationError, AuthAPIError) as error:
            raise SignedOutError from error

    def log_out(self) -> None:
        """Revoke the stored tokens and forget them.

        Raises:
            OfflineError: Globus cannot be reached, or does not want to; some may be left.
        """
        try:
            with _reachable():
                self._app.logout()
        except AuthAPIError as error:
            raise OfflineError(_UNREACHABLE) from error


class _Decoder(IDTokenDecoder):
    """Checks the issuer as well, which the SDK's own does not."""

    def __init__(self, client: NativeAppAuthClient, issuer: str) -> None:
        super().__init__(client)
        self._issuer = issuer

    def decode(self, id_token: str, /) -> dict[str, Any]:
        claims = super().decode(id_token)
        if claims.get("iss") != self._issuer:
            raise jwt.InvalidIssuerError
        return claims


@contextmanager
def _reachable() -> Iterator[None]:
    """Sort out what says nothing of the sign-in: no network, Globus down, busy or replaced."""
    try:
        yield
    except NetworkError as error:
        raise trouble_of(error, _UNREACHABLE) from error
    except AuthAPIError as error:
        # Of a refused token Globus tells OAuth's ``error`` only, which is not the SDK's ``code``.
        if (error.raw_json or {}).get("error") not in _REFUSALS:
            raise OfflineError(_UNREACHABLE) from error
        raise
