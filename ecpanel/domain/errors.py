"""Errors of the world: each has a stable code and the facts a sentence needs."""

from __future__ import annotations

from typing import Any


class EcpanelError(Exception):
    """Something outside the program is wrong; `texts` turns the code into one Chinese sentence.

    `code` is stable and machine readable; `params` are the facts named in the sentence.
    Anything that is a fault of our own is any other exception.
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Any] = params

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({facts})"
