//! Who may do everything: from the account's authorization details.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::sign::decode;
use super::xml::Element;

/// AWS's own policies that amount to administration, by the end of their resource names.
const ADMINISTRATION: [&str; 2] = [":aws:policy/AdministratorAccess", ":aws:policy/IAMFullAccess"];

/// What a user has besides name and credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rights {
    /// Whether a policy of the user, or of a group of the user, allows everything.
    pub(super) administrates: bool,
    /// How: `attached`, `inline`, `group attached`, `group inline`.
    pub(super) how: BTreeSet<&'static str>,
    /// Tags by name.
    pub(super) tags: BTreeMap<String, String>,
}

/// Rights by user name.
pub(super) fn rights(pages: &[Element]) -> BTreeMap<String, Rights> {
    let full: BTreeSet<&str> = members(pages, "Policies")
        .filter(|policy| policy.members(&["PolicyVersionList"]).any(is_default_and_full))
        .filter_map(|policy| policy.text_at(&["Arn"]))
        .collect();
    let attached = |holder: &Element| {
        let mut arns =
            holder.members(&["AttachedManagedPolicies"]).filter_map(|one| one.text_at(&["PolicyArn"]));
        arns.any(|arn| full.contains(arn) || ADMINISTRATION.iter().any(|end| is_named(arn, end)))
    };
    let inline = |holder: &Element, list: &str| {
        holder
            .members(&[list])
            .any(|policy| policy.text_at(&["PolicyDocument"]).is_some_and(allows_everything))
    };
    let mut groups: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    for group in members(pages, "GroupDetailList") {
        if let Some(name) = group.text_at(&["GroupName"]) {
            groups.insert(name, (attached(group), inline(group, "GroupPolicyList")));
        }
    }
    let mut users = BTreeMap::new();
    for user in members(pages, "UserDetailList") {
        let Some(name) = user.text_at(&["UserName"]) else { continue };
        let mut how = BTreeSet::new();
        how.extend(attached(user).then_some("attached"));
        how.extend(inline(user, "UserPolicyList").then_some("inline"));
        for group in user.members(&["GroupList"]) {
            let (attached, inline) = groups.get(group.text.trim()).copied().unwrap_or_default();
            how.extend(attached.then_some("group attached"));
            how.extend(inline.then_some("group inline"));
        }
        let tag = |tag: &Element| {
            Some((tag.text_at(&["Key"])?.to_owned(), tag.text_at(&["Value"]).unwrap_or_default().to_owned()))
        };
        let tags = user.members(&["Tags"]).filter_map(tag).collect();
        users.insert(name.to_owned(), Rights { administrates: !how.is_empty(), how, tags });
    }
    users
}

fn members<'e>(pages: &'e [Element], list: &'e str) -> impl Iterator<Item = &'e Element> {
    pages.iter().flat_map(move |page| page.members(&[list]))
}

/// `arn:aws:iam::aws:policy/…`, also in the other partitions.
fn is_named(arn: &str, end: &str) -> bool {
    arn.starts_with("arn:aws") && arn.ends_with(end)
}

fn is_default_and_full(version: &Element) -> bool {
    version.text_at(&["IsDefaultVersion"]).is_some_and(|text| text.eq_ignore_ascii_case("true"))
        && version.text_at(&["Document"]).is_some_and(allows_everything)
}

/// Whether a policy, as JSON that may be percent-encoded, allows every action on every resource unconditionally.
pub(super) fn allows_everything(document: &str) -> bool {
    let json = serde_json::from_str::<Value>(document).or_else(|_| serde_json::from_str(&decode(document)));
    let Ok(policy) = json else { return false };
    match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().any(is_full),
        Some(statement) => is_full(statement),
        None => false,
    }
}

fn is_full(statement: &Value) -> bool {
    let every = |name: &str| match statement.get(name) {
        Some(Value::String(text)) => is_every(text),
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).any(is_every),
        _ => false,
    };
    let conditions =
        statement.get("Condition").and_then(Value::as_object).is_some_and(|object| !object.is_empty());
    statement.get("Effect").and_then(Value::as_str) == Some("Allow")
        && every("Action")
        && every("Resource")
        && !conditions
}

fn is_every(text: &str) -> bool {
    text == "*" || text == "*:*"
}
