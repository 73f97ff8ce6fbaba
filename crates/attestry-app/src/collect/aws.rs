//! Accounts and settings of an AWS account, and the log files that CloudTrail leaves in S3.
//!
//! [`accounts`] reads IAM: users, access keys with age and last use, second factors, console passwords, rights to
//! everything, the account's summary and the credential report. [`trails`] reads how CloudTrail is set up.
//! [`LogFolder`] finds log files by days and hands out their bytes; reading events out of them is the importer's.
//!
//! All calls only read. What the credentials may not read becomes a gap that says which right is missing, and the
//! columns it would have filled stay empty; it never becomes a failed check or a passed one.
//!
//! **What this does not know.** Accounts of people in IAM Identity Center or another directory, who come in by roles;
//! what a role allows; rights to everything that are put together from several narrower policies. A policy counts as
//! administration when it allows every action on every resource without a condition, or is AWS's own
//! `AdministratorAccess` or `IAMFullAccess` (whoever has that one can give themselves the rest).

use std::collections::BTreeMap;
use std::path::PathBuf;

use thiserror::Error;

use super::batch::Collection;
use super::http::{Fetch, HttpError};
use crate::port::World;

mod caller;
mod checks;
mod credentials;
mod details;
mod iam;
mod logs;
mod record;
mod report;
mod s3;
mod sign;
mod state;
#[cfg(test)]
mod tests;
mod trail;
mod users;
mod xml;

pub use credentials::{AwsSettings, Credentials};
pub use iam::accounts;
pub use logs::{LogFile, LogFolder, LogKind, LogList};
pub use trail::trails;

/// How checks judge, and how accounts find their people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsOptions {
    /// Days after which an access key has to be replaced: the organisation's own limit.
    pub key_age_days: u32,
    /// Days without use after which a password or key has to be taken away: the organisation's own limit.
    pub unused_days: u32,
    /// The tag of an IAM user that holds the address of the person whose account it is. Without it, a user name that
    /// is an address is one.
    pub person_tag: Option<String>,
    /// The tag of an IAM user that holds the address of whoever answers for an account that is nobody's own.
    pub owner_tag: Option<String>,
}

impl Default for AwsOptions {
    fn default() -> Self {
        Self { key_age_days: 90, unused_days: 90, person_tag: None, owner_tag: None }
    }
}

/// Why nothing was collected.
#[derive(Debug, Error)]
pub enum AwsError {
    /// The network or the server.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// AWS says no.
    #[error("{service} refused `{action}`: `{code}`{}{}", said(.message), advice(.code))]
    Refused {
        /// The service.
        service: &'static str,
        /// What was asked.
        action: String,
        /// AWS's code.
        code: String,
        /// AWS's explanation.
        message: String,
    },
    /// An answer that is not what AWS documents.
    #[error("{service} answered `{action}` with something unexpected: {reason}; check the endpoint")]
    Unreadable {
        /// The service.
        service: &'static str,
        /// What was asked.
        action: String,
        /// What was wrong with it.
        reason: String,
    },
    /// No keys anywhere.
    #[error(
        "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or put keys into profile `{profile}` in ~/.aws/credentials"
    )]
    NoCredentials {
        /// The profile looked for.
        profile: String,
    },
    /// Half of a key.
    #[error("half of an AWS access key is set in the environment: `{missing}` is missing")]
    HalfAKey {
        /// The variable that is missing.
        missing: &'static str,
    },
    /// A profile whose keys another program fetches.
    #[error(
        "profile `{profile}` gets its credentials by `{setting}`; let the AWS command line fetch them first: \
         eval \"$(aws configure export-credentials --profile {profile} --format env)\""
    )]
    ForeignProfile {
        /// The profile.
        profile: String,
        /// Its setting.
        setting: &'static str,
    },
    /// A file of profiles that cannot be read.
    #[error("the AWS profiles in `{}` cannot be read: {reason}", .path.display())]
    ProfileFile {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// No region.
    #[error("no AWS region: set AWS_REGION, such as AWS_REGION=eu-central-1, or `region` in the profile")]
    NoRegion,
    /// No folder in S3.
    #[error("`{address}` is no folder in S3: {reason}; expected a form like s3://BUCKET/PREFIX")]
    Folder {
        /// What was given.
        address: String,
        /// Why.
        reason: &'static str,
    },
    /// A folder that is not what CloudTrail writes.
    #[error(
        "s3://{bucket}/{prefix} has more than {limit} folders; give a longer prefix, such as AWSLogs/ACCOUNT/CloudTrail/REGION"
    )]
    TooManyFolders {
        /// The bucket.
        bucket: String,
        /// The prefix.
        prefix: String,
        /// The limit.
        limit: usize,
    },
    /// An object that is not what the list said.
    #[error("s3://{bucket}/{key} has {found} bytes where the list said {listed}; list it again")]
    Changed {
        /// The bucket.
        bucket: String,
        /// The object.
        key: String,
        /// Bytes according to the list.
        listed: u64,
        /// Bytes that came.
        found: u64,
    },
}

impl AwsError {
    /// Whether the credentials lack a right, as opposed to anything that another try could mend.
    fn is_denial(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if is_denial(code))
    }

    /// Whether AWS says that there is no such thing.
    fn is_absence(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code.starts_with("NoSuchEntity"))
    }
}

fn is_denial(code: &str) -> bool {
    ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"].contains(&code)
}

fn said(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

fn advice(code: &str) -> &'static str {
    match code {
        code if is_denial(code) => "; allow that action, for instance with AWS's policy SecurityAudit",
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => {
            "; the access key is unknown or switched off"
        }
        "SignatureDoesNotMatch" => "; the secret access key is wrong",
        "ExpiredToken" | "ExpiredTokenException" => "; the session has ended: sign in again",
        "RequestExpired" | "RequestTimeTooSkewed" => "; set this machine's clock",
        "NoSuchBucket" => "; check the bucket's name",
        _ => "",
    }
}

/// Accounts, and the settings of IAM and CloudTrail.
///
/// # Errors
/// When AWS cannot be reached or does not know the credentials.
pub async fn collect(
    fetch: &dyn Fetch,
    world: &dyn World,
    settings: &AwsSettings,
    options: &AwsOptions,
) -> Result<Collection, AwsError> {
    let mut all = accounts(fetch, world, settings, options).await?;
    let trails = trails(fetch, world, settings).await?;
    all.batches.extend(trails.batches);
    all.answers.extend(trails.answers);
    all.passed.extend(trails.passed);
    Ok(all)
}

/// What a collection may not read, by the right it lacks.
#[derive(Debug, Default)]
struct Denied(BTreeMap<String, u64>);

impl Denied {
    /// The value, or `None` with the lack of a right written down.
    fn note<T>(&mut self, action: &str, result: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_denial() => {
                *self.0.entry(action.to_owned()).or_default() += 1;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn gaps(self) -> Vec<String> {
        let told = |(action, times): (String, u64)| {
            format!(
                "the credentials may not `{action}` (refused {times} times): what it would tell is missing"
            )
        };
        self.0.into_iter().map(told).collect()
    }
}
