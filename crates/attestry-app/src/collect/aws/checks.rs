//! What is demanded of users, keys and the root.

use attestry_domain::time::Instant;

use super::AwsOptions;
use super::state::{Check, Resource, States, Status};
use super::users::{Account, Key, User};
use crate::import::foreign::Found;

const DAY: i64 = 86_400_000_000;

const ROOT_MFA: Check =
    Check { id: "aws_root_mfa", title: "The root of the account has a second factor", severity: "critical" };
const ROOT_KEYS: Check = Check {
    id: "aws_root_no_keys",
    title: "The root of the account has no access keys",
    severity: "critical",
};
const USER_MFA: Check = Check {
    id: "aws_user_mfa",
    title: "A user with a console password has a second factor",
    severity: "high",
};
const ADMIN_MFA: Check = Check {
    id: "aws_admin_mfa",
    title: "A user who may do everything has a second factor",
    severity: "critical",
};
const KEY_AGE: Check = Check {
    id: "aws_key_rotated",
    title: "An access key is replaced before it is too old",
    severity: "medium",
};
const KEY_USED: Check =
    Check { id: "aws_key_used", title: "An access key that nobody uses is switched off", severity: "medium" };
const PASSWORD_USED: Check = Check {
    id: "aws_password_used",
    title: "A console password that nobody uses is taken away",
    severity: "medium",
};

/// Results of all checks of an account, as they were at an instant.
pub(super) fn of_account(account: &Account, at: Instant, options: &AwsOptions) -> Vec<Found> {
    let mut states = States::new(&account.id, at);
    of_root(account, &mut states);
    for user in &account.users {
        of_user(account, user, &mut states, options);
        for key in user.keys.iter().flatten() {
            of_key(account, key, &mut states, options);
        }
    }
    states.rows
}

fn of_root(account: &Account, states: &mut States<'_>) {
    let key = format!("arn:aws:iam::{}:root", account.id);
    let root = Resource { key, kind: "AwsIamRoot", name: None, region: None };
    let summary = account.summary.as_ref();
    let line = account.root();
    let factor = summary.and_then(|one| one.root_mfa).or(line.and_then(|line| line.truth("mfa_active")));
    states.add(
        ROOT_MFA,
        &root,
        Status::of(factor),
        told(factor, "a second factor is on", "no second factor is on"),
    );
    let of_line =
        line.and_then(|line| Some(line.truth("access_key_1_active")? || line.truth("access_key_2_active")?));
    let keys = summary.and_then(|one| one.root_keys).or(of_line);
    let none = keys.map(|keys| !keys);
    states.add(
        ROOT_KEYS,
        &root,
        Status::of(none),
        told(none, "it has no access key", "it has an access key"),
    );
}

fn of_user(account: &Account, user: &User, states: &mut States<'_>, options: &AwsOptions) {
    let name = Some(user.name.clone());
    let resource = Resource { key: user.key(&account.id, options), kind: "AwsIamUser", name, region: None };
    let factor = user.has_factor();
    let said = told(factor, "a second factor is registered", "no second factor is registered");
    let (status, detail) = match user.has_password {
        Some(true) => (Status::of(factor), said.to_owned()),
        Some(false) => (Status::NotApplicable, "there is no console password".to_owned()),
        None => (Status::Unknown, "whether there is a console password may not be read".to_owned()),
    };
    states.add(USER_MFA, &resource, status, detail);
    if let Some(rights) = user.rights.as_ref().filter(|rights| rights.administrates) {
        let how: Vec<_> = rights.how.iter().copied().collect();
        let detail = format!("{said}; the policy that allows everything is {}", how.join(", "));
        states.add(ADMIN_MFA, &resource, Status::of(factor), detail);
    }
    if user.has_password == Some(true) {
        let since = user.password_used_at.or(user.password_changed_at).or(user.created_at);
        let what = if user.password_used_at.is_some() { "last used" } else { "never used, set" };
        let (status, detail) = within(since, states.at, options.unused_days, what);
        states.add(PASSWORD_USED, &resource, status, detail);
    }
}

fn of_key(account: &Account, key: &Key, states: &mut States<'_>, options: &AwsOptions) {
    let resource = Resource {
        key: format!("aws/{}/{}", account.id, key.id),
        kind: "AwsIamAccessKey",
        name: None,
        region: None,
    };
    if !key.active {
        for check in [KEY_AGE, KEY_USED] {
            states.add(check, &resource, Status::NotApplicable, "the key is switched off");
        }
        return;
    }
    let (status, detail) = within(key.created_at, states.at, options.key_age_days, "made");
    states.add(KEY_AGE, &resource, status, detail);
    let (status, detail) = match key.used_at {
        None => (Status::Unknown, "its last use may not be read".to_owned()),
        Some(Some(used)) => within(Some(used), states.at, options.unused_days, "last used"),
        Some(None) => within(key.created_at, states.at, options.unused_days, "never used, made"),
    };
    states.add(KEY_USED, &resource, status, detail);
}

/// Whether something is at most so many whole days ago.
fn within(since: Option<Instant>, now: Instant, days: u32, what: &str) -> (Status, String) {
    let Some(since) = since else {
        return (Status::Unknown, format!("when it was {what} is not known"));
    };
    let age = (now.micros() - since.micros()).max(0) / DAY;
    let good = age <= i64::from(days);
    (Status::of(Some(good)), format!("{what} {age} days ago, the limit is {days}"))
}

fn told(good: Option<bool>, yes: &'static str, no: &'static str) -> &'static str {
    match good {
        Some(true) => yes,
        Some(false) => no,
        None => "it may not be read",
    }
}
