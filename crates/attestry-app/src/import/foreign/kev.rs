//! The catalog of known exploited vulnerabilities of CISA: recognised and passed over. It is a list of flaws anywhere
//! in the world and says nothing of the organisation, so no stream takes it; a rule that wants its dates joins it by
//! `cve_id` as a registered dataset.

use serde_json::Value;

use super::{Out, text};

/// Whether an item is the catalog or an entry of it.
pub fn recognises(item: &Value) -> bool {
    let catalog =
        text(item, &["catalogVersion"]).is_some() && item.get("vulnerabilities").is_some_and(Value::is_array);
    let entry = text(item, &["cveID"]).is_some() && text(item, &["dateAdded"]).is_some();
    catalog || entry
}

/// Passes the catalog over.
pub fn item(_item: &Value, out: &mut Out) {
    out.pass(
        "known exploited vulnerabilities",
        "they are known flaws of products, not findings in the organisation",
    );
}
