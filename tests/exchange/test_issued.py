"""CA-issued certificates judged offline: a made CA, and everything that can be wrong below it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from ecpanel.domain.problems import Severity
from ecpanel.exchange.issued import MOST_BETWEEN, judge
from ecpanel.exchange.keys import make_key

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=timezone(timedelta(hours=8)))
CA_USAGE = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
SIGNING = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
ENCIPHERING = x509.KeyUsage(False, False, True, True, False, False, False, False, False)


@dataclass(frozen=True)
class Made:
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


KEYS: dict[str, rsa.RSAPrivateKey] = {}


def key_of(name: str) -> rsa.RSAPrivateKey:
    """One key for one name, so that the file costs a few key generations only."""
    return KEYS.setdefault(name, rsa.generate_private_key(65537, 2048))


def named(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )


def make(
    name: str,
    issuer: Made | None,
    *,
    ca: bool = False,
    length: int | None = None,
    usage: x509.KeyUsage | None = None,
    since: datetime = NOW - timedelta(days=100),
    until: datetime = NOW + timedelta(days=100),
    key: str = "",
    signing_key: rsa.RSAPrivateKey | None = None,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
) -> Made:
    private = key_of(key or name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(issuer.certificate.subject if issuer else named(name))
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca, length), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    signer = signing_key or (issuer.key if issuer else private)
    return Made(private, builder.sign(signer, hashes.SHA256()))


ROOT = make("测试根CA", None, ca=True, usage=CA_USAGE)
MIDDLE = make("测试运营CA", ROOT, ca=True, length=0, usage=CA_USAGE)
EXPERT = make("张伟", MIDDLE, usage=SIGNING)


def codes(judgement) -> list[str]:
    return [problem.code for problem in judgement.problems]


def judged(expert, *, chain=(MIDDLE,), anchors=(ROOT,), at=NOW):
    return judge(expert.certificate, [one.certificate for one in chain], [a.certificate for a in anchors], at)


def test_a_good_certificate_has_no_problem_and_one_note():
    judgement = judged(EXPERT)
    assert judgement.problems == ()
    assert [(one.code, one.severity) for one in judgement.notes] == [("revocation_unknown", Severity.NOTE)]
    assert judgement.notes[0].params == {"name": "张伟", "issuer": "测试运营CA"}
    assert judgement.issuer == "测试运营CA"


def test_an_intermediate_may_be_the_anchor_and_the_chain_may_hold_anything():
    assert judged(EXPERT, chain=(), anchors=(MIDDLE,)).problems == ()
    foreign = make("别家CA", None, ca=True, usage=CA_USAGE)
    assert (
        judged(EXPERT, chain=(ROOT, foreign, EXPERT, MIDDLE, MIDDLE), anchors=(foreign, ROOT)).problems == ()
    )


def test_an_own_certificate_is_judged_elsewhere():
    judgement = judge(make_key("李娜", "专家", NOW).certificate, (), [ROOT.certificate], NOW)
    assert (judgement.problems, judgement.notes, judgement.issuer) == ((), (), "")


def test_one_that_only_looks_self_signed_is_no_own_certificate():
    forged = make("李娜", None, usage=SIGNING, signing_key=key_of("别人"))
    assert codes(judged(forged)) == ["certificate_chain"]


@pytest.mark.parametrize(
    ("anchors", "expected"), [((ROOT,), ["certificate_chain"]), ((), ["certificate_chain"])]
)
def test_a_self_signed_ca_is_trusted_as_an_anchor_only(anchors, expected):
    lonely = make("孤CA", None, ca=True, usage=x509.KeyUsage(True, *[False] * 4, True, *[False] * 3))
    judgement = judged(lonely, chain=(), anchors=anchors)
    assert (codes(judgement), judgement.notes) == (expected, ())
    assert judged(lonely, chain=(), anchors=(lonely,)).problems == ()


@pytest.mark.parametrize(
    ("chain", "anchors"),
    [((MIDDLE,), ()), ((), (ROOT,)), ((MIDDLE,), ("别家CA",)), ((), ())],
    ids=["no anchor", "gap", "foreign anchor", "nothing"],
)
def test_no_way_to_an_anchor(chain, anchors):
    roots = tuple(
        make(one, None, ca=True, usage=CA_USAGE) if isinstance(one, str) else one for one in anchors
    )
    judgement = judged(EXPERT, chain=chain, anchors=roots)
    assert codes(judgement) == ["certificate_chain"]
    assert judgement.problems[0].params["reason"] == "找不到通到受信任根证书的签发者"
    assert [one.code for one in judgement.notes] == ["revocation_unknown"]


def test_an_anchor_of_the_same_name_with_another_key_is_foreign():
    namesake = make("测试根CA", None, ca=True, usage=CA_USAGE, key="另一把钥匙")
    judgement = judged(EXPERT, anchors=(namesake,))
    assert codes(judgement) == ["certificate_chain"]
    assert judgement.problems[0].params["reason"] == "签发者的签名验证不过"
    assert judged(EXPERT, anchors=(namesake, ROOT)).problems == ()


@pytest.mark.parametrize("which", ["expert", "middle"])
def test_one_byte_changed_is_seen(which):
    made = EXPERT if which == "expert" else MIDDLE
    der = bytearray(made.certificate.public_bytes(Encoding.DER))
    place = der.index("张伟".encode() if which == "expert" else "测试运营CA".encode())
    bad = x509.load_der_x509_certificate(
        bytes(der[: place + 2] + bytes([der[place + 2] ^ 1]) + der[place + 3 :])
    )
    expert = bad if which == "expert" else EXPERT.certificate
    middle = bad if which == "middle" else MIDDLE.certificate
    assert codes(judge(expert, [middle], [ROOT.certificate], NOW)) == ["certificate_chain"]


def test_a_changed_signature_value_is_seen():
    der = bytearray(EXPERT.certificate.public_bytes(Encoding.DER))
    der[-1] ^= 1
    bad = x509.load_der_x509_certificate(bytes(der))
    assert codes(judge(bad, [MIDDLE.certificate], [ROOT.certificate], NOW)) == ["certificate_chain"]


END = NOW + timedelta(days=100)
START = NOW - timedelta(days=100)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (START, []),
        (START - timedelta(seconds=1), ["certificate_not_yet"] * 3),
        (END, []),
        (END + timedelta(microseconds=999_999), []),
        (END + timedelta(seconds=1), ["certificate_expired"] * 3),
        (END.astimezone(UTC), []),
    ],
)
def test_both_ends_of_the_validity_belong_to_it(at, expected):
    assert codes(judged(EXPERT, at=at)) == expected


def test_who_has_expired_is_named_with_the_date():
    late = make("张伟", MIDDLE, usage=SIGNING, until=NOW - timedelta(days=1))
    (problem,) = judged(late).problems
    assert (problem.code, problem.params) == (
        "certificate_expired",
        {"name": "张伟", "until": "2026-11-19 09:00"},
    )
    early = make("张伟", MIDDLE, usage=SIGNING, since=NOW + timedelta(days=1))
    (problem,) = judged(early).problems
    assert (problem.code, problem.params) == (
        "certificate_not_yet",
        {"name": "张伟", "since": "2026-11-21 09:00"},
    )


def test_an_expired_issuer_or_anchor_is_a_problem_too():
    old = make("测试运营CA", ROOT, ca=True, usage=CA_USAGE, until=NOW - timedelta(days=1))
    assert codes(judged(EXPERT, chain=(old,))) == ["certificate_expired"]
    assert judged(EXPERT, chain=(old,)).problems[0].params["name"] == "测试运营CA"
    root = make("测试根CA", None, ca=True, usage=CA_USAGE, until=NOW - timedelta(days=1))
    assert codes(judged(EXPERT, anchors=(root,))) == ["certificate_expired"]


def test_of_two_ways_the_one_in_force_counts():
    old = make("测试运营CA", ROOT, ca=True, usage=CA_USAGE, until=NOW - timedelta(days=1))
    root = make("测试根CA", None, ca=True, usage=CA_USAGE, until=NOW - timedelta(days=1))
    for chain in ((old, MIDDLE), (MIDDLE, old)):
        for anchors in ((root, ROOT), (ROOT, root)):
            assert judged(EXPERT, chain=chain, anchors=anchors).problems == ()


def test_expired_and_without_a_way_are_two_problems():
    late = make("张伟", MIDDLE, usage=SIGNING, until=NOW - timedelta(days=1))
    assert codes(judged(late, chain=())) == ["certificate_chain", "certificate_expired"]


def test_a_certificate_without_end_has_a_date_to_tell():
    endless = make("张伟", MIDDLE, usage=SIGNING, until=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert judged(endless).problems == ()


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (x509.KeyUsage(True, *[False] * 8), []),
        (x509.KeyUsage(False, True, *[False] * 7), []),
        (None, []),
        (ENCIPHERING, ["certificate_usage"]),
    ],
    ids=["digitalSignature", "nonRepudiation", "not said", "encipherment"],
)
def test_usage(usage, expected):
    assert codes(judged(make("张伟", MIDDLE, usage=usage))) == expected


@pytest.mark.parametrize(
    ("middle", "reason"),
    [
        ({"ca": False, "usage": SIGNING}, "签发者的证书不是CA证书"),
        ({"ca": True, "usage": SIGNING}, "签发者的证书不许签发证书"),
    ],
)
def test_who_may_not_issue(middle, reason):
    impostor = make("冒牌CA", ROOT, **middle)
    (problem,) = judged(make("张伟", impostor, usage=SIGNING), chain=(impostor,)).problems
    assert (problem.code, problem.params["reason"]) == ("certificate_chain", reason)


@pytest.mark.parametrize("anchor", [{"ca": False, "usage": SIGNING}, {"ca": True, "usage": SIGNING}])
def test_an_anchor_that_may_not_issue_is_none(anchor):
    pinned = make("不能签发", None, **anchor)
    assert codes(judged(make("张伟", pinned, usage=SIGNING), chain=(), anchors=(pinned,))) == [
        "certificate_chain"
    ]


def test_path_length_of_intermediate_and_of_anchor():
    lower = make("下级CA", MIDDLE, ca=True, usage=CA_USAGE)
    expert = make("张伟", lower, usage=SIGNING)
    (problem,) = judged(expert, chain=(MIDDLE, lower)).problems
    assert problem.params["reason"] == "层级超过了上级CA许可的层数"
    for length, expected in ((0, ["certificate_chain"]), (1, [])):
        root = make("测试根CA", None, ca=True, length=length, usage=CA_USAGE)
        assert codes(judged(EXPERT, anchors=(root,))) == expected
    root = make("测试根CA", None, ca=True, length=0, usage=CA_USAGE)
    assert judged(make("张伟", root, usage=SIGNING), chain=(), anchors=(root,)).problems == ()


def test_names_outside_the_root_s_constraints():
    limits = x509.NameConstraints(
        None, [x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN")]))]
    )
    root = make("测试根CA", None, ca=True, usage=CA_USAGE, extensions=((limits, True),))
    (problem,) = judged(EXPERT, anchors=(root,)).problems
    assert problem.params["reason"] == "名称不在上级CA许可的范围内"


def test_policies_of_a_root_bind_nobody():
    policy = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3.4"), None)])
    root = make("测试根CA", None, ca=True, usage=CA_USAGE, extensions=((policy, False),))
    assert judged(EXPERT, anchors=(root,)).problems == ()


def test_unknown_critical_extension_is_refused():
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    (problem,) = judged(make("张伟", MIDDLE, usage=SIGNING, extensions=((odd, True),))).problems
    assert problem.params["reason"] == "含有不认识的关键扩展项"
    assert judged(make("张伟", MIDDLE, usage=SIGNING, extensions=((odd, False),))).problems == ()


def test_short_keys_are_refused():
    KEYS["短钥CA"] = rsa.generate_private_key(65537, 1024)
    weak = make("短钥CA", ROOT, ca=True, usage=CA_USAGE)
    (problem,) = judged(make("张伟", weak, usage=SIGNING), chain=(weak,)).problems
    assert problem.params["reason"] == "签发所用的算法或密钥强度不足"


def test_sha1_is_refused(tmp_path):
    (tmp_path / "ca.key").write_bytes(
        ROOT.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (tmp_path / "ca.pem").write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    asked = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(named("张伟"))
        .sign(key_of("张伟"), hashes.SHA256())
    )
    (tmp_path / "asked.pem").write_bytes(asked.public_bytes(Encoding.PEM))
    words = (
        "openssl x509 -req -in asked.pem -CA ca.pem -CAkey ca.key -set_serial 5 -sha1 -days 30 -out made.pem"
    )
    subprocess.run(words.split(), cwd=tmp_path, check=True, capture_output=True)
    old = x509.load_pem_x509_certificate((tmp_path / "made.pem").read_bytes())
    judgement = judge(old, (), [ROOT.certificate], old.not_valid_before_utc)
    (problem,) = (one for one in judgement.problems if one.code == "certificate_chain")
    assert problem.params["reason"] == "签发所用的算法或密钥强度不足"


def test_lists_and_responders_named_in_the_certificate_are_not_asked():
    """A CA's usual pointers to CRL and OCSP change nothing offline."""
    place = [x509.UniformResourceIdentifier("http://ca.invalid/one")]
    points = x509.CRLDistributionPoints([x509.DistributionPoint(place, None, None, None)])
    responder = x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place[0])]
    )
    pointed = make("张伟", MIDDLE, usage=SIGNING, extensions=((points, False), (responder, False)))
    judgement = judged(pointed)
    assert (judgement.problems, [one.code for one in judgement.notes]) == ((), ["revocation_unknown"])


def test_a_ca_of_elliptic_curves_is_understood():
    private = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(named("椭圆CA"))
        .issuer_name(named("椭圆CA"))
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(START)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(True, None), True)
    )
    root = Made(private, builder.sign(private, hashes.SHA256()))  # type: ignore[arg-type]
    assert judged(make("张伟", root, usage=SIGNING), chain=(), anchors=(root,)).problems == ()


def test_certificates_that_issue_each_other_end_soon():
    """Ways through certificates of one key and two names would be without number."""
    one = make("甲", None, ca=True, usage=CA_USAGE)
    two = make("乙", one, ca=True, usage=CA_USAGE)
    ring = [make("甲", two, ca=True, usage=CA_USAGE) for _ in range(MOST_BETWEEN // 2)]
    ring += [make("乙", one, ca=True, usage=CA_USAGE) for _ in range(MOST_BETWEEN // 2)]
    expert = make("张伟", one, usage=SIGNING)
    assert codes(judged(expert, chain=tuple(ring))) == ["certificate_chain"]
    (problem,) = judged(expert, chain=(*ring, two)).problems
    assert problem.params["reason"] == f"附带的证书多于{MOST_BETWEEN}张"


def test_an_unreadable_extension_is_a_finding_and_no_crash():
    broken = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.15"), b"\x05")
    made = make("张伟", MIDDLE, extensions=((broken, True),))
    assert codes(judged(made)) == ["certificate_chain"]
