//! What happened at the cloud's control plane. Nobody uses root, and people sign in through the company's own
//! sign-on, so that the cloud itself sees no password.

use attestry_domain::time::{Day, Instant, Period};
use attestry_stats::{ColumnType, Table, Value};

use crate::demo::calendar::Calendar;
use crate::demo::people::{People, Person};
use crate::demo::sheet::{Sheet, instant, text};
use crate::demo::world::{Dice, Seed};

/// The account, of the range that documentation uses.
const ACCOUNT: &str = "111122223333";
const REGIONS: [&str; 2] = ["us-east-1", "us-east-2"];

/// Operation, service, whether it changes nothing.
const CALLS: [(&str, &str, bool); 8] = [
    ("DescribeInstances", "ec2.amazonaws.com", true),
    ("UpdateService", "ecs.amazonaws.com", false),
    ("PutSecretValue", "secretsmanager.amazonaws.com", false),
    ("GetBucketPolicy", "s3.amazonaws.com", true),
    ("PutRolePolicy", "iam.amazonaws.com", false),
    ("ModifyDBInstance", "rds.amazonaws.com", false),
    ("CreateSnapshot", "ec2.amazonaws.com", false),
    ("ListAttachedRolePolicies", "iam.amazonaws.com", true),
];

/// The records of some days.
pub(super) fn activity(seed: Seed, calendar: &Calendar, people: &People, days: Period) -> Option<Table> {
    let mut sheet = Sheet::new(&[
        ("event_id", ColumnType::Text),
        ("occurred_at", ColumnType::Timestamp),
        ("event_name", ColumnType::Text),
        ("event_source", ColumnType::Text),
        ("event_type", ColumnType::Text),
        ("region", ColumnType::Text),
        ("account", ColumnType::Text),
        ("identity_type", ColumnType::Text),
        ("identity_arn", ColumnType::Text),
        ("user_name", ColumnType::Text),
        ("invoked_by", ColumnType::Text),
        ("source_ip", ColumnType::Text),
        ("user_agent", ColumnType::Text),
        ("mfa_used", ColumnType::Boolean),
        ("console_login_result", ColumnType::Text),
        ("read_only", ColumnType::Boolean),
    ]);
    for day in days.days() {
        let mut dice = seed.dice(&format!("cloud/{day}"));
        let platform: Vec<&Person> = people.on(day).filter(|one| one.department == "Platform").collect();
        let weekend = Calendar::working(day) != day;
        let busy = if weekend { dice.between(2, 5) } else { dice.between(8, 20) };
        let mut minutes: Vec<i64> = (0..busy).map(|_| dice.between(10, 23 * 60 + 50)).collect();
        minutes.sort_unstable();
        for (at, minute) in minutes.into_iter().enumerate() {
            let id = seed
                .ulid(calendar.at(day, 0, minute), &format!("cloud/{day}/{at}"))
                .to_string()
                .to_lowercase();
            let record = record(&mut dice, &platform, id, calendar.at(day, 0, minute), (day, minute));
            record.into_iter().for_each(|record| sheet.add(record));
        }
    }
    sheet.table()
}

/// By day a person of the platform team under a role, at other hours the pipeline or the provider's own services.
fn record(
    dice: &mut Dice,
    platform: &[&Person],
    id: String,
    at: Instant,
    (day, minute): (Day, i64),
) -> Option<Vec<Value>> {
    let office = (8 * 60..19 * 60).contains(&minute) && Calendar::working(day) == day;
    let region = dice.pick(&REGIONS)?;
    let (kind, name, service, agent, by) = match dice.below(10) {
        0..=3 if office => {
            ("AssumedRole", dice.pick(platform)?.name, None, "console.amazonaws.com", Some("platform"))
        }
        4..=7 => ("AssumedRole", "deploy-pipeline", None, "aws-sdk", Some("deployer")),
        _ => ("AWSService", "", Some("autoscaling.amazonaws.com"), "autoscaling.amazonaws.com", None),
    };
    let login = by == Some("platform") && dice.percent(35);
    let (event, source, read_only) = match (login, dice.pick(&CALLS)?) {
        (true, _) => ("ConsoleLogin", "signin.amazonaws.com", false),
        (false, call) => *call,
    };
    let session = name.to_lowercase().replace(' ', ".");
    let arn = by.map(|role| format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"));
    let maybe = |value: Option<String>| value.map_or(Value::Null, Value::Text);
    let address = format!("192.0.2.{}", dice.between(10, 60));
    Some(vec![
        text(id),
        instant(at),
        text(event),
        text(source),
        text(if login { "AwsConsoleSignIn" } else { "AwsApiCall" }),
        text(region),
        text(ACCOUNT),
        text(kind),
        maybe(arn),
        maybe(by.map(|_| session)),
        maybe(service.map(str::to_owned)),
        text(service.map_or(address, str::to_owned)),
        text(agent),
        Value::Null,
        maybe(login.then(|| "Success".to_owned())),
        Value::Boolean(read_only),
    ])
}
