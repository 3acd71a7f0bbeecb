"""What goes wrong with machines and their executions."""

from __future__ import annotations


class DefinitionError(Exception):
    """The definition of a machine is wrong, or asks for what the local stack does not know."""


class StateError(Exception):
    """A state ended with an error.

    Attributes:
        error: its name, which ErrorEquals is compared with.
        cause: a text for people.
    """

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


class CallRefusedError(Exception):
    """A call of the API is refused; the message says why.

    Attributes:
        code: the name of the error, as botocore models it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
