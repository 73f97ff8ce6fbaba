//! Signature version 4, as AWS defines it for requests signed in the `Authorization` header.
//!
//! Paths are sent as they are signed: nothing here removes dots or doubled slashes, so an address that a URL library
//! would rewrite must not come here (`s3::Bucket` refuses it).

use attestry_domain::time::Instant;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::credentials::Credentials;
use crate::collect::http::Request;

/// What the signature is bound to, besides the request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    pub(super) at: Instant,
}

/// Whether the path is encoded once more in the canonical request: all services but S3 do so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Path {
    /// As sent.
    Once,
    /// Encoded again.
    Twice,
}

/// The request with date, digest of its body and signature; `query` are its parameters, not yet encoded.
pub(super) fn sign(
    request: Request,
    query: &[(String, String)],
    path: Path,
    credentials: &Credentials,
    scope: Scope<'_>,
) -> Request {
    let stamp = stamp(scope.at);
    let digest = hex::encode(Sha256::digest(&request.body));
    let mut request = request.header("x-amz-date", &stamp);
    if scope.service == "s3" {
        request = request.header("x-amz-content-sha256", &digest);
    }
    if let Some(token) = &credentials.token {
        request = request.secret("x-amz-security-token", token.reveal());
    }
    let (names, headers) = canonical_headers(&request);
    let method = request.method.as_str();
    let address = request.address.path();
    let path = if path == Path::Twice { twice(address) } else { address.to_owned() };
    let query = canonical_query(query);
    let canonical = format!("{method}\n{path}\n{query}\n{headers}\n{names}\n{digest}");
    let (authorization, _) = authorize(&canonical, &names, &stamp, credentials, scope);
    if !query.is_empty() {
        request.address.set_query(Some(&query));
    }
    request.header("authorization", authorization)
}

/// The value of `Authorization`, and the text that was signed.
pub(super) fn authorize(
    canonical: &str,
    names: &str,
    stamp: &str,
    credentials: &Credentials,
    scope: Scope<'_>,
) -> (String, String) {
    let Scope { region, service, .. } = scope;
    let day = stamp.get(..8).unwrap_or(stamp);
    let bound = format!("{day}/{region}/{service}/aws4_request");
    let digest = hex::encode(Sha256::digest(canonical));
    let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{bound}\n{digest}");
    let mut key = hmac(format!("AWS4{}", credentials.secret.reveal()).as_bytes(), day);
    for part in [region, service, "aws4_request"] {
        key = hmac(&key, part);
    }
    let signature = hex::encode(hmac(&key, &text));
    let id = &credentials.key_id;
    let value =
        format!("AWS4-HMAC-SHA256 Credential={id}/{bound}, SignedHeaders={names}, Signature={signature}");
    (value, text)
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Parameters, encoded and in order.
pub(super) fn canonical_query(query: &[(String, String)]) -> String {
    let mut pairs: Vec<_> = query.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Names joined by semicolons, and a line each; the host comes first among them in the alphabet, or not.
pub(super) fn canonical_headers(request: &Request) -> (String, String) {
    let port = request.address.port().map(|port| format!(":{port}")).unwrap_or_default();
    let host = format!("{}{port}", request.address.host_str().unwrap_or_default());
    let named = request.headers.iter().map(|(name, value)| (name.to_lowercase(), trimmed(value.reveal())));
    let mut headers: Vec<(String, String)> = named.chain([("host".to_owned(), host)]).collect();
    headers.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut merged: Vec<(String, String)> = Vec::new();
    for (name, value) in headers {
        match merged.last_mut() {
            Some((last, values)) if *last == name => {
                values.push(',');
                values.push_str(&value);
            }
            _ => merged.push((name, value)),
        }
    }
    let names = merged.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
    let lines = merged.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    (names, lines)
}

/// Without spaces around, and with single ones inside.
fn trimmed(value: &str) -> String {
    value.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn twice(path: &str) -> String {
    path.split('/').map(encode).collect::<Vec<_>>().join("/")
}

/// Everything but letters, digits, `-`, `.`, `_` and `~` as `%XX`.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The text that `%XX` stands for; what is no such code stays as it is.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|code| {
            let code = std::str::from_utf8(code).ok().filter(|code| !code.starts_with('+'))?;
            u8::from_str_radix(code, 16).ok()
        });
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// As `20150830T123600Z`.
pub(super) fn stamp(at: Instant) -> String {
    at.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}
