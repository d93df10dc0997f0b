"""Limits of everything read from outside; a file beyond them is refused before it is read."""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

NAME_LENGTH: Final = 240
"""Longest member name, in characters."""
RATIO: Final = 200
"""Largest allowed ratio of a member's size to its compressed size."""

TASK_ENTRIES: Final = 20_000
TASK_SIZE: Final = 64 * GIB
CONTENTS_SIZE: Final = 64 * MIB

SCORE_PACKAGE_SIZE: Final = 32 * MIB
SUBMISSION_SIZE: Final = 64 * MIB
SUBMISSIONS: Final = 999
"""Largest version number of a submission; it stands in member names of the bundle."""

BUNDLE_ENTRIES: Final = 5_000
BUNDLE_SIZE: Final = 4 * GIB
BUNDLE_MEMBER: Final = 1 * GIB
BUNDLE_DOCUMENT: Final = 192 * MIB
"""Report, workbook, data and sign-off sheet, which have to be read whole to be judged."""

FOLLOW_UP_ENTRIES: Final = 1_000
FOLLOW_UP_SIZE: Final = 4 * GIB
FOLLOW_UP_MEMBER: Final = 512 * MIB
"""Largest scan."""

SMALL_JSON: Final = 1 * MIB
SIGN_OFF_FILE: Final = 8 * MIB
"""Request or answer of signing off; a manifest of five thousand members stays below."""
CERTIFICATE_SIZE: Final = 64 * KIB
SIGNATURE_SIZE: Final = 64 * KIB

WORKBOOK_SIZE: Final = 64 * MIB
WORKBOOK_UNPACKED: Final = 512 * MIB
WORKBOOK_ROWS: Final = 20_000
WORKBOOK_COLUMNS: Final = 200
RESULT_ROWS: Final = 100_000
"""Rows of a sheet of our own result workbook."""
CELL_LENGTH: Final = 32_767

DOSSIER_ARCHIVE_ENTRIES: Final = 5_000
DOCUMENT_SIZE: Final = 8 * GIB
"""Largest single document of a dossier."""
