//! What IAM says of an account's users, call by call.

use std::time::Duration;

use attestry_domain::time::Instant;

use super::caller::{Caller, IAM, STS};
use super::details::{self, Rights};
use super::report::{self, Line, ROOT, Report};
use super::xml::Element;
use super::{AwsError, AwsOptions, Denied};
use crate::import::foreign::person_key;

/// How often it is looked whether the credential report is ready, and the pause between.
const LOOKS: u32 = 15;
const PAUSE: Duration = Duration::from_secs(2);
/// The parts of an account's summary that are read.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) users: Option<u64>,
    pub(super) root_mfa: Option<bool>,
    pub(super) root_keys: Option<bool>,
}

/// A user with credentials and rights; what the credentials may not read is `None`.
#[derive(Debug, Default)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) created_at: Option<Instant>,
    pub(super) password_used_at: Option<Instant>,
    pub(super) password_changed_at: Option<Instant>,
    pub(super) has_password: Option<bool>,
    pub(super) factors: Option<Vec<String>>,
    pub(super) keys: Option<Vec<Key>>,
    pub(super) rights: Option<Rights>,
}

/// An access key.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) active: bool,
    pub(super) created_at: Option<Instant>,
    /// `None` when it may not be read; inside, `None` when the key was never used.
    pub(super) used_at: Option<Option<Instant>>,
}

/// Everything read about an account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) summary: Option<Summary>,
    pub(super) report: Option<Report>,
    pub(super) users: Vec<User>,
}

impl Account {
    /// The root's line of the credential report.
    pub(super) fn root(&self) -> Option<&Line> {
        self.report.as_ref()?.lines.get(ROOT)
    }
}

impl User {
    /// Whether a second factor is registered.
    pub(super) fn has_factor(&self) -> Option<bool> {
        self.factors.as_ref().map(|factors| !factors.is_empty())
    }

    /// The address of the person whose account it is, as far as tags or the name tell.
    pub(super) fn person<'u>(&'u self, options: &AwsOptions) -> Option<&'u str> {
        match &options.person_tag {
            Some(tag) => self.tag(tag),
            None => Some(self.name.as_str()).filter(|name| name.contains('@')),
        }
    }

    pub(super) fn tag(&self, tag: &str) -> Option<&str> {
        self.rights.as_ref()?.tags.get(tag).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The name under which rules speak of it: the person's key, or the account's identifier.
    pub(super) fn key(&self, account: &str, options: &AwsOptions) -> String {
        self.person(options).map_or_else(|| format!("aws/{account}/{}", self.id), person_key)
    }
}

/// Everything about an account.
pub(super) async fn read(caller: &mut Caller<'_>, denied: &mut Denied) -> Result<Account, AwsError> {
    let identity = caller.query(STS, "GetCallerIdentity", &[]).await?;
    let missing = || caller.unreadable("sts", "GetCallerIdentity", "it names no account".to_owned());
    let id = identity.text_at(&["Account"]).ok_or_else(missing)?.to_owned();
    let summary = caller.query(IAM, "GetAccountSummary", &[]).await;
    let summary = denied.note("iam:GetAccountSummary", summary)?.as_ref().map(summary_of);
    let report = credential_report(caller).await;
    let report = denied.note("iam:GetCredentialReport", report)?;
    let filter = [
        ("Filter.member.1", "User"),
        ("Filter.member.2", "Group"),
        ("Filter.member.3", "LocalManagedPolicy"),
    ];
    let pages = caller.pages("GetAccountAuthorizationDetails", &filter).await;
    let mut rights =
        denied.note("iam:GetAccountAuthorizationDetails", pages)?.map(|pages| details::rights(&pages));
    let mut users = Vec::new();
    for page in caller.pages("ListUsers", &[]).await? {
        for member in page.members(&["Users"]) {
            let mut user = user_of(member);
            user.rights = rights.as_mut().map(|rights| rights.remove(&user.name).unwrap_or_default());
            let line = report.as_ref().and_then(|report| report.lines.get(&user.name));
            user.password_changed_at = line.and_then(|line| line.instant("password_last_changed"));
            credentials(caller, denied, &mut user).await?;
            users.push(user);
        }
    }
    Ok(Account { id, summary, report, users })
}

fn user_of(member: &Element) -> User {
    let instant = |name: &str| member.text_at(&[name]).and_then(|text| text.parse().ok());
    User {
        id: member.text_at(&["UserId"]).unwrap_or_default().to_owned(),
        name: member.text_at(&["UserName"]).unwrap_or_default().to_owned(),
        created_at: instant("CreateDate"),
        password_used_at: instant("PasswordLastUsed"),
        ..User::default()
    }
}

fn summary_of(result: &Element) -> Summary {
    let value = |name: &str| {
        let mut entries = result.at(&["SummaryMap"]).into_iter().flat_map(|map| &map.children);
        let entry = entries.find(|entry| entry.text_at(&["key"]) == Some(name));
        entry.and_then(|entry| entry.text_at(&["value"])).and_then(|text| text.parse::<u64>().ok())
    };
    Summary {
        users: value("Users"),
        root_mfa: value("AccountMFAEnabled").map(|count| count > 0),
        root_keys: value("AccountAccessKeysPresent").map(|count| count > 0),
    }
}

async fn credential_report(caller: &mut Caller<'_>) -> Result<Report, AwsError> {
    for look in 0..LOOKS {
        if look > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let state = caller.query(IAM, "GenerateCredentialReport", &[]).await?;
        if state.text_at(&["State"]) == Some("COMPLETE") {
            let result = caller.query(IAM, "GetCredentialReport", &[]).await?;
            return report::read(&result)
                .map_err(|reason| caller.unreadable("iam", "GetCredentialReport", reason));
        }
    }
    let waited = u64::from(LOOKS) * PAUSE.as_secs();
    Err(caller.unreadable("iam", "GenerateCredentialReport", format!("no report was ready after {waited} s")))
}

/// Password, second factors and keys of a user.
async fn credentials(caller: &mut Caller<'_>, denied: &mut Denied, user: &mut User) -> Result<(), AwsError> {
    let name = user.name.clone();
    let of_user = [("UserName", name.as_str())];
    let profile = match caller.query(IAM, "GetLoginProfile", &of_user).await {
        Err(error) if error.is_absence() => Ok(false),
        other => other.map(|_| true),
    };
    user.has_password = denied.note("iam:GetLoginProfile", profile)?;
    let devices = caller.pages("ListMFADevices", &of_user).await;
    user.factors = denied.note("iam:ListMFADevices", devices)?.map(|pages| {
        let devices = pages.iter().flat_map(|page| page.members(&["MFADevices"]));
        devices.filter_map(|device| device.text_at(&["SerialNumber"])).map(str::to_owned).collect()
    });
    let pages = caller.pages("ListAccessKeys", &of_user).await;
    let Some(pages) = denied.note("iam:ListAccessKeys", pages)? else {
        return Ok(());
    };
    let mut keys = Vec::new();
    for member in pages.iter().flat_map(|page| page.members(&["AccessKeyMetadata"])) {
        let id = member.text_at(&["AccessKeyId"]).unwrap_or_default().to_owned();
        let used = caller.query(IAM, "GetAccessKeyLastUsed", &[("AccessKeyId", &id)]).await;
        let used = denied.note("iam:GetAccessKeyLastUsed", used)?;
        let date = |result: Element| {
            result.text_at(&["AccessKeyLastUsed", "LastUsedDate"]).and_then(|text| text.parse().ok())
        };
        keys.push(Key {
            id,
            active: member.text_at(&["Status"]) == Some("Active"),
            created_at: member.text_at(&["CreateDate"]).and_then(|text| text.parse().ok()),
            used_at: used.map(date),
        });
    }
    user.keys = Some(keys);
    Ok(())
}
