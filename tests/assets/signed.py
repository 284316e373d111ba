"""Files with Content Credentials, signed by a certificate that the tests make for themselves."""

from __future__ import annotations

import functools
import io
from datetime import UTC, datetime, timedelta

from c2pa import Builder, C2paSignerInfo, Context, Settings, Signer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from assets.credentials_workbench import ALONE

SIGNER = "示例相机厂"
_SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def signed(raw: bytes, mime: str = "image/jpeg", *, machine: bool = False, url: str = "") -> bytes:
    """`raw` with credentials; `machine` says that one made it, `url` where they stand instead."""
    source = "trainedAlgorithmicMedia" if machine else "digitalCapture"
    action = {"action": "c2pa.created", "digitalSourceType": _SOURCES + source}
    claim = {
        "claim_generator_info": [{"name": "示例相机", "version": "3"}],
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
    }
    chain, key = _identity()
    out = io.BytesIO()
    with (
        Builder(claim, context=Context(Settings.from_dict(ALONE))) as builder,
        Signer.from_info(C2paSignerInfo(b"es256", chain, key, None)) as signer,
    ):
        if url:
            builder.set_remote_url(url)
            builder.set_no_embed()
        builder.sign(signer, mime, io.BytesIO(raw), out)
    return out.getvalue()


@functools.cache
def _identity() -> tuple[bytes, bytes]:
    """A chain of certificates and the signer's key, in PEM."""
    root_key, key = new_key(SECP256R1()), new_key(SECP256R1())
    root = _certificate("示例根证书", root_key, None, root_key)
    leaf = _certificate(SIGNER, key, root, root_key)
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in (leaf, root))
    return chain, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(
    name: str,
    key: EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    by: EllipticCurvePrivateKey,
) -> x509.Certificate:
    said = [x509.NameAttribute(it, name) for it in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)]
    subject, now, root = x509.Name(said), datetime.now(UTC), issuer is None
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    ) | dict.fromkeys(("encipher_only", "decipher_only"), False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=root, crl_sign=root, **usage),
            critical=True,
        )
    )
    if not root:
        mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(mail, critical=False)
    return builder.sign(by, hashes.SHA256())
