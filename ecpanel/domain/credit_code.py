"""统一社会信用代码: the 18 characters of GB 32100-2015 and its check character."""

from __future__ import annotations

import unicodedata
from typing import Final

from ecpanel.domain.problems import Problem, warning

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters: digits and capitals without I, O, S, V, Z."""

_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))


def tidy(text: str) -> str:
    """The code as printed, without blanks, in half-width capitals."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(plain.split()).replace("-", "").upper()


def check_character(first17: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015, 5.4); KeyError-free only for valid input."""
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def check_code(code: str) -> Problem | None:
    """What is wrong with a tidied code, or None (rule 10: a warning, since papers may err)."""
    if not code:
        return warning("credit_code_missing")
    if len(code) != 18:
        return warning("credit_code_length", code=code, length=len(code))
    stranger = next((char for char in code if char not in ALPHABET), None)
    if stranger is not None:
        return warning("credit_code_character", code=code, char=stranger, place=code.index(stranger) + 1)
    expected = check_character(code[:17])
    if code[17] != expected:
        return warning("credit_code_check", code=code, expected=expected)
    return None
