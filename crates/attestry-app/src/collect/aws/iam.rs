//! Users of an account, their credentials and rights, for streams `account` and `config_state`.

use std::collections::BTreeMap;

use attestry_domain::time::Instant;

use super::caller::Caller;
use super::credentials::AwsSettings;
use super::record::records;
use super::report::ROOT;
use super::users::{Account, read};
use super::{AwsError, AwsOptions, Denied, checks};
use crate::collect::batch::{Batch, Collection};
use crate::collect::http::Fetch;
use crate::port::World;

/// AWS makes a new report at most every four hours; one older than this was not made for us.
const REPORT_AGE_HOURS: i64 = 24;

/// Reads the users of an account and how it is secured.
///
/// # Errors
/// When AWS cannot be reached, does not know the credentials, or may not list the users for them.
pub async fn accounts(
    fetch: &dyn Fetch,
    world: &dyn World,
    settings: &AwsSettings,
    options: &AwsOptions,
) -> Result<Collection, AwsError> {
    let mut caller = Caller::new(fetch, world, settings);
    let begun = caller.now();
    let mut denied = Denied::default();
    let account = read(&mut caller, &mut denied).await?;
    let mut gaps = denied.gaps();
    gaps.extend(report_gaps(&account, begun));
    let rows = records(&account, begun, options);
    let states = checks::of_account(&account, begun, options);
    let query = format!("IAM of account {}, every user, asked from {begun}: {}", account.id, caller.asked());
    let covers = Some(begun..caller.now());
    let tie_out = tie_out(&account);
    let at_source = account.summary.as_ref().and_then(|summary| summary.users).map(|users| users + 1);
    let limits = format!(
        "; limits: a key older than {} days, a password or key unused for {} days",
        options.key_age_days, options.unused_days
    );
    let looked =
        format!("{} checks over {} users, their keys and the root", states.len(), account.users.len());
    let of_states = Batch {
        stream: super::state::STREAM,
        rows: states,
        query: query.clone() + &limits,
        at_source: None,
        tie_out: format!("{looked}; {tie_out}"),
        covers: covers.clone(),
        gaps: gaps.clone(),
    };
    let of_accounts = Batch { stream: "account", rows, query, at_source, tie_out, covers, gaps };
    Ok(Collection {
        batches: vec![of_accounts, of_states],
        answers: caller.journal.answers,
        passed: BTreeMap::new(),
    })
}

/// What about the credential report a reader has to know.
fn report_gaps(account: &Account, now: Instant) -> Vec<String> {
    let mut gaps = Vec::new();
    let Some(report) = &account.report else {
        return gaps;
    };
    if account.root().is_none() {
        gaps.push(
            "the credential report has no line for the root of the account: the root is no record".to_owned(),
        );
    }
    if let Some(made_at) = report.made_at
        && now.micros() - made_at.micros() > REPORT_AGE_HOURS * 3_600_000_000
    {
        gaps.push(format!(
            "the credential report was made at {made_at}: passwords set later, and uses of the root, are not in it"
        ));
    }
    gaps
}

/// Three counts of the same users.
fn tie_out(account: &Account) -> String {
    let listed = account.users.len() as u64;
    let summary = account.summary.as_ref().and_then(|summary| summary.users);
    let lines =
        account.report.as_ref().map(|report| report.lines.keys().filter(|name| *name != ROOT).count() as u64);
    let detailed = account.users.iter().all(|user| user.rights.is_some());
    let told = |count: Option<u64>, what: &str| match count {
        Some(count) if count == listed => format!("{what} the same"),
        Some(count) => format!("{what} {count}, which differs"),
        None => format!("{what} unknown"),
    };
    let rights = if detailed { "rights are known of each" } else { "rights are not known" };
    format!(
        "{listed} users listed; {}; {}; {rights}",
        told(summary, "the account's summary says"),
        told(lines, "the credential report has")
    )
}
