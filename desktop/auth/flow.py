"""The sign-in in the browser, as globus-sdk wants it run.

globus-sdk's own flow checks no ``state``, ends at any stray request (a browser's for its icon is
enough), cannot be cancelled and waits for an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from globus_sdk import NativeAppAuthClient, OAuthTokenResponse
from globus_sdk.gare import GlobusAuthorizationParameters
from globus_sdk.login_flows import LoginFlowManager

from desktop.auth.errors import SignInError, SignInRefusedError
from desktop.auth.loopback import LoopbackReceiver
from desktop.sentences import said

TIME_LIMIT_SECONDS = 300.0


class LoopbackSignIn(LoginFlowManager):
    """One sign-in: opens the browser, waits for it on the loopback, exchanges the code.

    Args:
        client: this app at Globus; PKCE with S256 is its doing, and checked here.
        app_name: what Globus shows as the app that asks.
        open_url: gets the address for the browser; called in the thread of the sign-in.
        seconds: how long the person may take.
    """

    def __init__(
        self,
        client: NativeAppAuthClient,
        *,
        app_name: str,
        open_url: Callable[[str], object],
        seconds: float = TIME_LIMIT_SECONDS,
    ) -> None:
        super().__init__(client, request_refresh_tokens=True, native_prefill_named_grant=app_name)
        self._client = client
        self._app_name = app_name
        self._open_url = open_url
        self._seconds = seconds
        self._receiver = LoopbackReceiver()

    def cancel(self) -> None:
        """End the sign-in, from any thread, whether it has begun or not."""
        self._receiver.cancel()

    def run_login_flow(self, auth_parameters: GlobusAuthorizationParameters) -> OAuthTokenResponse:
        """Return the tokens of the person who signed in.

        Raises:
            SignInRefusedError: the person or Globus said no.
            SignInTimedOutError: the browser did not come back.
            SignInCancelledError: `cancel` was called.
            globus_sdk.GlobusError: Globus did not take the code, or cannot be reached.
        """
        with self._receiver as receiver:
            self._open_url(self._authorize_url(auth_parameters))
            answer = receiver.wait(self._seconds)
        if "code" not in answer:
            given = answer.get("error_description") or answer.get("error")
            reason = given or said("no reason given")
            raise SignInRefusedError(
                said("The sign-in was refused in the browser: {reason}.", reason=reason)
            )
        return self._client.oauth2_exchange_code_for_tokens(answer["code"])

    def _authorize_url(self, auth_parameters: GlobusAuthorizationParameters) -> str:
        self._client.oauth2_start_flow(
            auth_parameters.required_scopes or [],
            redirect_uri=self._receiver.redirect_uri,
            state=self._receiver.state,
            refresh_tokens=self.request_refresh_tokens,
            prefill_named_grant=self._app_name,
        )
        url = self._client.oauth2_get_authorize_url()
        query = parse_qs(urlsplit(url).query)
        if query.get("code_challenge_method") != ["S256"] or "code_challenge" not in query:
            raise SignInError(
                said("This version of globus-sdk signs in without PKCE; update the app.")
            )
        return url
