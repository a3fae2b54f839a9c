"""Ed25519 signatures (RFC 8032): what the evidence log signs its heads and certificates with. Pure, and all that knows the library.

A private key is 32 random bytes, a public key is written as 64 hexadecimal digits, and for people and other tools as PEM
(SubjectPublicKeyInfo, RFC 8410), which `openssl pkey -pubin` reads. `cryptography` is imported where it is used: it takes 50 ms.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from privacy_pipelines.errors import InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PUBLIC = re.compile(r"[0-9a-f]{64}")
SIGNATURE = re.compile(r"[0-9a-f]{128}")


def public_of(secret: bytes) -> str:
    """The public half of a private key.

    >>> public_of(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))[:16]
    'd75a980182b10ab7'
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw().hex()


def sign(secret: bytes, message: bytes) -> str:
    """The signature of `message`, 128 hexadecimal digits. Equal messages give equal signatures.

    >>> sign(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"), b"")[:16]
    'e5564300c360ac72'
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(secret).sign(message).hex()


def is_signed(public: str, message: bytes, signature: str) -> bool:
    """Whether the holder of the private half of `public` signed `message`; False too for what is no key or no signature.

    >>> secret = bytes(32)
    >>> [is_signed(public_of(secret), message, sign(secret, b"head")) for message in (b"head", b"tail")]
    [True, False]
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not PUBLIC.fullmatch(public) or not SIGNATURE.fullmatch(signature):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def to_pem(public: str) -> str:
    """The public key as other tools read it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return _key(public).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def from_pem(content: bytes, where: str) -> str:
    """The public key in a PEM file.

    >>> from_pem(to_pem(public_of(bytes(32))).encode(), "key.pem") == public_of(bytes(32))
    True

    Raises:
        InputError: it holds no Ed25519 public key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(f"{where}: not an Ed25519 public key in PEM. Ask the controller for the output of: privacy-pipelines evidence key")
    return key.public_bytes_raw().hex()


def fingerprint(public: str) -> str:
    """SHA-256 of the public key in DER, for reading out: what `openssl pkey -pubin -outform DER | sha256sum` prints.

    >>> fingerprint(public_of(bytes(32)))[:16]
    '339e2ff917630507'
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return hashlib.sha256(_key(public).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _key(public: str) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
