//! Okta System Log: sign-ins and their steps into `login`, assignments of groups, applications and administrator
//! roles into `access_grant` and `access_removal`, the life of accounts into `account`, and every other call into
//! `api_activity`.
//!
//! A session, the second factor asked for in it and the applications entered from it are records of their own, as
//! Okta writes them; `session_id` joins them. A session's own event does not say whether a second factor was used,
//! so its `mfa_used` stays absent: a `second_factor` record of the same session tells it. Changes of factors do not
//! say what an account has left, so they are calls and no new state of the account. The people of a group that is
//! assigned to an application or a role are not named by that event: it is a call, too.

use serde_json::Value;

use super::Out;
use super::audit::{each, first, marked, read};

mod rules;

use rules::OKTA;

/// Where an event hook packs its events.
const HOOK: &str = "data/events";

/// Whether an item is an event of Okta's System Log, or what an event hook sends.
pub fn recognises(item: &Value) -> bool {
    marked(&OKTA, item) || first(item, HOOK).is_some_and(|event| marked(&OKTA, event))
}

/// Reads an event of Okta's System Log; the events of an event hook are items of their own.
pub fn item(item: &Value, out: &mut Out) {
    match marked(&OKTA, item) {
        false if recognises(item) => each(item, HOOK, out, one),
        _ => one(item, out),
    }
}

fn one(item: &Value, out: &mut Out) {
    read(&OKTA, item, out);
}

#[cfg(test)]
mod tests;
