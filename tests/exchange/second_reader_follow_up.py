"""The second reader's follow-up bundle, section 14 of the page."""

from __future__ import annotations

import re
from typing import Any

from second_reader_records import fits, names_of
from second_reader_shell import (
    GIB,
    MIB,
    certificate,
    check_entries,
    check_signature,
    demand,
    fingerprint,
    members_of,
    need,
    record,
    sha256,
)

ALLOWED = re.compile(r"扫描件/[0-9]{3} [^/]+\.(pdf|jpg|jpeg|png|tif|tiff)|certificates/chair\.pem")
HEAD, CHAIR = ("followup.json", "followup.json.p7s"), "certificates/chair.pem"


def read_follow_up(content: bytes, bundle: bytes | None = None) -> dict[str, Any]:
    """A follow-up, and where a bundle is given, whether it belongs to that one."""
    members = members_of(content, 1_000, 4 * GIB, 512 * MIB, stored=False)
    head, signature, pem = (need(members, name) for name in (*HEAD, CHAIR))
    chair = certificate(pem)
    check_signature(head, signature, chair)
    plain = record(head, "ecpanel-follow-up", names_of("FollowUp")[0])
    fits(plain, "FollowUp")
    demand(plain["chair_fingerprint"] == fingerprint(chair), "signature_invalid")
    inside = {name: body for name, body in members.items() if name not in HEAD}
    check_entries(plain["entries"], inside, ALLOWED, (CHAIR,), 1_000)
    if bundle is not None:
        whole = members_of(bundle, 5_000, 4 * GIB, GIB, stored=False)
        demand(sha256(whole["manifest.json"]) == plain["manifest_sha256"], "follow_up_other_bundle")
        demand(fingerprint(certificate(whole[CHAIR])) == fingerprint(chair), "follow_up_other_chair")
    return plain
