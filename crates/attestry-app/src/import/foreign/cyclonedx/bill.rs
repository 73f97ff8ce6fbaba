//! What all records of a bill share, and its parts by their references.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::ai::{LONGEST_NAME, brief, joined, versioned};
use super::super::finding::list;
use super::super::{at, text};

/// A bill of materials.
pub(super) struct Bill<'v> {
    /// The whole bill.
    pub(super) document: &'v Value,
    /// What the parts are listed in: the product, else the bill.
    pub(super) listed_in: String,
    /// Name of the product.
    pub(super) product: Option<String>,
    /// Version of the product.
    pub(super) product_version: Option<&'v str>,
    /// Instant the bill was made.
    pub(super) made_at: Option<&'v str>,
    /// The product and every part, in the order of the bill, with where it stands.
    pub(super) parts: Vec<(String, &'v Value)>,
    /// Parts by reference.
    pub(super) by_reference: BTreeMap<&'v str, &'v Value>,
}

impl<'v> Bill<'v> {
    /// Reads what all records share; the error says what is wrong with it.
    pub(super) fn new(document: &'v Value) -> Result<Self, String> {
        let described = at(document, &["metadata", "component"]);
        let product = described.and_then(name_of);
        let product_version = described.and_then(version_of);
        let listed_in = match (&product, text(document, &["serialNumber"])) {
            (Some(product), _) => versioned(product, product_version),
            (None, Some(serial)) => serial.to_owned(),
            (None, None) => {
                format!("sha256:{}", hex::encode(Sha256::digest(document.to_string().as_bytes())))
            }
        };
        let parts = every(document, "components");
        let all = described.into_iter().chain(parts.iter().map(|(_, part)| *part));
        let by_reference = all.filter_map(|part| Some((text(part, &["bom-ref"])?, part))).collect();
        let made_at = text(document, &["metadata", "timestamp"]);
        let shared = [Some(listed_in.as_str()), product_version, made_at, text(document, &["serialNumber"])];
        if !shared.into_iter().flatten().all(brief) {
            return Err(format!(
                "describes its product, its instant or itself in more than {LONGEST_NAME} bytes; shorten it"
            ));
        }
        Ok(Self { document, listed_in, product, product_version, made_at, parts, by_reference })
    }

    /// The product and its parts that are models or data, with where each stands.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = (String, &'v Value)> {
        let described =
            at(self.document, &["metadata", "component"]).map(|part| ("product".to_owned(), part));
        let parts = self.parts.iter().map(|(place, part)| (place.clone(), *part));
        described.into_iter().chain(parts).filter(move |(_, part)| text(part, &["type"]) == Some(kind))
    }
}

/// Everything in the lists called `member`, the product's own and nested ones included, in the order of the bill, with
/// where it stands. A worklist, so that depth costs no stack.
pub(super) fn every<'v>(document: &'v Value, member: &str) -> Vec<(String, &'v Value)> {
    let mut found = Vec::new();
    let mut waiting = Vec::new();
    let push = |parent: &str, holder: &'v Value, waiting: &mut Vec<(String, &'v Value)>| {
        for (at, part) in list(holder, member).iter().enumerate().rev() {
            waiting.push((format!("{parent}{member}[{at}]"), part));
        }
    };
    push("", document, &mut waiting);
    if let Some(described) = at(document, &["metadata", "component"]) {
        push("metadata.component.", described, &mut waiting);
    }
    while let Some((place, part)) = waiting.pop() {
        // A place names at most the innermost nesting, so that it stays short however deep the bill goes.
        let parent = place.rsplit_once('.').map_or(place.as_str(), |(_, last)| last);
        push(&format!("{parent}."), part, &mut waiting);
        found.push((place, part));
    }
    found
}

/// The name of a part, with its group before it.
pub(super) fn name_of(part: &Value) -> Option<String> {
    let name = text(part, &["name"])?;
    Some(match text(part, &["group"]) {
        Some(group) => format!("{group}/{name}"),
        None => name.to_owned(),
    })
}

/// The version of a part.
pub(super) fn version_of(part: &Value) -> Option<&str> {
    text(part, &["version"])
}

/// Who supplies a part: a company is named as supplier, manufacturer, publisher or, of a service, provider. An author
/// is a person and no supplier, and a publisher with an address is one too.
pub(super) fn supplier_of(part: &Value) -> Option<&str> {
    let named = ["supplier", "manufacturer", "provider"].iter().find_map(|role| text(part, &[role, "name"]));
    named.or_else(|| text(part, &["publisher"]).filter(|publisher| !publisher.contains('@')))
}

/// The licences of a part, as identifiers or expressions where it has them.
pub(super) fn licenses_of(part: &Value) -> Option<String> {
    let each = list(part, "licenses").iter().filter_map(|choice| {
        text(choice, &["expression"])
            .or_else(|| text(choice, &["license", "id"]))
            .or_else(|| text(choice, &["license", "name"]))
    });
    joined(each)
}

/// The strongest digest of a part, as `sha256:…`.
pub(super) fn digest_of(part: &Value) -> Option<String> {
    const STRONGEST: [&str; 12] = [
        "SHA-512",
        "SHA3-512",
        "BLAKE2b-512",
        "BLAKE3",
        "SHA-384",
        "SHA3-384",
        "BLAKE2b-384",
        "SHA-256",
        "SHA3-256",
        "BLAKE2b-256",
        "SHA-1",
        "MD5",
    ];
    let hashes = list(part, "hashes");
    let named = |name: &&str| hashes.iter().find(|hash| text(hash, &["alg"]) == Some(*name));
    let (algorithm, hash) = STRONGEST.iter().find_map(|name| Some((*name, named(name)?)))?;
    let algorithm = algorithm.to_ascii_lowercase().replace("sha-", "sha");
    Some(format!("{algorithm}:{}", text(hash, &["content"])?.to_ascii_lowercase()))
}
