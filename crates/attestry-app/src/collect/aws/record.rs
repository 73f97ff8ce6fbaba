//! Users and the root as records of stream `account`.

use attestry_domain::time::Instant;

use super::AwsOptions;
use super::report::Line;
use super::users::{Account, User};
use crate::import::foreign::{Fields, Found, person_key};

/// The strongest of some factors. A security key and a passkey are one kind to AWS; the weaker claim is made. A token
/// that shows codes has a serial number of its own.
fn kind_of(factors: &[String]) -> Option<&'static str> {
    let has = |part: &str| factors.iter().any(|serial| serial.contains(part));
    if factors.is_empty() {
        None
    } else if has(":u2f/") {
        Some("passkey")
    } else if has(":mfa/") {
        Some("app")
    } else {
        Some("other")
    }
}

/// The root, where the report has it, and every user, as they were at an instant.
pub(super) fn records(account: &Account, at: Instant, options: &AwsOptions) -> Vec<Found> {
    let users = account.users.iter().map(|user| of_user(account, user, at, options));
    let all = account.root().map(|line| of_root(account, line, at)).into_iter().chain(users);
    all.zip(1..).map(|(fields, item)| Found { stream: "account", item, fields }).collect()
}

fn text(at: Option<Instant>) -> Option<String> {
    at.map(|at| at.to_string())
}

fn of_user(account: &Account, user: &User, at: Instant, options: &AwsOptions) -> Fields {
    let person = user.person(options);
    let owner = options.owner_tag.as_ref().and_then(|tag| user.tag(tag));
    let active = user.keys.as_ref().map(|keys| keys.iter().filter(|key| key.active).collect::<Vec<_>>());
    let used = active.iter().flatten().filter_map(|key| key.used_at.flatten()).max();
    let oldest = active.iter().flatten().filter_map(|key| key.created_at).min();
    Fields::default()
        .with("system", format!("aws/{}", account.id))
        .with("account_id", user.id.as_str())
        .with("status", "active")
        .with("updated_at", at.to_string())
        .maybe("person_key", person.map(person_key))
        .maybe("owner_key", owner.map(person_key))
        .maybe("kind", person.map(|_| "person"))
        .with("name", user.name.as_str())
        .maybe("email", person)
        .maybe("privileged", user.rights.as_ref().map(|rights| rights.administrates))
        .maybe("sign_in_enabled", user.has_password)
        .maybe("mfa_enrolled", user.has_factor())
        .maybe("mfa_kind", user.factors.as_deref().and_then(kind_of))
        .maybe("created_at", text(user.created_at))
        .maybe("last_used_at", text(user.password_used_at.max(used)))
        .maybe("password_changed_at", text(user.password_changed_at))
        .maybe("active_keys", active.as_ref().map(|keys| keys.len() as u64))
        .maybe("oldest_key_created_at", text(oldest))
        .maybe("keys_used_at", text(used))
}

fn of_root(account: &Account, line: &Line, at: Instant) -> Fields {
    let mut active = 0_u64;
    let (mut used, mut oldest) = (None, None);
    for number in ["1", "2"] {
        let of_key = |end: &str| line.instant(&format!("access_key_{number}_{end}"));
        if line.truth(&format!("access_key_{number}_active")) == Some(true) {
            active += 1;
            used = used.max(of_key("last_used_date"));
            oldest = [oldest, of_key("last_rotated")].into_iter().flatten().min();
        }
    }
    let summary = account.summary.as_ref().and_then(|summary| summary.root_mfa);
    Fields::default()
        .with("system", format!("aws/{}", account.id))
        .with("account_id", account.id.as_str())
        .with("status", "active")
        .with("updated_at", at.to_string())
        .with("kind", "root")
        .with("privileged", true)
        .with("sign_in_enabled", true)
        .maybe("mfa_enrolled", summary.or(line.truth("mfa_active")))
        .maybe("created_at", text(line.instant("user_creation_time")))
        .maybe("last_used_at", text(line.instant("password_last_used").max(used)))
        .maybe("password_changed_at", text(line.instant("password_last_changed")))
        .with("active_keys", active)
        .maybe("oldest_key_created_at", text(oldest))
        .maybe("keys_used_at", text(used))
}
