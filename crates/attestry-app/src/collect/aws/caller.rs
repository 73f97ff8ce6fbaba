//! Signed calls: the Query protocol of IAM and STS, JSON of CloudTrail.

use std::collections::BTreeMap;

use attestry_domain::time::Instant;
use serde_json::Value;

use super::AwsError;
use super::credentials::AwsSettings;
use super::sign::{self, Path, Scope, canonical_query};
use super::xml::{self, Element};
use crate::collect::http::{Fetch, HttpError, Request, Response, Url, shown};
use crate::collect::journal::Journal;
use crate::port::World;

/// Codes that ask to come back later, although their status is 400.
const BUSY: [&[u8]; 5] =
    [b"Throttl", b"RequestLimitExceeded", b"TooManyRequests", b"SlowDown", b"ServiceUnavailable"];

/// How many pages of one list are read; a server that gives the same marker for ever is not followed for ever.
pub(super) const PAGES: u32 = 100_000;

/// Asks AWS, keeps the answers and counts the calls.
pub(super) struct Caller<'a> {
    pub(super) journal: Journal<'a>,
    pub(super) fetch: &'a dyn Fetch,
    pub(super) settings: &'a AwsSettings,
    calls: BTreeMap<String, u64>,
}

/// Two protocols' services: name in addresses and signatures, version of the interface.
pub(super) const IAM: (&str, &str) = ("iam", "2010-05-08");
pub(super) const STS: (&str, &str) = ("sts", "2011-06-15");
/// The prefix of CloudTrail's targets.
const CLOUDTRAIL: &str = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101";

impl<'a> Caller<'a> {
    pub(super) fn new(fetch: &'a dyn Fetch, world: &'a dyn World, settings: &'a AwsSettings) -> Self {
        Self { journal: Journal::new(fetch, world), fetch, settings, calls: BTreeMap::new() }
    }

    pub(super) fn now(&self) -> Instant {
        self.journal.now()
    }

    /// What was asked so far, as `ListUsers (2), …`.
    pub(super) fn asked(&self) -> String {
        let calls = self.calls.iter().map(|(action, times)| format!("{action} ({times})"));
        calls.collect::<Vec<_>>().join(", ")
    }

    /// The result of a call to IAM or STS.
    pub(super) async fn query(
        &mut self,
        (service, version): (&'static str, &str),
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Element, AwsError> {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let fixed = [("Action", action), ("Version", version)];
        let body: Vec<_> = fixed.into_iter().chain(parameters.iter().copied()).map(owned).collect();
        let request = Request::post(
            self.address(service)?,
            "application/x-www-form-urlencoded; charset=utf-8",
            canonical_query(&body),
        );
        let shown: Vec<_> = parameters.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        let response = self.call(service, action, request, &shown.concat()).await?;
        let root = xml::parse(&response.body);
        let result = root.map_err(|reason| self.unreadable(service, action, reason))?;
        let name = format!("{action}Result");
        let missing = || self.unreadable(service, action, format!("it holds no {name}"));
        result.at(&[&name]).cloned().ok_or_else(missing)
    }

    /// All members of a list that comes in pages by `Marker`, with what else the pages hold: one result each.
    pub(super) async fn pages(
        &mut self,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Vec<Element>, AwsError> {
        let mut pages = Vec::new();
        let mut marker: Option<String> = None;
        for _ in 0..PAGES {
            let mut asked = parameters.to_vec();
            if let Some(marker) = &marker {
                asked.push(("Marker", marker));
            }
            let page = self.query(IAM, action, &asked).await?;
            let more = page.text_at(&["IsTruncated"]) == Some("true");
            let next = page.text_at(&["Marker"]).map(str::to_owned);
            pages.push(page);
            if !more {
                return Ok(pages);
            }
            if next.is_none() || next == marker {
                break;
            }
            marker = next;
        }
        Err(self.unreadable("iam", action, "the list has no end".to_owned()))
    }

    /// The result of a call to CloudTrail.
    pub(super) async fn trail(&mut self, action: &str, body: &Value) -> Result<Value, AwsError> {
        let text = body.to_string();
        let request =
            Request::post(self.address("cloudtrail")?, "application/x-amz-json-1.1", text.as_bytes())
                .header("x-amz-target", format!("{CLOUDTRAIL}.{action}"));
        let response = self.call("cloudtrail", action, request, &format!(" {text}")).await?;
        Ok(response.json()?)
    }

    async fn call(
        &mut self,
        service: &'static str,
        action: &str,
        request: Request,
        parameters: &str,
    ) -> Result<Response, AwsError> {
        *self.calls.entry(action.to_owned()).or_default() += 1;
        let scope = Scope { region: self.region(service), service, at: self.now() };
        let request = sign::sign(request, &[], Path::Twice, &self.settings.credentials, scope);
        let request = request.busy_when(is_busy);
        let response = self.journal.ask(&request, &format!("{service} {action}{parameters}")).await?;
        accepted(service, action, response)
    }

    pub(super) fn unreadable(&self, service: &'static str, action: &str, reason: String) -> AwsError {
        AwsError::Unreadable { service, action: action.to_owned(), reason }
    }

    /// IAM is one for all regions of a partition, and its calls are signed for one of them.
    pub(super) fn region(&self, service: &str) -> &'a str {
        match (service, self.settings.region.as_str()) {
            ("iam", region) if region.starts_with("cn-") => "cn-north-1",
            ("iam", region) if region.starts_with("us-gov-") => "us-gov-west-1",
            ("iam", _) => "us-east-1",
            (_, region) => region,
        }
    }

    /// Where a service is, as the settings or AWS's own naming say.
    pub(super) fn address(&self, service: &str) -> Result<Url, HttpError> {
        if let Some(address) = self.settings.endpoints.get(service).or(self.settings.endpoint.as_ref()) {
            return Ok(address.clone());
        }
        let region = &self.settings.region;
        let host = match service {
            "iam" if region.starts_with("cn-") => "iam.cn-north-1".to_owned(),
            "iam" if region.starts_with("us-gov-") => "iam.us-gov".to_owned(),
            "iam" => "iam".to_owned(),
            _ => format!("{service}.{region}"),
        };
        crate::collect::http::address(&format!("https://{host}.{}", domain(region)))
    }
}

/// The domain of a region's partition.
pub(super) fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

pub(super) fn is_busy(status: u16, body: &[u8]) -> bool {
    let start = body.get(..1024).unwrap_or(body);
    status == 400 && BUSY.iter().any(|code| start.windows(code.len()).any(|part| part == *code))
}

/// The answer, or AWS's code and explanation.
pub(super) fn accepted(
    service: &'static str,
    action: &str,
    response: Response,
) -> Result<Response, AwsError> {
    if matches!(response.status, 200..=299) {
        return Ok(response);
    }
    let Some((code, message)) = refusal(&response.body) else {
        return Err(response.accepted().map_or_else(AwsError::Http, |other| other.refusal().into()));
    };
    Err(AwsError::Refused { service, action: action.to_owned(), code, message: shown(&message) })
}

/// Code and explanation: `<ErrorResponse><Error>…`, S3's `<Error>…`, or JSON with `__type`.
fn refusal(body: &[u8]) -> Option<(String, String)> {
    if let Ok(json) = serde_json::from_slice::<Value>(body) {
        let code = json.get("__type")?.as_str()?;
        let code = code.rsplit('#').next().unwrap_or(code);
        let message = json.get("message").or(json.get("Message")).and_then(Value::as_str);
        return Some((code.to_owned(), message.unwrap_or_default().to_owned()));
    }
    let root = xml::parse(body).ok()?;
    let error =
        if root.name == "Error" { &root } else { root.at(&["Error"]).or(root.at(&["Errors", "Error"]))? };
    let message = error.text_at(&["Message"]).unwrap_or_default();
    Some((error.text_at(&["Code"])?.to_owned(), message.to_owned()))
}
