//! Who asks, in which region and at which addresses: from the environment or from the profile files that the AWS
//! command line writes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::AwsError;
use crate::collect::http::{self, Secret, Url};

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Its public part.
    pub key_id: String,
    /// Its secret part.
    pub secret: Secret,
    /// The token of a session, for keys that end by themselves.
    pub token: Option<Secret>,
}

/// How AWS is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsSettings {
    /// Who asks.
    pub credentials: Credentials,
    /// Where the credentials were found, for people.
    pub found_in: String,
    /// The region, such as `eu-central-1`.
    pub region: String,
    /// One address in place of AWS's own.
    pub endpoint: Option<Url>,
    /// Addresses in place of AWS's own, by service: `iam`, `sts`, `cloudtrail` or `s3`.
    pub endpoints: BTreeMap<&'static str, Url>,
}

/// The services that are asked, and the ends of the variables that name their addresses.
const SERVICES: [(&str, &str); 4] =
    [("cloudtrail", "CLOUDTRAIL"), ("iam", "IAM"), ("s3", "S3"), ("sts", "STS")];

/// Settings of a profile that stand for credentials which only AWS's own program can fetch.
const FOREIGN: [&str; 6] = [
    "sso_session",
    "sso_start_url",
    "role_arn",
    "credential_process",
    "credential_source",
    "web_identity_token_file",
];

impl AwsSettings {
    /// What the environment and the profile files say. Keys in the environment count before those of a profile,
    /// unless `profile` is given. `variable` reads the environment; `file` reads a file, `None` when there is none.
    ///
    /// # Errors
    /// When there are no credentials or no region, or a setting cannot be understood.
    pub fn find(
        variable: &dyn Fn(&str) -> Option<String>,
        file: &dyn Fn(&Path) -> std::io::Result<Option<String>>,
        profile: Option<&str>,
    ) -> Result<Self, AwsError> {
        let set =
            |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let name = profile.map(str::to_owned).or_else(|| set("AWS_PROFILE")).unwrap_or("default".to_owned());
        let home = set("HOME").map(PathBuf::from);
        let read = |variable: &str, usual: &str| {
            let path = set(variable).map(PathBuf::from).or_else(|| Some(home.as_ref()?.join(usual)));
            let Some(path) = path else { return Ok(String::new()) };
            let text =
                file(&path).map_err(|error| AwsError::ProfileFile { path, reason: error.to_string() })?;
            Ok::<_, AwsError>(text.unwrap_or_default())
        };
        let mut section = parse(&read("AWS_CONFIG_FILE", ".aws/config")?).remove(&name).unwrap_or_default();
        section.extend(
            parse(&read("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")?)
                .remove(&name)
                .unwrap_or_default(),
        );
        let from_environment = if profile.is_none() { environment(&set)? } else { None };
        let (credentials, found_in) = match from_environment {
            Some(credentials) => (credentials, "the environment".to_owned()),
            None => (of_profile(&name, &section)?, format!("profile `{name}`")),
        };
        let region =
            set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION")).or(section.get("region").cloned());
        let region = region.filter(|region| is_region(region)).ok_or(AwsError::NoRegion)?;
        let ignored =
            |text: &Option<String>| text.as_deref().is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let mut endpoints = BTreeMap::new();
        let mut endpoint = None;
        if !ignored(&set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
            for (service, end) in SERVICES {
                if let Some(text) = set(&format!("AWS_ENDPOINT_URL_{end}")) {
                    endpoints.insert(service, http::address(&text)?);
                }
            }
            let text = set("AWS_ENDPOINT_URL").or(section.get("endpoint_url").cloned());
            endpoint = text.map(|text| http::address(&text)).transpose()?;
        }
        Ok(Self { credentials, found_in, region, endpoint, endpoints })
    }
}

fn environment(set: &dyn Fn(&str) -> Option<String>) -> Result<Option<Credentials>, AwsError> {
    match (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY")) {
        (Some(key_id), Some(secret)) => {
            let token = set("AWS_SESSION_TOKEN").map(Secret::new);
            Ok(Some(Credentials { key_id, secret: Secret::new(secret), token }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(AwsError::HalfAKey { missing: "AWS_SECRET_ACCESS_KEY" }),
        (None, Some(_)) => Err(AwsError::HalfAKey { missing: "AWS_ACCESS_KEY_ID" }),
    }
}

fn of_profile(name: &str, section: &BTreeMap<String, String>) -> Result<Credentials, AwsError> {
    let value = |key: &str| section.get(key).filter(|text| !text.is_empty()).cloned();
    if let (Some(key_id), Some(secret)) = (value("aws_access_key_id"), value("aws_secret_access_key")) {
        let token = value("aws_session_token").map(Secret::new);
        return Ok(Credentials { key_id, secret: Secret::new(secret), token });
    }
    match FOREIGN.iter().find(|setting| section.contains_key(**setting)) {
        Some(setting) => Err(AwsError::ForeignProfile { profile: name.to_owned(), setting }),
        None => Err(AwsError::NoCredentials { profile: name.to_owned() }),
    }
}

fn is_region(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Sections by profile. The file of settings heads them `[profile NAME]`, that of keys `[NAME]`; indented lines
/// belong to a setting above them and are passed over, and so are sections that are no profiles.
fn parse(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut sections: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut current = None;
    for line in text.lines() {
        if line.starts_with([' ', '\t', '#', ';']) {
            continue;
        }
        if let Some(head) = line.trim().strip_prefix('[').and_then(|head| head.split(']').next()) {
            let mut words = head.split_whitespace();
            current = match (words.next(), words.next()) {
                (Some("profile"), Some(name)) => Some(name.trim_matches('"').to_owned()),
                (Some(name), None) => Some(name.to_owned()),
                _ => None,
            };
        } else if let (Some(name), Some((key, value))) = (&current, line.split_once('=')) {
            let value = value.split(" #").next().unwrap_or_default().trim();
            sections.entry(name.clone()).or_default().insert(key.trim().to_lowercase(), value.to_owned());
        }
    }
    sections
}
