"""The XML of a workbook's signature, written in its canonical form (XMLDSig, XAdES, ECMA-376-2 §12).

Every element is written as C14N 1.0 would write it, so that what is digested is what stands in the file.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ecpanel.reports.opc_parts import (
    DECLARATION,
    PACKAGE_URIS,
    Package,
    Relation,
    attribute_of,
    digest,
    text_of,
    transformed,
)

DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
MDSSI: Final = f"{PACKAGE_URIS}/digital-signature"
OFFICE: Final = "http://schemas.microsoft.com/office/2006/digsig"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
OWN: Final = "urn:ecpanel:workbook-signature"
BESIDE: Final = "docProps/"
"""Parts the manifest leaves out as Office does: Apache POI cannot digest docProps/core.xml."""
_C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
IN_SIGNATURE: Final = f' xmlns="{DSIG}"'
_IN_XADES: Final = f'{IN_SIGNATURE} xmlns:xd="{XADES}"'
_SIGNATURE_ID: Final = "idPackageSignature"
_SIGNED_PROPERTIES: Final = "idSignedProperties"
_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is free in a signature; everything else follows from it and from the parts."""

    number: int
    time: str
    comment: str
    certificates: tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class References:
    """What a signature says of the parts: in the package's manifest, and in our own object beside it."""

    manifest: str
    beside: str


def _element(name: str, attributes: str = "", *inside: str) -> str:
    """An element as C14N 1.0 writes it; the attributes come in its order (namespaces first)."""
    return f"<{name}{attributes}>{''.join(inside)}</{name}>"


def apex(element: str, namespaces: str) -> bytes:
    """The canonical form of an element digested on its own: it bears the namespaces of its ancestors."""
    end = min(place for place in (element.find(" "), element.find(">")) if place > 0)
    return f"{element[:end]}{namespaces}{element[end:]}".encode()


def _method(name: str, algorithm: str, *inside: str) -> str:
    return _element(name, f' Algorithm="{algorithm}"', *inside)


def _digested(value: str) -> str:
    return _method("DigestMethod", _SHA256) + _element("DigestValue", "", value)


def references(package: Package) -> References:
    """References to all parts: raw bytes, or the relationship transform (ECMA-376-2 §12.2.4)."""
    rows, beside = [], []
    for part in package.parts:
        if part in package.relations:
            relations = package.lasting(part)
            rows.append(_reference(package, part, digest(transformed(relations)), _transforms(relations)))
        elif part.startswith(BESIDE):
            beside.append(_beside(package, part))
        else:
            rows.append(_reference(package, part, digest(package.read(part))))
    return References("".join(rows), "".join(beside))


def _reference(package: Package, part: str, value: str, transforms: str = "") -> str:
    uri = attribute_of(f"/{part}?ContentType={package.types.of(part)}")
    return _element("Reference", f' URI="{uri}"', transforms, _digested(value))


def _transforms(relations: tuple[Relation, ...]) -> str:
    sources = "".join(
        _element("mdssi:RelationshipReference", f' xmlns:mdssi="{MDSSI}" SourceId="{one.key}"')
        for one in sorted(relations, key=lambda one: one.key)
    )
    relationship = _method("Transform", f"{PACKAGE_URIS}/RelationshipTransform", sources)
    return _element("Transforms", "", relationship, _method("Transform", _C14N))


def _beside(package: Package, part: str) -> str:
    content = package.read(part)
    attributes = f' ContentType="{package.types.of(part)}" Name="/{part}" SHA256="{digest(content)}"'
    return _element("Part", attributes)


def signed_objects(rows: References, facts: Facts) -> dict[str, str]:
    """The signed elements by their Id: the package's, Office's and our own object, and those of XAdES."""
    time = _element(
        "mdssi:SignatureTime",
        f' xmlns:mdssi="{MDSSI}"',
        _element("mdssi:Format", "", "YYYY-MM-DDThh:mm:ssTZD"),
        _element("mdssi:Value", "", facts.time),
    )
    manifest = _element("Manifest", "", rows.manifest) + _properties("idSignatureTime", time)
    beside = _element("Parts", f' xmlns="{OWN}"', rows.beside)
    return {
        "idPackageObject": _object("idPackageObject", manifest),
        "idOfficeObject": _object("idOfficeObject", _properties("idOfficeV1Details", _office(facts.comment))),
        "idPropertiesObject": _object("idPropertiesObject", _properties("idProperties", beside)),
        _properties_id(facts): _signed_properties(facts),
    }


def _properties_id(facts: Facts) -> str:
    """The Id of the XAdES properties: of its own in each signature, since LibreOffice takes the Ids of all
    signatures together and calls the third false where it is the same thrice."""
    return f"{_SIGNED_PROPERTIES}{'' if facts.number == 1 else facts.number}"


def _object(key: str, inside: str) -> str:
    return _element("Object", f' Id="{key}"', inside)


def _properties(key: str, inside: str) -> str:
    attributes = f' Id="{key}" Target="#{_SIGNATURE_ID}"'
    return _element("SignatureProperties", "", _element("SignatureProperty", attributes, inside))


def _office(comment: str) -> str:
    """What Office shows of a signature ([MS-OFFCRYPTO] 2.5.2.5); the versions only have to be there."""
    fields = {
        "SetupID": "",
        "SignatureText": "",
        "SignatureImage": "",
        "SignatureComments": text_of(comment),
        "WindowsVersion": "10.0",
        "OfficeVersion": "16.0",
        "ApplicationVersion": "16.0",
        "Monitors": "1",
        "HorizontalResolution": "1920",
        "VerticalResolution": "1080",
        "ColorDepth": "32",
        "SignatureProviderId": "{00000000-0000-0000-0000-000000000000}",
        "SignatureProviderUrl": "",
        "SignatureProviderDetails": "9",
        "SignatureType": "1",
    }
    inside = (_element(name, "", value) for name, value in fields.items())
    return _element("SignatureInfoV1", f' xmlns="{OFFICE}"', *inside)


def _signed_properties(facts: Facts) -> str:
    """Signing time, certificates of signer and issuers by digest, and the implied policy (XAdES 1.3.2)."""
    policy = _element("xd:SignaturePolicyIdentifier", "", _element("xd:SignaturePolicyImplied"))
    certificates = (_certificate(one) for one in facts.certificates)
    signed = _element(
        "xd:SignedSignatureProperties",
        "",
        _element("xd:SigningTime", "", facts.time),
        _element("xd:SigningCertificate", "", *certificates),
        policy,
    )
    return _element("xd:SignedProperties", f' Id="{_properties_id(facts)}"', signed)


def _certificate(certificate: x509.Certificate) -> str:
    issuer = _UNWRITABLE.sub(lambda one: f"\\{ord(one[0]):02X}", certificate.issuer.rfc4514_string())
    return _element(
        "xd:Cert",
        "",
        _element("xd:CertDigest", "", _digested(digest(certificate.public_bytes(Encoding.DER)))),
        _element(
            "xd:IssuerSerial",
            "",
            _element("X509IssuerName", "", text_of(issuer)),
            _element("X509SerialNumber", "", str(certificate.serial_number)),
        ),
    )


def signed_info(objects: Mapping[str, str]) -> str:
    """What the raw signature is over: the digests of the signed elements."""
    rows = [_method("CanonicalizationMethod", _C14N), _method("SignatureMethod", _RSA_SHA256)]
    for key, element in objects.items():
        kind, transforms, namespaces = f"{DSIG}Object", "", IN_SIGNATURE
        if key.startswith(_SIGNED_PROPERTIES):
            kind, namespaces = "http://uri.etsi.org/01903#SignedProperties", _IN_XADES
            transforms = _element("Transforms", "", _method("Transform", _C14N))
        digested = _digested(digest(apex(element, namespaces)))
        rows.append(_element("Reference", f' Type="{kind}" URI="#{key}"', transforms, digested))
    return _element("SignedInfo", "", *rows)


def signature_document(facts: Facts, objects: Mapping[str, str], signed: str, value: bytes) -> bytes:
    """The signature part as a whole."""
    certificates = (
        _element("X509Certificate", "", base64.b64encode(one.public_bytes(Encoding.DER)).decode())
        for one in facts.certificates
    )
    *others, properties = objects.values()
    qualifying = _element(
        "xd:QualifyingProperties", f' xmlns:xd="{XADES}" Target="#{_SIGNATURE_ID}"', properties
    )
    signature = _element(
        "Signature",
        f'{IN_SIGNATURE} Id="{_SIGNATURE_ID}"',
        signed,
        _element("SignatureValue", "", base64.b64encode(value).decode()),
        _element("KeyInfo", "", _element("X509Data", "", *certificates)),
        *others,
        _element("Object", "", qualifying),
    )
    return (DECLARATION + signature).encode()
