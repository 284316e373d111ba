"""The name under which the house signs what it makes: a key, and certificates that vouch for it.

Made by the house itself, so no list of trusted signers knows it; readers of Content Credentials
see a valid signature by a name they have to know. The root's key is thrown away once it has signed
the one certificate, so nobody can make another under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LASTS: Final = timedelta(days=3650)
EARLIER: Final = timedelta(days=1)
"""Other people's clocks may be behind ours."""
LONGEST: Final = 64
"""Characters of a name in a certificate, by X.520."""


@dataclass(frozen=True, slots=True)
class Identity:
    """In PEM: the certificates, the signer's own first, and its key."""

    chain: str
    key: str

    def to_json(self) -> dict[str, str]:
        return {"chain": self.chain, "key": self.key}

    @classmethod
    def from_json(cls, wire: Mapping[str, object]) -> Identity:
        return cls(str(wire["chain"]), str(wire["key"]))


def new_identity(name: str) -> Identity:
    """A new key, and certificates in this name."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    subject = _named(name)
    root = _certificate(subject, root_key, subject, root_key, root=True)
    leaf = _certificate(subject, key, subject, root_key, root=False)
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in (leaf, root))
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Identity(chain.decode(), kept.decode())


def _named(name: str) -> x509.Name:
    kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    return x509.Name([x509.NameAttribute(kind, name[:LONGEST]) for kind in kinds])


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    by: ec.EllipticCurvePrivateKey,
    *,
    root: bool,
) -> x509.Certificate:
    """As C2PA 2 asks of signers: version 3, for signatures alone, with both key identifiers."""
    now, public = datetime.now(UTC), key.public_key()
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=root,
        crl_sign=root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + LASTS)
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(above, critical=False)
        .add_extension(usage, critical=True)
    )
    if not root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purpose, critical=False)
    return builder.sign(by, hashes.SHA256())
