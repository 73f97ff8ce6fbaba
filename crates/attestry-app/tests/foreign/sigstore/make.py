#!/usr/bin/env python3
"""Makes the bundles and the trusted root in this folder, with keys that are thrown away.

Needs the Python package `cryptography` and the program `openssl`. Run it in this folder.
"""
import base64, datetime, hashlib, json, pathlib, subprocess, tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID as Use, NameOID, ObjectIdentifier as Oid

UTC = datetime.timezone.utc
# The time-stamp authority is a real one and stamps with the present, so everything happens now.
START = datetime.datetime.now(UTC).replace(microsecond=0) - datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
SIGNED = int(START.timestamp()) + 30
IDENTITY = "https://github.com/example-org/example-app/.github/workflows/release.yml@refs/tags/v1.2.3"
RUN = "https://github.com/example-org/example-app/actions/runs/424242/attempts/1"
HERE = pathlib.Path(__file__).parent


def b64(data):
    return base64.b64encode(data).decode()


def der(thing):
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(serialization.Encoding.DER)
    return thing.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def pem(thing):
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(serialization.Encoding.PEM)
    return thing.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def sign(key, data):
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    return key.sign(data, ec.ECDSA(hashes.SHA384() if key.key_size == 384 else hashes.SHA256()))


def name(common):
    return x509.Name([] if not common else [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "example"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certificate(common, key, issuer, issuer_key, ca=None, use=None, critical=False, start=START - DAY, end=START + 3650 * DAY, more=()):
    builder = (
        x509.CertificateBuilder().subject_name(name(common)).issuer_name(name(issuer)).public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(common.encode()).digest()[:8], "big") >> 1 | 1)
        .not_valid_before(start).not_valid_after(end)
        .add_extension(x509.KeyUsage(ca is None, False, False, False, False, ca is not None, ca is not None, False, False), True)
    )
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(True, ca), True)
    if use:
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical)
    for extension, is_critical in more:
        builder = builder.add_extension(extension, is_critical)
    return builder.sign(issuer_key, hashes.SHA384() if issuer_key.key_size == 384 else hashes.SHA256())


def text(number, value):
    raw = value.encode()
    if number > 6:
        raw = b"\x0c" + (bytes([len(raw)]) if len(raw) < 128 else bytes([0x81, len(raw)])) + raw
    return x509.UnrecognizedExtension(Oid(f"1.3.6.1.4.1.57264.1.{number}"), raw), False


root_key, ca_key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())
stamp_root_key, stamp_key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256R1())
log_key, log2_key, promise_key = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
root = certificate("root", root_key, "root", root_key, ca=1)
ca = certificate("issuing", ca_key, "root", root_key, ca=0, use=Use.CODE_SIGNING)
stamp_root = certificate("stamp root", stamp_root_key, "stamp root", stamp_root_key, ca=0)
stamp = certificate("stamp", stamp_key, "stamp root", stamp_root_key, use=Use.TIME_STAMPING, critical=True)
# The same key, name and number again: only its end tells it from the first.
reissued = certificate("stamp", stamp_key, "stamp root", stamp_root_key, use=Use.TIME_STAMPING, critical=True, end=START + 3000 * DAY)
LOG, LOG2 = "log.example", "log2.example"
log_id = hashlib.sha256(der(log_key)).digest()
raw2 = log2_key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
log2_id = hashlib.sha256(LOG2.encode() + b"\n\x01" + raw2).digest()
promise_id = hashlib.sha256(der(promise_key)).digest()


def leaf(key, promised=True):
    more = [
        (x509.SubjectAlternativeName([x509.UniformResourceIdentifier(IDENTITY)]), True),
        text(1, "https://token.example"), text(8, "https://token.example"), text(21, RUN),
    ]
    make = lambda extra: certificate("", key, "issuing", ca_key, use=Use.CODE_SIGNING, start=START, end=START + datetime.timedelta(minutes=10), more=more + extra)
    if not promised:
        return make([])
    body = make([]).tbs_certificate_bytes
    time = (SIGNED - 20) * 1000
    entry = hashlib.sha256(der(ca_key)).digest() + len(body).to_bytes(3, "big") + body
    signature = sign(promise_key, b"\0\0" + time.to_bytes(8, "big") + b"\0\1" + entry + b"\0\0")
    one = b"\0" + promise_id + time.to_bytes(8, "big") + b"\0\0" + b"\4\3" + len(signature).to_bytes(2, "big") + signature
    listed = len(one).to_bytes(2, "big") + one
    listed = len(listed).to_bytes(2, "big") + listed
    value = b"\4" + (bytes([len(listed)]) if len(listed) < 128 else bytes([0x81, len(listed)])) + listed
    return make([(x509.UnrecognizedExtension(Oid("1.3.6.1.4.1.11129.2.4.2"), value), False)])


def tree(entry):
    """A tree of three leaves, ours the last: root and proof."""
    leaf_hash = lambda data: hashlib.sha256(b"\0" + data).digest()
    node = lambda left, right: hashlib.sha256(b"\1" + left + right).digest()
    left = node(leaf_hash(b"one"), leaf_hash(b"two"))
    return node(left, leaf_hash(entry)), [left]


def logged(kind, version, body, second=False):
    body = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    head, proof = tree(body)
    origin, key, key_id = (LOG2, log2_key, log2_id) if second else (LOG + " - 77", log_key, log_id)
    note = f"{origin}\n3\n{b64(head)}\n"
    line = f"— {LOG2 if second else LOG} {b64(key_id[:4] + sign(key, note.encode()))}\n"
    entry = {"logIndex": "2" if second else "1002", "logId": {"keyId": b64(key_id)}, "kindVersion": {"kind": kind, "version": version}}
    if not second:
        promise = f'{{"body":"{b64(body)}","integratedTime":{SIGNED},"logID":"{key_id.hex()}","logIndex":1002}}'
        entry |= {"integratedTime": str(SIGNED), "inclusionPromise": {"signedEntryTimestamp": b64(sign(key, promise.encode()))}}
    entry["inclusionProof"] = {"logIndex": "2", "rootHash": b64(head), "treeSize": "3", "hashes": [b64(each) for each in proof], "checkpoint": {"envelope": note + "\n" + line}}
    entry["canonicalizedBody"] = b64(body)
    return entry


def stamped(signature, embed=True):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "data").write_bytes(signature)
        (folder / "cert.pem").write_bytes(pem(stamp))
        (folder / "key.pem").write_bytes(stamp_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        (folder / "serial").write_text("01")
        (folder / "tsa.cnf").write_text(f"[tsa]\ndefault_tsa=t\n[t]\nserial={folder}/serial\nsigner_cert={folder}/cert.pem\nsigner_key={folder}/key.pem\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256,sha384\ness_cert_id_alg=sha256\n")
        run = lambda *words: subprocess.run(["openssl", "ts", *words], check=True, capture_output=True)
        run("-query", "-data", folder / "data", "-sha256", *(["-cert"] if embed else []), "-out", folder / "q")
        run("-reply", "-config", folder / "tsa.cnf", "-queryfile", folder / "q", "-out", folder / "r")
        return b64((folder / "r").read_bytes())


def envelope(key, payload):
    kind = "application/vnd.in-toto+json"
    message = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    return {"payload": b64(payload), "payloadType": kind, "signatures": [{"sig": b64(sign(key, message))}]}, message


def write(file, value):
    (HERE / file).write_text(json.dumps(value, indent=1) + "\n")


STATEMENT = json.dumps({
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [{"name": "app.tar.gz", "digest": {"sha256": hashlib.sha256(b"app").hexdigest()}}],
    "predicateType": "https://slsa.dev/provenance/v1",
    "predicate": {
        "buildDefinition": {
            "buildType": "https://actions.github.io/buildtypes/workflow/v1",
            "externalParameters": {"workflow": {"ref": "refs/tags/v1.2.3", "repository": "https://github.com/example-org/example-app", "path": ".github/workflows/release.yml"}},
            "resolvedDependencies": [{"uri": "git+https://github.com/example-org/example-app@refs/tags/v1.2.3", "digest": {"gitCommit": "a" * 40}}],
        },
        "runDetails": {"builder": {"id": IDENTITY}, "metadata": {"invocationId": RUN}},
    },
}).encode()
ROOT = {
    "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    "tlogs": [
        {"baseUrl": f"https://{LOG}", "hashAlgorithm": "SHA2_256", "publicKey": {"rawBytes": b64(der(log_key)), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": {"start": "2026-01-01T00:00:00Z"}}, "logId": {"keyId": b64(log_id)}},
        {"baseUrl": f"https://{LOG2}", "hashAlgorithm": "SHA2_256", "publicKey": {"rawBytes": b64(der(log2_key)), "keyDetails": "PKIX_ED25519", "validFor": {"start": "2026-01-01T00:00:00Z"}}, "logId": {"keyId": b64(log2_id)}},
    ],
    "certificateAuthorities": [{"subject": {"organization": "example", "commonName": "root"}, "uri": "https://ca.example", "certChain": {"certificates": [{"rawBytes": b64(der(ca))}, {"rawBytes": b64(der(root))}]}, "validFor": {"start": "2026-01-01T00:00:00Z"}}],
    "ctlogs": [{"baseUrl": "https://promises.example", "hashAlgorithm": "SHA2_256", "publicKey": {"rawBytes": b64(der(promise_key)), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": {"start": "2026-01-01T00:00:00Z"}}, "logId": {"keyId": b64(promise_id)}}],
    "timestampAuthorities": [{"subject": {"organization": "example", "commonName": "stamp"}, "uri": "https://stamp.example", "certChain": {"certificates": [{"rawBytes": b64(der(stamp))}, {"rawBytes": b64(der(stamp_root))}]}, "validFor": {"start": "2026-01-01T00:00:00Z"}}],
}
write("trusted_root.json", ROOT)

# An envelope in a log of the first version.
key = ec.generate_private_key(ec.SECP256R1())
cert = leaf(key)
dsse, message = envelope(key, STATEMENT)
verifier = b64(pem(cert))
body = {"apiVersion": "0.0.1", "kind": "dsse", "spec": {"envelopeHash": {"algorithm": "sha256", "value": hashlib.sha256(json.dumps(dsse, sort_keys=True, separators=(",", ":")).encode()).hexdigest()}, "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(STATEMENT).hexdigest()}, "signatures": [{"signature": dsse["signatures"][0]["sig"], "verifier": verifier}]}}
write("envelope.json", {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {"certificate": {"rawBytes": b64(der(cert))}, "tlogEntries": [logged("dsse", "0.0.1", body)]}, "dsseEnvelope": dsse})
# The same, with an entry of a kind that nobody knows.
new = logged("new", "0.0.9", {"apiVersion": "0.0.9", "kind": "new", "spec": {}})
write("unknown-entry.json", {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {"certificate": {"rawBytes": b64(der(cert))}, "tlogEntries": [new]}, "dsseEnvelope": dsse})
# The same statement signed by a key that a certificate without promise is for.
bare = leaf(key, promised=False)
body["spec"]["signatures"][0]["verifier"] = b64(pem(bare))
write("unpromised.json", {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {"certificate": {"rawBytes": b64(der(bare))}, "tlogEntries": [logged("dsse", "0.0.1", body)]}, "dsseEnvelope": dsse})
# An envelope in a log of the second version, with a time stamp.
key = ec.generate_private_key(ec.SECP256R1())
cert = leaf(key)
dsse, message = envelope(key, STATEMENT)
verifier = {"keyDetails": "PKIX_ECDSA_P256_SHA_256", "x509Certificate": {"rawBytes": b64(der(cert))}}
stamps = {"rfc3161Timestamps": [{"signedTimestamp": stamped(base64.b64decode(dsse["signatures"][0]["sig"]))}]}
by = {"content": dsse["signatures"][0]["sig"], "verifier": verifier}
sha2 = lambda data: {"algorithm": "SHA2_256", "digest": b64(hashlib.sha256(data).digest())}
for file_name, kind, spec in [
    ("stamped", "hashedrekord", {"hashedRekordV002": {"data": sha2(message), "signature": by}}),
    ("stamped-dsse", "dsse", {"dsseV002": {"payloadHash": sha2(STATEMENT), "signatures": [by]}}),
]:
    entry = logged(kind, "0.0.2", {"apiVersion": "0.0.2", "kind": kind, "spec": spec}, second=True)
    write(file_name + ".json", {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {"certificate": {"rawBytes": b64(der(cert))}, "tlogEntries": [entry], "timestampVerificationData": stamps}, "dsseEnvelope": dsse})
# A stamp without certificate, and a certificate that its signer does not name.
bare = json.loads((HERE / "stamped.json").read_text())
bare["verificationMaterial"]["timestampVerificationData"] = {"rfc3161Timestamps": [{"signedTimestamp": stamped(base64.b64decode(dsse["signatures"][0]["sig"]), embed=False)}]}
write("reissued.json", {"bundle": bare, "certificate": b64(der(reissued))})
# A file, as bundles of version 0.1 have it.
key = ec.generate_private_key(ec.SECP256R1())
cert = leaf(key)
file = b"a file\n"
signature = sign(key, file)
body = {"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": {"data": {"hash": {"algorithm": "sha256", "value": hashlib.sha256(file).hexdigest()}}, "signature": {"content": b64(signature), "publicKey": {"content": b64(pem(cert))}}}}
write("file.json", {"mediaType": "application/vnd.dev.sigstore.bundle+json;version=0.1", "verificationMaterial": {"x509CertificateChain": {"certificates": [{"rawBytes": b64(der(cert))}]}, "tlogEntries": [logged("hashedrekord", "0.0.1", body)]}, "messageSignature": {"messageDigest": {"algorithm": "SHA2_256", "digest": b64(hashlib.sha256(file).digest())}, "signature": b64(signature)}})
# Bare keys, without any log.
for file_name, key in [("key-p256", ec.generate_private_key(ec.SECP256R1())), ("key-p384", ec.generate_private_key(ec.SECP384R1())), ("key-ed25519", ed25519.Ed25519PrivateKey.generate())]:
    dsse, _ = envelope(key, STATEMENT)
    dsse["signatures"][0]["keyid"] = ""
    write(file_name + ".json", dsse)
    (HERE / (file_name + ".pem")).write_bytes(pem(key))
