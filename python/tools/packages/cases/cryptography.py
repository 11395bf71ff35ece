"""cryptography: Rust through PyO3, and OpenSSL. AES-GCM, a certificate, Fernet tokens (base64 through binascii)."""

import base64
import binascii
import json
import zlib
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

DOCUMENT = json.dumps({"secret": list(range(2000)), "name": "Zoë"}).encode()


def main() -> None:
    encrypt()
    name = certify()
    token = seal()
    print(f"AES-GCM there and back, tampering seen; certificate of {name} signed and verified; token of {token} bytes")


def encrypt() -> None:
    # Test case 4 of the specification of GCM (McGrew and Viega).
    cipher = AESGCM(binascii.unhexlify("feffe9928665731c6d6a8f9467308308"))
    nonce = binascii.unhexlify("cafebabefacedbaddecaf888")
    text = binascii.unhexlify(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    extra = binascii.unhexlify("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = cipher.encrypt(nonce, text, extra)
    assert binascii.hexlify(sealed[-16:]) == b"5bc94fbc3221a5db94fae95ae7121a47"

    packed = zlib.compress(DOCUMENT)
    sealed = cipher.encrypt(nonce, packed, None)
    assert zlib.decompress(cipher.decrypt(nonce, sealed, None)) == DOCUMENT
    must_raise(InvalidTag, lambda: cipher.decrypt(nonce, sealed[:-1] + bytes([sealed[-1] ^ 1]), None))


def certify() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "corten.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("corten.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    body = b"".join(line for line in pem.splitlines() if not line.startswith(b"-----"))
    assert base64.b64decode(body, validate=True) == certificate.public_bytes(serialization.Encoding.DER)

    loaded = x509.load_pem_x509_certificate(pem)
    loaded.verify_directly_issued_by(loaded)
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    signed = (loaded.signature, loaded.tbs_certificate_bytes, ec.ECDSA(hashes.SHA256()))
    must_raise(InvalidSignature, lambda: other.verify(*signed))
    names = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.DNSName)[0]


def seal() -> int:
    key = Fernet.generate_key()
    token = Fernet(key).encrypt(DOCUMENT)
    assert base64.urlsafe_b64decode(token)[0] == 0x80
    assert json.loads(Fernet(key).decrypt(token)) == json.loads(DOCUMENT)
    must_raise(InvalidToken, lambda: Fernet(Fernet.generate_key()).decrypt(token))
    must_raise(InvalidToken, lambda: Fernet(key).decrypt(token[:-5]))
    return len(token)


def must_raise(error: type[Exception], call) -> None:
    try:
        call()
    except error:
        return
    raise AssertionError(f"{error.__name__} was not raised")


main()
