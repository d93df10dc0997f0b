"""Looking for words in rows, without regard to case and spaces."""

from __future__ import annotations


def plain(words: str) -> str:
    """Words as they are compared."""
    return "".join(words.split()).casefold()


def holds(words: str, *texts: str) -> bool:
    """Whether one of the texts holds what is looked for, which is `plain` already."""
    return not words or any(words in plain(text) for text in texts)
