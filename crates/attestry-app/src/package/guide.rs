//! `VERIFY.md`: how to check a package.

use attestry_ledger::VerifierKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Made, signers};

const TEMPLATE: &str = include_str!("../../templates/verify.md");

/// The guide for one package.
pub(super) fn text(made: &Made<'_>, log: &VerifierKey) -> String {
    let checkpoint = made.signed.checkpoint();
    let signed = signers(made.signed).into_iter().map(|name| format!("- {name}\n")).collect::<String>();
    let facts = [
        ("@TITLE@", made.scope.title.clone()),
        ("@SCOPE@", made.scope.sentence.clone()),
        ("@KEY@", log.to_string()),
        ("@ORIGIN@", checkpoint.origin().to_owned()),
        ("@SIZE@", checkpoint.size().to_string()),
        ("@ROOT@", checkpoint.root().to_string()),
        ("@ROOT64@", STANDARD.encode(checkpoint.root().as_bytes())),
        ("@SIGNED@", signed),
    ];
    // One pass, so that no text that was put in is read as a place for another.
    let mut out = String::new();
    for (at, part) in TEMPLATE.split('@').enumerate() {
        let fact = facts.iter().find(|(name, _)| at % 2 == 1 && name.trim_matches('@') == part);
        out.push_str(fact.map_or(part, |(_, value)| value));
    }
    out
}
