//! How CloudTrail is set up, as records of stream `config_state`.

use attestry_domain::time::Instant;
use serde_json::{Value, json};

use super::caller::{Caller, STS};
use super::credentials::AwsSettings;
use super::state::{Check, Resource, STREAM, States, Status};
use super::{AwsError, Denied};
use crate::collect::batch::{Batch, Collection};
use crate::collect::http::Fetch;
use crate::port::World;

/// A trail delivers every few minutes; silence for longer is a fault or a very quiet account.
const DELIVERY_HOURS: i64 = 24;

const RECORDED: Check = Check {
    id: "aws_trail_records_account",
    title: "Some trail that records in all regions is on, global services and every management call included",
    severity: "high",
};
const LOGGING: Check = Check { id: "aws_trail_on", title: "The trail is switched on", severity: "high" };
const ALL_REGIONS: Check =
    Check { id: "aws_trail_all_regions", title: "The trail records in all regions", severity: "medium" };
const VALIDATED: Check = Check {
    id: "aws_trail_validated",
    title: "The trail signs digests, so that a missing or changed log file is found",
    severity: "medium",
};
const ENCRYPTED: Check = Check {
    id: "aws_trail_encrypted",
    title: "The trail's log files are encrypted with a key of the organisation",
    severity: "low",
};
const MANAGEMENT: Check = Check {
    id: "aws_trail_management_calls",
    title: "The trail records every management call, reading and writing",
    severity: "high",
};
const DELIVERED: Check = Check {
    id: "aws_trail_delivers",
    title: "The trail's log files arrive in their bucket",
    severity: "high",
};

/// A trail as described; what may not be read is `None`.
#[derive(Debug)]
struct Trail {
    arn: String,
    name: String,
    region: String,
    described: Value,
    status: Option<Value>,
    selectors: Option<Value>,
}

impl Trail {
    fn truth(&self, name: &str) -> Option<bool> {
        self.described.get(name).and_then(Value::as_bool)
    }

    fn is_logging(&self) -> Option<bool> {
        self.status.as_ref()?.get("IsLogging")?.as_bool()
    }

    fn records_management(&self) -> Option<bool> {
        self.selectors.as_ref().map(records_management)
    }

    fn records_account(&self) -> Option<bool> {
        let parts = [
            self.is_logging(),
            self.truth("IsMultiRegionTrail"),
            self.truth("IncludeGlobalServiceEvents"),
            self.records_management(),
        ];
        if parts.contains(&Some(false)) {
            return Some(false);
        }
        parts.iter().all(Option::is_some).then_some(true)
    }
}

/// Reads how the trails of a region are set up, those included that other regions share with it.
///
/// # Errors
/// When AWS cannot be reached, does not know the credentials, or may not describe the trails for them.
pub async fn trails(
    fetch: &dyn Fetch,
    world: &dyn World,
    settings: &AwsSettings,
) -> Result<Collection, AwsError> {
    let mut caller = Caller::new(fetch, world, settings);
    let begun = caller.now();
    let mut denied = Denied::default();
    let identity = caller.query(STS, "GetCallerIdentity", &[]).await?;
    let account = identity.text_at(&["Account"]).unwrap_or_default().to_owned();
    let trails = read(&mut caller, &mut denied).await?;
    let mut states = States::new(&account, begun);
    of_region(&settings.region, &trails, &mut states);
    for trail in &trails {
        of_trail(trail, &mut states);
    }
    let batch = Batch {
        stream: STREAM,
        query: format!(
            "CloudTrail of account {account} in {}, every trail, asked from {begun}: {}",
            settings.region,
            caller.asked()
        ),
        at_source: None,
        tie_out: format!(
            "{} checks over {} trails described; the list has no pages",
            states.rows.len(),
            trails.len()
        ),
        covers: Some(begun..caller.now()),
        gaps: denied.gaps(),
        rows: states.rows,
    };
    Ok(Collection { batches: vec![batch], answers: caller.journal.answers, ..Collection::default() })
}

async fn read(caller: &mut Caller<'_>, denied: &mut Denied) -> Result<Vec<Trail>, AwsError> {
    let list = caller.trail("DescribeTrails", &json!({ "includeShadowTrails": true })).await?;
    let missing = || caller.unreadable("cloudtrail", "DescribeTrails", "it holds no trailList".to_owned());
    let described = list.get("trailList").and_then(Value::as_array).ok_or_else(missing)?;
    let mut trails = Vec::new();
    for one in described {
        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let arn = text("TrailARN");
        let status = caller.trail("GetTrailStatus", &json!({ "Name": arn })).await;
        let selectors = caller.trail("GetEventSelectors", &json!({ "TrailName": arn })).await;
        trails.push(Trail {
            name: text("Name"),
            region: text("HomeRegion"),
            described: one.clone(),
            status: denied.note("cloudtrail:GetTrailStatus", status)?,
            selectors: denied.note("cloudtrail:GetEventSelectors", selectors)?,
            arn,
        });
    }
    Ok(trails)
}

/// The account in one region: recorded when one trail does it all; not known when a trail might.
fn of_region(region: &str, trails: &[Trail], states: &mut States<'_>) {
    let each: Vec<_> = trails.iter().map(Trail::records_account).collect();
    let (good, detail) = if each.contains(&Some(true)) {
        (Some(true), "a trail records all of it")
    } else if each.contains(&None) {
        (None, "a trail might record all of it, but may not be read")
    } else if trails.is_empty() {
        (Some(false), "there is no trail")
    } else {
        (Some(false), "no trail records all of it")
    };
    let key = format!("aws/{}", states.account);
    let resource = Resource { key, kind: "AwsAccount", name: None, region: Some(region.to_owned()) };
    states.add(RECORDED, &resource, Status::of(good), detail);
}

fn of_trail(trail: &Trail, states: &mut States<'_>) {
    let resource = Resource {
        key: trail.arn.clone(),
        kind: "AwsCloudTrailTrail",
        name: Some(trail.name.clone()),
        region: Some(trail.region.clone()).filter(|region| !region.is_empty()),
    };
    let mut add = |check: Check, good: Option<bool>, yes: &str, no: &str| {
        let detail = match good {
            Some(true) => yes,
            Some(false) => no,
            None => "it may not be read",
        };
        states.add(check, &resource, Status::of(good), detail);
    };
    add(LOGGING, trail.is_logging(), "it is on", "it is off");
    add(
        ALL_REGIONS,
        trail.truth("IsMultiRegionTrail"),
        "it records in all regions",
        "it records in one region",
    );
    add(VALIDATED, trail.truth("LogFileValidationEnabled"), "it signs digests", "it signs no digests");
    let key = trail.described.get("KmsKeyId").and_then(Value::as_str).is_some_and(|key| !key.is_empty());
    add(ENCRYPTED, Some(key), "a key is named", "no key is named");
    add(
        MANAGEMENT,
        trail.records_management(),
        "all management calls are recorded",
        "some management calls are left out",
    );
    let (good, detail) = delivery(trail.status.as_ref(), states.at);
    states.add(DELIVERED, &resource, Status::of(good), detail);
}

/// Whether files arrive: no error at the last try, and the last success not long ago.
fn delivery(status: Option<&Value>, now: Instant) -> (Option<bool>, String) {
    let Some(status) = status else {
        return (None, "it may not be read".to_owned());
    };
    if let Some(error) =
        status.get("LatestDeliveryError").and_then(Value::as_str).filter(|text| !text.is_empty())
    {
        return (Some(false), format!("the last try to deliver failed with {error}"));
    }
    match status.get("LatestDeliveryTime").and_then(instant) {
        None => (Some(false), "nothing was ever delivered".to_owned()),
        Some(at) => {
            let hours = (now.micros() - at.micros()) / 3_600_000_000;
            (Some(hours < DELIVERY_HOURS), format!("delivered last at {at}"))
        }
    }
}

/// Seconds since 1970, also as a fraction.
fn instant(value: &Value) -> Option<Instant> {
    let seconds = value.as_f64().filter(|seconds| seconds.abs() < 1e11)?;
    Some(Instant::from_micros((seconds * 1e6) as i64))
}

/// A trail without selectors of its own records all management calls. Of the basic selectors one must name all of them
/// and leave no service out; of the advanced ones, one must have no condition but the category.
fn records_management(selectors: &Value) -> bool {
    let list =
        |name: &str| selectors.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let (basic, advanced) = (list("EventSelectors"), list("AdvancedEventSelectors"));
    if basic.is_empty() && advanced.is_empty() {
        return true;
    }
    let is_all = |one: &Value| {
        let left_out = one.get("ExcludeManagementEventSources").and_then(Value::as_array);
        one.get("ReadWriteType").and_then(Value::as_str).is_none_or(|kind| kind == "All")
            && one.get("IncludeManagementEvents").and_then(Value::as_bool).unwrap_or(true)
            && left_out.is_none_or(Vec::is_empty)
    };
    let is_every_management =
        |one: &Value| match one.get("FieldSelectors").and_then(Value::as_array).map(Vec::as_slice) {
            Some([only]) => {
                only.get("Field").and_then(Value::as_str) == Some("eventCategory")
                    && only.get("Equals").is_some_and(|equals| *equals == json!(["Management"]))
            }
            _ => false,
        };
    basic.iter().any(is_all) || advanced.iter().any(is_every_management)
}
