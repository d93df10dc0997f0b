"""Certificates issued by a CA, judged offline: chain, validity, usage, and what nobody can know offline."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ecpanel.domain.problems import Problem, error, note

MOST_BETWEEN: Final = 6
"""Certificates between signer and anchor that are looked at: ways through them grow as the factorial."""

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)

_ANY_TIME: Final = timedelta(days=365 * 1000)

_REASONS: Final = (
    ("could not be verified", "签发者的签名验证不过"),
    ("is not a CA", "签发者的证书不是CA证书"),
    ("not allowed to sign certificates", "签发者的证书不许签发证书"),
    ("maximum path length", "层级超过了上级CA许可的层数"),
    ("namespace", "名称不在上级CA许可的范围内"),
    ("critical extension", "含有不认识的关键扩展项"),
)
"""What the validator says, for the sentence only."""


def judge(
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> Judgement:
    """What speaks against trusting the certificate for a signature made at `at` (with an offset).

    Path validation is that of RFC 5280, section 6, from one of the anchors through certificates of the
    chain in any order. The anchor itself must be a CA certificate in force, too. Problems are
    `certificate_chain`, `certificate_expired`, `certificate_not_yet` and `certificate_usage`; the one
    note is `revocation_unknown`. An own self-signed certificate, which is trusted by its fingerprint and
    judged elsewhere, gets neither.
    """
    moment = at.replace(microsecond=0)
    try:
        if _is_own(certificate):
            return Judgement((), (), "")
        return _judge(certificate, chain, anchors, moment)
    except ValueError:
        # names and extensions are read only when asked for
        broken = error("certificate_chain", name="", issuer="", reason="证书的名称或扩展项读不出")
        return Judgement((broken,), (), "")


def _judge(
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> Judgement:
    name, issuer = _called(certificate.subject), _called(certificate.issuer)
    problems: list[Problem] = []
    try:
        path = _path(certificate, chain, anchors, at)
    except _NoPath as fault:
        problems.append(error("certificate_chain", name=name, issuer=issuer, reason=str(fault)))
        path = (certificate,)
    for one in path:
        problems.extend(_times(one, at))
    usage = _extension(certificate, x509.KeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        problems.append(error("certificate_usage", name=name))
    notes = () if _is_self_signed(certificate) else (note("revocation_unknown", name=name, issuer=issuer),)
    return Judgement(tuple(problems), notes, issuer)


def _path(
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> tuple[x509.Certificate, ...]:
    """A valid path, the signer's certificate first and the anchor last; where none is in force at `at`,
    one that is sound but for its times."""
    roots = [anchor for anchor in dict.fromkeys(anchors) if _may_issue(anchor)]
    between = [one for one in dict.fromkeys(chain) if one != certificate and one not in roots]
    if len(between) > MOST_BETWEEN:
        raise _NoPath(f"附带的证书多于{MOST_BETWEEN}张")
    in_force = [root for root in roots if not _times(root, at)]
    try:
        return asyncio.run(_validated(certificate, between, in_force, at, timedelta()))
    except Exception:
        # each certificate's times are told apart from the soundness of the path
        try:
            return asyncio.run(_validated(certificate, between, roots, at, _ANY_TIME))
        except Exception as fault:
            raise _NoPath(_reason(fault)) from fault


async def _validated(
    certificate: x509.Certificate,
    between: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
    tolerance: timedelta,
) -> tuple[x509.Certificate, ...]:
    from pyhanko_certvalidator import CertificateValidator, ValidationContext

    context = ValidationContext(
        trust_roots=[_anchor(root) for root in roots],
        moment=at,
        best_signature_time=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
        time_tolerance=tolerance,
    )
    validator = CertificateValidator(
        _parsed(certificate), intermediate_certs=[_parsed(one) for one in between], validation_context=context
    )
    path = await validator.async_validate_path()
    found = [x509.load_der_x509_certificate(one.dump()) for one in path.iter_certs(include_root=True)]
    return tuple(reversed(found))


def _anchor(root: x509.Certificate) -> Any:
    """The trust anchor with the limits its certificate sets, which the validator does not take over."""
    from pyhanko_certvalidator.authority import CertTrustAnchor, TrustQualifiers, derive_quals_from_cert

    parsed = _parsed(root)
    limits = derive_quals_from_cert(parsed)
    constraints = _extension(root, x509.BasicConstraints)
    length = constraints.path_length if constraints is not None else None
    # the policies of a root bind nobody here; a limit for attribute authorities must stand beside the other
    names = limits.standard_parameters if _extension(root, x509.NameConstraints) is not None else None
    qualifiers = TrustQualifiers(standard_parameters=names, max_path_length=length, max_aa_path_length=length)
    return CertTrustAnchor(parsed, qualifiers)


def _parsed(certificate: x509.Certificate) -> Any:
    from asn1crypto import x509 as asn1_x509

    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER), strict=True)


def _reason(fault: Exception) -> str:
    from pyhanko_certvalidator.errors import DisallowedAlgorithmError, PathError

    if isinstance(fault, DisallowedAlgorithmError):
        return "签发所用的算法或密钥强度不足"
    if isinstance(fault, PathError):
        return "找不到通到受信任根证书的签发者"
    text = str(fault)
    if "self-signed" in text:
        return "是自签证书，又不在受信任的根证书之内"
    return next((reason for words, reason in _REASONS if words in text), "不合证书规范")


def _times(certificate: x509.Certificate, at: datetime) -> list[Problem]:
    """Both ends of the validity belong to it (RFC 5280, 4.1.2.5); dates are told in the offset of `at`."""
    name = _called(certificate.subject)
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at > until:
        return [error("certificate_expired", name=name, until=_date(until, at))]
    if at < since:
        return [error("certificate_not_yet", name=name, since=_date(since, at))]
    return []


def _date(when: datetime, at: datetime) -> str:
    try:
        return f"{when.astimezone(at.tzinfo):%Y-%m-%d %H:%M}"
    except OverflowError:
        # 9999-12-31 stands for no end
        return f"{when:%Y-%m-%d %H:%M}"


def _may_issue(certificate: x509.Certificate) -> bool:
    constraints = _extension(certificate, x509.BasicConstraints)
    usage = _extension(certificate, x509.KeyUsage)
    return constraints is not None and constraints.ca and (usage is None or usage.key_cert_sign)


def _is_own(certificate: x509.Certificate) -> bool:
    constraints = _extension(certificate, x509.BasicConstraints)
    return not (constraints is not None and constraints.ca) and _is_self_signed(certificate)


def _is_self_signed(certificate: x509.Certificate) -> bool:
    if certificate.issuer != certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except Exception:
        return False
    return True


def _extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _called(name: x509.Name) -> str:
    """Common name, or organisation, or the whole name."""
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(oid):
            return str(attribute.value)
    return name.rfc4514_string()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found; `issuer` is the name of who issued the certificate, "" for an own one."""

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    issuer: str


class _NoPath(Exception):
    """No sound path to an anchor; says why in a few Chinese words."""
